import { describe, expect, test, vi } from 'vitest';
import { headWeight } from '../../src/model/tensor-names.ts';
import { noHistory } from '../../src/training/records/saved-run.ts';
import { eventually } from '../support/eventually.ts';
import {
  configure,
  ended,
  fetchTiny,
  headOf,
  opened,
  page,
  plainTrainer,
  rows,
  runOn,
} from '../support/plain-trainer.ts';

/** A trainer that changes its engine, and runs and adapters that leave it for another. */

describe('the engine', () => {
  const asked = { run: { engine: 'webgpu' } };

  test('a run that asks for another moves the encoder and the adapters there, and the device before is closed', async () => {
    const trainer = await opened();
    const { call, devices, of } = trainer;
    await configure(trainer);
    const adapter = await call('readAdapter', null);
    if (!adapter) throw new Error('there is a run');
    await call('loadAdapter', { id: 'kept', ...adapter, run: { ...adapter.run, model: 'minilm-l3' } });
    const answer = () => call('predict', { text: 'a b', adapter: 'kept', strength: 1 });
    const { adapted } = (await answer()) ?? {};
    await configure(trainer, 'b', asked);
    expect(devices.map(({ engine, closed }) => [engine, closed])).toEqual([
      ['wasm', true],
      ['webgpu', false],
    ]);
    expect(of('device').at(-1)).toMatchObject({ engine: 'webgpu', why: 'asked-for' });
    expect((await answer())?.adapted).toEqual(adapted);
    await configure(trainer, 'c', asked);
    expect(devices).toHaveLength(2);
  });

  test('one that cannot be opened leaves everything where it was', async () => {
    const trainer = await opened({ without: ['webgpu'] });
    const { devices, of } = trainer;
    await configure(trainer, 'a');
    await trainer.call('train', null);
    await expect(configure(trainer, 'b', asked)).rejects.toThrow('no webgpu');
    expect(devices.map(({ closed }) => closed)).toEqual([false]);
    expect(of('device')).toHaveLength(1);
    // Though the run was stopped: it is no longer on the page.
    expect(of('progress').at(-1)?.phase).not.toBe('training');
    expect(await configure(trainer, 'c')).toMatchObject({ totalSteps: 8 });
  });

  const onGpu = { ...asked, training: { epochs: 1000 } };
  const lose = async ({ devices, of }: Awaited<ReturnType<typeof opened>>, times: number) => {
    devices.at(-1)?.lose('unplugged');
    await eventually(() => expect(of('device-lost')).toHaveLength(times));
  };

  test('one that is lost ends training, and is told of; the next run has another', async () => {
    const trainer = await opened();
    await configure(trainer, 'a', onGpu);
    await trainer.call('train', null);
    await lose(trainer, 1);
    expect(trainer.of('device-lost')[0]?.reason).toBe('unplugged');
    await ended(trainer, 'paused');
    const { fetched } = trainer;
    const files = fetched.length;
    await configure(trainer, 'a', onGpu);
    expect(trainer.devices.map(({ engine, closed }) => [engine, closed])).toEqual([
      ['wasm', true],
      ['webgpu', true],
      ['webgpu', false],
    ]);
    // The weights were at hand: the network may be gone, too.
    expect(fetched).toHaveLength(files);
  });

  test('one that is lost twice in a short time leaves the processor to train, until it is allowed again', async () => {
    const trainer = await opened({ clock: 1 });
    const last = () => trainer.of('device').at(-1);
    await configure(trainer, 'a', onGpu);
    await lose(trainer, 1);
    await configure(trainer, 'a', onGpu);
    expect(last()).toMatchObject({ engine: 'webgpu', why: 'asked-for' });
    await lose(trainer, 2);
    await configure(trainer, 'a', onGpu);
    expect(last()).toMatchObject({ engine: 'wasm', why: 'gpu-failed' });
    const { devices } = trainer;
    const count = devices.length;
    await configure(trainer, 'b', onGpu);
    expect(devices).toHaveLength(count);
    await trainer.call('allowGpu', null);
    await configure(trainer, 'b', onGpu);
    expect(last()).toMatchObject({ engine: 'webgpu', why: 'asked-for' });
  });

  test('without any, encoder and rows are there all the same', async () => {
    const trainer = await opened({ without: ['wasm', 'webgpu'] });
    expect(trainer.of('device')).toMatchObject([{ available: false, reason: 'no wasm' }]);
    expect(await trainer.call('viewTokens', { text: 'a', length: 8 })).toHaveLength(3);
    await expect(configure(trainer)).rejects.toThrow('no wasm');
  });

  test('an adapter of another encoder is refused, one that is not loaded too', async () => {
    const trainer = await opened();
    const adapter = { run: runOn({ run: { model: 'another' } }), labels: ['a'], tensors: new Map() };
    const load = trainer.call('loadAdapter', { id: 'x', ...adapter });
    await expect(load).rejects.toThrow('This adapter belongs to the encoder another.');
    await expect(trainer.call('scoreAdapter', { id: 'x', strength: 1 })).rejects.toThrow('no longer loaded');
  });
});

describe('what leaves the worker', () => {
  test('an adapter is its tensors and no more: no file is read again, no moment, no weight hashed', async () => {
    const reads: string[] = [];
    const trainer = await opened({
      change: (engine) => {
        const noted =
          <T>(name: string, read: () => Promise<T>) =>
          () => {
            reads.push(name);
            return read();
          };
        return {
          readTrainable: noted('trainable', engine.readTrainable.bind(engine)),
          readOptimizer: noted('optimizer', engine.readOptimizer.bind(engine)),
          hashFrozen: noted('hash', engine.hashFrozen.bind(engine)),
        };
      },
    });
    await configure(trainer);
    await trainer.call('step', { count: 1 });
    await ended(trainer, 'paused');
    const digest = vi.spyOn(crypto.subtle, 'digest');
    const fetched = trainer.fetched.length;
    reads.length = 0;
    const adapter = await trainer.call('readAdapter', null);
    expect([...(adapter?.tensors.keys() ?? [])]).toContain(headWeight);
    expect(reads).toEqual(['trainable']);
    expect(trainer.fetched).toHaveLength(fetched);
    expect(digest).not.toHaveBeenCalled();
    // A whole run is all of that.
    await trainer.call('readRun', { withRows: false });
    expect(reads).toContain('optimizer');
    expect(digest).toHaveBeenCalled();
    digest.mockRestore();
  });

  test('a run goes on in another worker, with its own rows or those that are there', async () => {
    const trainer = await opened();
    await configure(trainer);
    await trainer.call('step', { count: 3 });
    await ended(trainer, 'paused');
    const bundle = { ...(await trainer.call('readRun', { withRows: true })), history: noHistory() };
    await trainer.call('train', null);
    await ended(trainer);

    const other = plainTrainer();
    await other.call('open', { base: page });
    await other.call('loadEncoder', { name: 'minilm-l3', files: null, frozenBits: 32 });
    const resumed = await other.call('resume', { runId: 'there', bundle, own: null });
    expect(resumed).toMatchObject({ totalSteps: 8, task: { name: 'mine.csv', trainRows: 16 }, outcome: null });
    expect(resumed.rows?.test).toHaveLength(8);
    await other.call('train', null);
    await ended(other);
    expect(other.of('progress').every(({ runId }) => runId === 'there')).toBe(true);
    expect(await headOf(other)).toEqual(await headOf(trainer));

    const { rows: _, ...without } = bundle;
    const own = { name: 'mine.csv', train: rows(16), test: rows(8, 16) };
    const here = await other.call('resume', { runId: 'again', bundle: without, own });
    expect(here.rows).toBeNull();
  });

  test('a bundle that is refused leaves the run that is there', async () => {
    const trainer = await opened();
    await configure(trainer, 'a');
    const bundle = { ...(await trainer.call('readRun', { withRows: false })), history: noHistory() };
    await trainer.call('step', { count: 1 });
    await ended(trainer, 'paused');
    const resume = (change: object, own = null as Parameters<typeof trainer.call<'resume'>>[1]['own']) =>
      trainer.call('resume', { runId: 'b', bundle: { ...bundle, ...change }, own });
    await expect(resume({})).rejects.toThrow('The bundle brings no rows.');
    await expect(resume({ run: runOn({ run: { model: 'another' } }) })).rejects.toThrow(
      'stands on the encoder another',
    );
    const others = { name: 'mine.csv', train: rows(18), test: rows(8, 18) };
    await expect(resume({}, others)).rejects.toThrow();
    await expect(resume({ encoder: { ...bundle.encoder, sha256: '0'.repeat(64) } }, others)).rejects.toThrow();
    await trainer.call('train', null);
    await ended(trainer);
    expect(trainer.of('progress').every(({ runId }) => runId === 'a')).toBe(true);
  });

  test('a refused bundle that has moved the encoder says that the run before is gone', async () => {
    let full = false;
    const trainer = await opened({
      change: (engine) => {
        const write = engine.writeTrainable.bind(engine);
        return {
          writeTrainable: (tensors) => {
            if (full) throw new Error('out of memory');
            write(tensors);
          },
        };
      },
    });
    await configure(trainer, 'a');
    const bundle = { ...(await trainer.call('readRun', { withRows: false })), history: noHistory() };
    const own = { name: 'mine.csv', train: rows(16), test: rows(8, 16) };
    const resume = (run: object) =>
      trainer.call('resume', { runId: 'b', bundle: { ...bundle, run: { ...bundle.run, ...run } }, own });
    full = true;
    await expect(resume({})).rejects.toThrow('out of memory');
    expect(trainer.of('run-dropped')).toEqual([]);
    await expect(resume({ frozenBits: 8 })).rejects.toThrow('out of memory');
    expect(trainer.of('run-dropped')).toEqual([{ type: 'run-dropped', runId: 'a' }]);
  });

  test('a download that fails is the answer, in its turn', async () => {
    const trainer = plainTrainer({
      fetchFile: async (url) => {
        if (url.includes('safetensors')) throw new Error('the connection broke');
        return fetchTiny(url);
      },
    });
    await trainer.call('open', { base: page });
    const loading = trainer.call('loadEncoder', { name: 'minilm-l3', files: null, frozenBits: 32 });
    await expect(loading).rejects.toThrow('the connection broke');
    await expect(trainer.call('readRun', { withRows: false })).rejects.toThrow('No encoder is loaded.');
  });
});

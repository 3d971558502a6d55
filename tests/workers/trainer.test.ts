import { describe, expect, test, vi } from 'vitest';
import { headWeight } from '../../src/model/tensor-names.ts';
import { noHistory } from '../../src/training/records/saved-run.ts';
import type { RunSize } from '../../src/workers/trainer/api.ts';
import { fetchTiny, open, type PlainTrainer, page, plainTrainer, rows, runOn } from '../support/plain-trainer.ts';

/** What owns device, encoder, rows and run in the worker, driven as the page drives it, without one. */

const configure = (trainer: PlainTrainer, runId = 'run', change: Parameters<typeof runOn>[0] = {}): Promise<RunSize> =>
  trainer.call('configure', { runId, run: runOn(change), start: null });

const ended = ({ of }: PlainTrainer, phase = 'done') =>
  vi.waitFor(() => expect(of('progress').at(-1)?.phase).toBe(phase));

async function opened(...options: Parameters<typeof plainTrainer>): Promise<PlainTrainer> {
  const trainer = plainTrainer(...options);
  await open(trainer);
  return trainer;
}

const headOf = async ({ call }: PlainTrainer) => [
  ...((await call('readAdapter', null))?.tensors.get(headWeight)?.data ?? []),
];

describe('a run', () => {
  test('is set up, trained to its end, and reported with its id', async () => {
    const trainer = await opened();
    const { call, of } = trainer;
    expect(of('device')).toMatchObject([{ available: true, engine: 'wasm', why: 'no-gpu' }]);
    expect(await configure(trainer, 'a')).toMatchObject({ totalSteps: 8, stepsPerEpoch: 4, sharedHeap: null });
    expect(await call('train', null)).toBeUndefined();
    await ended(trainer);
    expect(new Set([...of('progress'), ...of('state')].map(({ runId }) => runId))).toEqual(new Set(['a']));
    expect(of('progress').flatMap(({ steps }) => steps.map(({ step }) => step))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(of('progress').flatMap(({ epochs }) => epochs.map(({ epoch }) => epoch))).toEqual([1, 2]);
    expect(of('progress').at(-1)).toMatchObject({ final: null, failure: null });
    expect(of('progress').filter(({ final }) => final)).toHaveLength(1);
    expect(of('state').length).toBeGreaterThan(0);
    // Whoever keeps both has no state without its curves.
    const at = trainer.events.findIndex(({ type }) => type === 'state');
    expect(trainer.events[at - 1]).toMatchObject({ type: 'progress', runId: 'a' });
  });

  test('pauses at once, whatever is carried out before', async () => {
    let answering = Promise.resolve();
    const trainer = await opened({
      change: (engine) => {
        const evaluate = engine.evaluate.bind(engine);
        return { evaluate: async (batch) => answering.then(() => evaluate(batch)) };
      },
    });
    await configure(trainer, 'a', { training: { epochs: 1, batchSize: 1 } });
    let answer = () => {};
    answering = new Promise((resolve) => {
      answer = resolve;
    });
    await trainer.call('train', null);
    const prediction = trainer.call('predict', { text: 'a', adapter: null, strength: 1 });
    const pausing = trainer.call('pause', null);
    await ended(trainer, 'paused');
    expect(trainer.of('progress').flatMap(({ epochs }) => epochs)).toEqual([]);
    answer();
    expect(await prediction).not.toBeNull();
    await pausing;
  });

  test('goes on after a pause to the same weights', async () => {
    const through = await opened();
    await configure(through);
    await through.call('train', null);
    await ended(through);

    const trainer = await opened();
    const { call, of } = trainer;
    await configure(trainer);
    await call('train', null);
    const predicting = [1, 2, 3].map(() => call('predict', { text: 'a b', adapter: null, strength: 1 }));
    await call('pause', null);
    expect(of('progress').at(-1)?.phase).toBe('paused');
    const made = () => of('progress').reduce((sum, { steps }) => sum + steps.length, 0);
    const before = made();
    expect(before).toBeLessThan(8);
    expect(await Promise.all(predicting)).toHaveLength(3);
    await call('step', { count: 2 });
    await vi.waitFor(() => expect(made()).toBe(before + 2));
    await ended(trainer, 'paused');
    await call('train', null);
    await ended(trainer);
    expect(await headOf(trainer)).toEqual(await headOf(through));
  });

  test('tells where it stands between two steps, when it is asked while it trains', async () => {
    const trainer = await opened();
    await configure(trainer, 'a', { training: { epochs: 1, batchSize: 1 } });
    await trainer.call('train', null);
    await trainer.call('reportState', null);
    await vi.waitFor(() => expect(trainer.of('state')[0]?.state.epochs).toBe(0));
    await trainer.call('pause', null);
    await trainer.call('reportState', null);
    const { state } = trainer.of('state').at(-1) ?? {};
    expect(state?.step).toBeGreaterThan(0);
    // From there it goes on elsewhere.
    const other = await opened();
    const run = runOn({ training: { epochs: 1, batchSize: 1 } });
    await other.call('configure', { runId: 'b', run, start: null, state });
    for (const each of [trainer, other]) {
      await each.call('train', null);
      await ended(each);
    }
    expect(await headOf(other)).toEqual(await headOf(trainer));
  });

  test('that cannot go on says why with its last report, and stands where it was', async () => {
    let steps = 0;
    const trainer = await opened({
      change: (engine) => {
        const step = engine.step.bind(engine);
        return { step: async (...batch) => (++steps > 6 ? { loss: Number.NaN, gradNorm: 1 } : step(...batch)) };
      },
    });
    await configure(trainer, 'a');
    await trainer.call('train', null);
    await ended(trainer, 'failed');
    expect(trainer.of('progress').at(-1)).toMatchObject({
      runId: 'a',
      failure: { name: 'TrainingError', code: 'diverged' },
    });
    expect(trainer.of('progress').filter(({ failure }) => failure)).toHaveLength(1);
    // It can be answered and set up again, not trained on.
    await trainer.call('train', null);
    expect(await trainer.call('predict', { text: 'a', adapter: null, strength: 1 })).not.toBeNull();
    expect(trainer.of('progress').at(-1)?.phase).toBe('failed');
    expect(await configure(trainer, 'b')).toMatchObject({ totalSteps: 8 });
  });

  test('gives way to the next, of which everything is reported from then on', async () => {
    const trainer = await opened();
    await configure(trainer, 'a', { training: { epochs: 100 } });
    await trainer.call('train', null);
    await configure(trainer, 'b');
    const from = trainer.events.length;
    await trainer.call('train', null);
    await ended(trainer);
    const later = trainer.events.slice(from).flatMap((event) => ('runId' in event ? [event.runId] : []));
    expect(new Set(later)).toEqual(new Set(['b']));
  });

  test('on rows or an encoder that are not here is refused', async () => {
    const trainer = plainTrainer();
    await expect(configure(trainer)).rejects.toThrow('No encoder is loaded.');
    await open(trainer);
    await expect(configure(trainer, 'a', { run: { data: { train: 'other.csv' } } })).rejects.toThrow(
      'Task other.csv is not loaded.',
    );
    const wrongKey = trainer.call('loadRows', { name: 'mine.csv', key: 2, split: null });
    await expect(wrongKey).rejects.toThrow('The rows of mine.csv are not here. Import the file again.');
    expect(await configure(trainer)).toMatchObject({ totalSteps: 8 });
  });
});

describe('requests', () => {
  test('are carried out in their order, and one that is aborted before its turn is left out', async () => {
    const trainer = await opened();
    const { call } = trainer;
    const order: string[] = [];
    const note = (name: string, work: Promise<unknown>) => work.then(() => order.push(name));
    const superseded = new AbortController();
    const asked = [
      note('configure', configure(trainer, 'a')),
      note('predict', call('predict', { text: 'a b', adapter: null, strength: 1 })),
      call('configure', { runId: 'b', run: runOn(), start: null }, { signal: superseded.signal }),
      note('adapter', call('readAdapter', null)),
      note('train', call('train', null)),
    ];
    superseded.abort();
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(order).toEqual(['configure', 'predict', 'adapter', 'train']);
    await ended(trainer);
    expect(trainer.of('progress').every(({ runId }) => runId === 'a')).toBe(true);
  });

  test('an encoder is read at once and taken in its turn; one that cannot be used leaves the one before', async () => {
    const trainer = await opened();
    const { call, fetched } = trainer;
    await configure(trainer);
    await call('train', null);
    const count = fetched.length;
    // What waits before it: a demonstration that takes a while.
    const before = call('demonstrateForgetting', {
      first: runOn(),
      second: runOn(),
      full: runOn({ run: { method: { type: 'full' } } }),
      steps: 4,
    });
    let isTaken = false;
    const loading = call('loadEncoder', { name: 'encoder-small', files: null, frozenBits: 32 }).then((facts) => {
      isTaken = true;
      return facts;
    });
    await vi.waitFor(() => expect(fetched.length).toBeGreaterThan(count));
    expect(isTaken).toBe(false);
    await before;
    expect(await loading).toMatchObject({ name: 'encoder-small', config: { layers: 2, hidden: 64 } });
    // With it the run is gone.
    expect(await call('readAdapter', null)).toBeNull();
    await configure(trainer);
    await expect(call('loadEncoder', { name: 'broken', files: [], frozenBits: 32 })).rejects.toThrow('config.json');
    expect(await call('readAdapter', null)).not.toBeNull();
    expect(await call('viewTokens', { text: 'a b', length: 8 })).toMatchObject([
      {},
      { piece: 'a' },
      { piece: 'b' },
      {},
    ]);
  });

  test('a built-in task’s rows are read from beside the page, and only once', async () => {
    const trainer = await opened();
    const { call, fetched } = trainer;
    const task = await call('loadTask', { name: 'sms_spam' });
    expect(task).toMatchObject({ name: 'sms_spam', labels: expect.arrayContaining(['ham', 'spam']) });
    expect(fetched.filter((url) => url.startsWith(`${page}datasets/sms_spam/`))).toHaveLength(2);
    const count = fetched.length;
    await call('loadTask', { name: 'sms_spam' });
    expect(fetched).toHaveLength(count);
    await expect(call('loadTask', { name: 'unknown' })).rejects.toThrow('The rows of unknown are not here.');
    expect(await call('checkTokens', { length: 8, positions: 32 })).toMatchObject({
      findings: expect.arrayContaining([expect.objectContaining({ check: 'cut-off' })]),
    });
  });

  test('stopping the demonstration is heard while it is under way', async () => {
    const trainer = await opened();
    const points: number[] = [];
    let isOver = false;
    const ask = { first: runOn(), second: runOn(), full: runOn({ run: { method: { type: 'full' } } }), steps: 1000 };
    const demonstration = trainer
      .call('demonstrateForgetting', ask, { onProgress: ({ step }) => points.push(step) })
      .then(() => {
        isOver = true;
      });
    await vi.waitFor(() => expect(points.length).toBeGreaterThan(0));
    expect(isOver).toBe(false);
    await trainer.call('stopForgetting', null);
    await demonstration;
    // Of 2000 in each of two ways.
    expect(Math.max(...points)).toBeLessThan(1000);
  });

  test('snapshots come for the run that is watched, beginning at once', async () => {
    const trainer = await opened();
    await trainer.call('watchSnapshots', { on: true });
    expect(trainer.of('snapshot')).toEqual([]);
    await configure(trainer, 'a');
    await trainer.call('train', null);
    await ended(trainer);
    expect(trainer.of('snapshot').map(({ runId, snapshot }) => [runId, snapshot.epoch])).toEqual([
      ['a', 0],
      ['a', 1],
      ['a', 2],
    ]);
    await trainer.call('watchSnapshots', { on: false });
    await trainer.call('watchSnapshots', { on: true });
    expect(trainer.of('snapshot')).toHaveLength(4);
  });
});

describe('the engine', () => {
  const asked = { run: { engine: 'webgpu' } };

  test('a run that asks for another moves the encoder and the adapters there, and the device before is closed', async () => {
    const trainer = await opened();
    const { call, devices, of } = trainer;
    await configure(trainer);
    const adapter = await call('readAdapter', null);
    if (!adapter) throw new Error('there is a run');
    await call('loadAdapter', { id: 'kept', ...adapter, run: { ...adapter.run, model: 'encoder-small' } });
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

  test('one that is lost ends training, and is told of', async () => {
    const trainer = await opened();
    await configure(trainer, 'a', { training: { epochs: 1000 } });
    await trainer.call('train', null);
    trainer.devices[0]?.lose('unplugged');
    await vi.waitFor(() =>
      expect(trainer.of('device').at(-1)).toMatchObject({ available: false, reason: 'unplugged' }),
    );
    await ended(trainer, 'paused');
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
    await other.call('loadEncoder', { name: 'encoder-small', files: null, frozenBits: 32 });
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

  test('a download that fails is the answer, in its turn', async () => {
    const trainer = plainTrainer({
      fetchFile: async (url) => {
        if (url.includes('safetensors')) throw new Error('the connection broke');
        return fetchTiny(url);
      },
    });
    await trainer.call('open', { base: page });
    const loading = trainer.call('loadEncoder', { name: 'encoder-small', files: null, frozenBits: 32 });
    await expect(loading).rejects.toThrow('the connection broke');
    await expect(trainer.call('readRun', { withRows: false })).rejects.toThrow('No encoder is loaded.');
  });
});

import { expect, test } from 'vitest';
import { drawInitial } from '../../src/base/random.ts';
import { Bases } from '../../src/device/bases.ts';
import type { LoadedEncoder, NamedTensors } from '../../src/engine/contract.ts';
import { roundFrozen } from '../../src/model/frozen-bits.ts';
import { engineSettings } from '../../src/training/engine-settings.ts';
import { readRun } from '../../src/training/run.ts';
import { AdapterPool } from '../../src/workers/trainer/adapter-pool.ts';
import type { TrainedAdapter } from '../../src/workers/trainer/api.ts';
import { withTinyEncoder } from '../support/golden.ts';
import { withTinyOnWasm } from '../support/wasm.ts';

const webgpu = withTinyEncoder();
const wasm = withTinyOnWasm();

const text = 'a short sentence to be told apart';
const labels = ['no', 'yes'];
const run = readRun({ name: 'pool', data: { task: 'sms_spam' }, method: { type: 'houlsby', bottleneck: 4 } });

/** An adapter that says something: tensors far from their start. */
async function adapterOf(seed: number): Promise<TrainedAdapter> {
  const { encoder } = wasm;
  const engine = await encoder.createEngine(engineSettings(run, encoder.config, labels.length));
  const tensors: NamedTensors = new Map(
    [...(await engine.readTrainable())].map(([name, { shape, data }]) => [
      name,
      { shape, data: drawInitial({ kind: 'normal', deviation: 0.2 }, data.length, seed, name) },
    ]),
  );
  engine.destroy();
  return { run, labels, tensors };
}

const poolOn = (loaded: LoadedEncoder, earlier?: AdapterPool) =>
  new AdapterPool({ loaded, bases: { in: async () => loaded }, tokenizer: wasm.files.tokenizer }, earlier ?? null);

test('an adapter answers on the weights that it was trained on', async () => {
  const { tokenizer } = wasm.files;
  const bases = new Bases(wasm.device, async () => wasm.files);
  const pool = new AdapterPool({ loaded: wasm.encoder, bases, tokenizer });
  const adapter = await adapterOf(1);
  await pool.load('whole', adapter);
  await pool.load('rounded', { ...adapter, run: { ...run, frozenBits: 8 } });
  const answer = async (id: string) => (await pool.predict(id, { text }, 1)).adapted[0] ?? 0;
  const alone = new AdapterPool({
    loaded: wasm.encoder,
    bases: { in: () => wasm.load(roundFrozen(wasm.files, 8)) },
    tokenizer,
  });
  await alone.load('rounded', { ...adapter, run: { ...run, frozenBits: 8 } });
  expect(await answer('rounded')).toBe((await alone.predict('rounded', { text }, 1)).adapted[0]);
  expect(Math.abs((await answer('rounded')) - (await answer('whole')))).toBeGreaterThan(1e-6);
  for (const each of [pool, alone, bases]) each.destroy();
});

test('what is held moves to another engine, answers there alike, and back', async () => {
  const first = poolOn(webgpu.encoder);
  for (const seed of [1, 2]) await first.load(`adapter ${seed}`, await adapterOf(seed));
  const answers = async (pool: AdapterPool) =>
    [await pool.predict('adapter 1', { text }, 1), await pool.predict('adapter 2', { text }, 0.5)].map(
      ({ adapted }) => adapted[0] ?? 0,
    );
  const expected = await answers(first);
  expect(Math.abs((expected[0] ?? 0) - (expected[1] ?? 0))).toBeGreaterThan(1e-3);

  const second = poolOn(wasm.encoder, first);
  first.destroy();
  expect(second.find('adapter 1')?.run).toEqual(run);
  const there = await answers(second);
  there.forEach((probability, i) => {
    expect(probability).toBeCloseTo(expected[i] ?? 0, 5);
  });

  // Before anybody has asked for one of them here.
  const third = poolOn(webgpu.encoder, poolOn(wasm.encoder, second));
  second.destroy();
  expect(await answers(third)).toEqual(expected);
  third.release('adapter 1');
  await expect(third.predict('adapter 1', { text }, 1)).rejects.toThrow('no longer loaded');
  third.destroy();
});

test('one that made room for others answers when it is asked again', async () => {
  const pool = poolOn(wasm.encoder);
  await pool.load('first', await adapterOf(1));
  const { adapted } = await pool.predict('first', { text }, 1);
  for (let other = 2; other < 9; other++) await pool.load(`other ${other}`, await adapterOf(other));
  expect((await pool.predict('first', { text }, 1)).adapted).toEqual(adapted);
  pool.destroy();
});

test('an engine that cannot be made loses nothing', async () => {
  const here = poolOn(wasm.encoder);
  await here.load('only', await adapterOf(1));
  const { adapted } = await here.predict('only', { text }, 1);
  const without = poolOn({ ...wasm.encoder, createEngine: () => Promise.reject(new Error('no memory')) }, here);
  here.destroy();
  await expect(without.predict('only', { text }, 1)).rejects.toThrow('no memory');
  const again = poolOn(wasm.encoder, without);
  expect((await again.predict('only', { text }, 1)).adapted).toEqual(adapted);
  again.destroy();
});

import { expect, test } from 'vitest';
import { drawInitial } from '../../src/base/random.ts';
import { Bases } from '../../src/device/bases.ts';
import type { LoadedEncoder, NamedTensors } from '../../src/engine/contract.ts';
import { roundFrozen } from '../../src/model/frozen-bits.ts';
import { readRun } from '../../src/training/run.ts';
import { engineSettings } from '../../src/training/session.ts';
import { Shelf, type TrainedAdapter } from '../../src/worker/shelf.ts';
import { withTinyEncoder } from '../support/golden.ts';
import { withTinyOnWasm } from '../support/wasm.ts';

const webgpu = withTinyEncoder();
const wasm = withTinyOnWasm();

const text = 'a short sentence to be told apart';
const labels = ['no', 'yes'];
const run = readRun({ name: 'shelf', data: { task: 'sms_spam' }, method: { type: 'houlsby', bottleneck: 4 } });

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

const shelfOn = (loaded: LoadedEncoder, earlier?: Shelf) =>
  new Shelf({ loaded, bases: { in: async () => loaded }, tokenizer: wasm.files.tokenizer }, earlier ?? null);

test('an adapter answers on the weights that it was trained on', async () => {
  const { tokenizer } = wasm.files;
  const bases = new Bases(wasm.device, async () => wasm.files);
  const shelf = new Shelf({ loaded: wasm.encoder, bases, tokenizer });
  const adapter = await adapterOf(1);
  await shelf.hold('whole', adapter);
  await shelf.hold('rounded', { ...adapter, run: { ...run, frozenBits: 8 } });
  const answer = async (id: string) => (await shelf.predict(id, text, 1)).adapted[0] ?? 0;
  const alone = new Shelf({
    loaded: wasm.encoder,
    bases: { in: () => wasm.load(roundFrozen(wasm.files, 8)) },
    tokenizer,
  });
  await alone.hold('rounded', { ...adapter, run: { ...run, frozenBits: 8 } });
  expect(await answer('rounded')).toBe((await alone.predict('rounded', text, 1)).adapted[0]);
  expect(Math.abs((await answer('rounded')) - (await answer('whole')))).toBeGreaterThan(1e-6);
  for (const each of [shelf, alone, bases]) each.destroy();
});

test('what is held moves to another engine, answers there alike, and back', async () => {
  const first = shelfOn(webgpu.encoder);
  for (const seed of [1, 2]) await first.hold(`adapter ${seed}`, await adapterOf(seed));
  const answers = async (shelf: Shelf) =>
    [await shelf.predict('adapter 1', text, 1), await shelf.predict('adapter 2', text, 0.5)].map(
      ({ adapted }) => adapted[0] ?? 0,
    );
  const expected = await answers(first);
  expect(Math.abs((expected[0] ?? 0) - (expected[1] ?? 0))).toBeGreaterThan(1e-3);

  const second = shelfOn(wasm.encoder, first);
  first.destroy();
  expect(second.runOf('adapter 1')).toEqual(run);
  const there = await answers(second);
  there.forEach((probability, i) => {
    expect(probability).toBeCloseTo(expected[i] ?? 0, 5);
  });

  // Before anybody has asked for one of them here.
  const third = shelfOn(webgpu.encoder, shelfOn(wasm.encoder, second));
  second.destroy();
  expect(await answers(third)).toEqual(expected);
  third.release('adapter 1');
  await expect(third.predict('adapter 1', text, 1)).rejects.toThrow('no longer loaded');
  third.destroy();
});

test('one that made room for others answers when it is asked again', async () => {
  const shelf = shelfOn(wasm.encoder);
  await shelf.hold('first', await adapterOf(1));
  const { adapted } = await shelf.predict('first', text, 1);
  for (let other = 2; other < 9; other++) await shelf.hold(`other ${other}`, await adapterOf(other));
  expect((await shelf.predict('first', text, 1)).adapted).toEqual(adapted);
  shelf.destroy();
});

test('an engine that cannot be made loses nothing', async () => {
  const here = shelfOn(wasm.encoder);
  await here.hold('only', await adapterOf(1));
  const { adapted } = await here.predict('only', text, 1);
  const without = shelfOn({ ...wasm.encoder, createEngine: () => Promise.reject(new Error('no memory')) }, here);
  here.destroy();
  await expect(without.predict('only', text, 1)).rejects.toThrow('no memory');
  const again = shelfOn(wasm.encoder, without);
  expect((await again.predict('only', text, 1)).adapted).toEqual(adapted);
  again.destroy();
});

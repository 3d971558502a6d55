import { expect, test } from 'vitest';
import type { Batch } from '../../src/engine/contract.ts';
import { Prefix } from '../../src/onnx/prefix.ts';
import { makeBatch } from '../../src/training/batches.ts';
import { randomBatch, settingsOf } from '../support/engine-runs.ts';
import { withTinyOnWasm } from '../support/wasm.ts';

const tiny = withTinyOnWasm();

const width = 2;

/** States that tell whose they are: each token's own number, `width` times. */
function prefixOf(pooled: boolean, most?: number): { prefix: Prefix; computed: number[] } {
  const computed: number[] = [];
  const compute = async ({ examples, length, ids, lengths }: Batch) => {
    computed.push(examples);
    const states: number[] = [];
    for (let b = 0; b < examples; b++)
      for (let t = 0; t < (pooled ? 1 : (lengths[b] ?? 0)); t++)
        states.push(...new Array(width).fill(ids[b * length + t]));
    return Float32Array.from(states);
  };
  return { prefix: new Prefix({ width, pooled, compute, ...(most === undefined ? {} : { most }) }), computed };
}

const rows = [[1, 2, 3], [4, 5], [6], [7, 8, 9, 10]];
const batchOf = (...keys: number[]) =>
  makeBatch(
    keys.map((key) => rows[key] ?? []),
    keys.map(() => 0),
    0,
    4,
    keys,
  );
const twice = (...numbers: number[]) => numbers.flatMap((n) => [n, n]);

test('computes what is missing, and joins it with what is kept in the order of the batch', async () => {
  const { prefix, computed } = prefixOf(false);
  expect([...(await prefix.states(batchOf(0, 2)))]).toEqual(twice(1, 2, 3, 6));
  expect([...(await prefix.states(batchOf(3, 0, 1, 2)))]).toEqual(twice(7, 8, 9, 10, 1, 2, 3, 4, 5, 6));
  expect([...(await prefix.states(batchOf(2, 3)))]).toEqual(twice(6, 7, 8, 9, 10));
  expect(computed).toEqual([2, 2]);
  expect(prefix.bytes).toBe(4 * width * 10);
  prefix.clear();
  expect(prefix.bytes).toBe(0);
  await prefix.states(batchOf(2, 3));
  expect(computed).toEqual([2, 2, 2]);
});

test('pooled states are one row an example', async () => {
  const { prefix, computed } = prefixOf(true);
  await prefix.states(batchOf(0, 1));
  expect([...(await prefix.states(batchOf(1, 3, 0)))]).toEqual(twice(4, 7, 1));
  expect(computed).toEqual([2, 1]);
});

test('past the budget an example is computed at every visit', async () => {
  const { prefix, computed } = prefixOf(false, 4 * width);
  for (let visit = 0; visit < 2; visit++)
    expect([...(await prefix.states(batchOf(0, 1, 2)))]).toEqual(twice(1, 2, 3, 4, 5, 6));
  expect(computed).toEqual([3, 1]);
  expect(prefix.bytes).toBe(4 * width * 4);
});

test('an example twice in one batch, or without a number', async () => {
  const { prefix, computed } = prefixOf(false);
  expect([...(await prefix.states(batchOf(1, 1)))]).toEqual(twice(4, 5, 4, 5));
  expect(prefix.bytes).toBe(4 * width * 2);
  const { keys: _, ...without } = batchOf(1);
  await prefix.states(without);
  expect(computed).toEqual([2, 1]);
});

test('what is given away is no part of what is kept', async () => {
  const { prefix } = prefixOf(false);
  (await prefix.states(batchOf(2))).fill(0);
  (await prefix.states(batchOf(2))).fill(0);
  expect([...(await prefix.states(batchOf(2)))]).toEqual(twice(6));
});

test('another number of tokens under the same number is refused', async () => {
  const { prefix } = prefixOf(false);
  await prefix.states(batchOf(0));
  await expect(prefix.states({ ...batchOf(1), keys: Uint32Array.of(0) })).rejects.toThrow(
    'example 0 came with 4 elements of states, with 6 before',
  );
});

test('engines share what is frozen, and one goes on when another ends', async () => {
  const settings = settingsOf({ type: 'houlsby', bottleneck: 4, layers: [1] });
  const [first, second] = [await tiny.encoder.createEngine(settings), await tiny.encoder.createEngine(settings)];
  const expected = await first.evaluate(randomBatch(0));
  first.destroy();
  expect(await second.evaluate(randomBatch(0))).toEqual(expected);
  second.destroy();
  const third = await tiny.encoder.createEngine(settings);
  expect(await third.evaluate(randomBatch(0))).toEqual(expected);
  third.destroy();
});

test('engines that are asked at once answer as they do one after another', async () => {
  const methods: Parameters<typeof settingsOf>[0][] = [
    { type: 'houlsby', bottleneck: 4, layers: [1] },
    { type: 'houlsby', bottleneck: 4 },
    { type: 'head-only' },
  ];
  const engines = await Promise.all(methods.map((method) => tiny.encoder.createEngine(settingsOf(method))));
  const ask = (engine: (typeof engines)[number], at: number) => engine.evaluate(randomBatch(at));
  const alone: Float32Array[] = [];
  for (const [at, engine] of engines.entries()) alone.push(await ask(engine, at));
  for (const engine of engines) engine.destroy();

  // Made anew, so that nothing is known from before: layers that are frozen run beside the other engines' graphs.
  const again = await Promise.all(methods.map((method) => tiny.encoder.createEngine(settingsOf(method))));
  expect(await Promise.all(again.map(ask))).toEqual(alone);
  for (const engine of again) engine.destroy();
});

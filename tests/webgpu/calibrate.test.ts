import { afterAll, beforeAll, expect, test } from 'vitest';
import { recall, remember } from '../../src/files/remembered.ts';
import { type Gpu, openGpu } from '../../src/gpu/device.ts';
import { calibrate, type TuningMemory, tuningFor } from '../../src/webgpu/calibrate.ts';
import { defaultTuning, type Tuning, tileClasses, tileShapes } from '../../src/webgpu/tiles.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.destroy());

test('measures every shape and picks the fastest of each class', async () => {
  const { tiles, rates, halfGflops } = await calibrate(gpu);
  expect(halfGflops).toBeGreaterThan(0);
  expect(rates).toHaveLength(tileClasses.length * tileShapes.length);
  for (const { gflops } of rates) expect(gflops).toBeGreaterThan(0);
  for (const kind of tileClasses) {
    const fastest = rates.filter((rate) => rate.kind === kind).sort((a, b) => b.gflops - a.gflops)[0];
    expect(tiles[kind]).toEqual(fastest?.tile);
  }
});

/** A memory that says what it was asked. */
function memoryOf(kept: unknown): TuningMemory & { remembered: Tuning[]; names: string[] } {
  const remembered: Tuning[] = [];
  const names: string[] = [];
  return {
    remembered,
    names,
    recall: async (name) => {
      names.push(name);
      return kept;
    },
    remember: async (_, value) => {
      remembered.push(value);
    },
  };
}

test('a processor is not measured', async () => {
  const memory = memoryOf(undefined);
  expect(await tuningFor({ ...gpu, software: true }, memory)).toEqual(defaultTuning({ ...gpu, software: true }));
  expect(memory.names).toEqual([]);
});

test('a remembered choice is taken as it is; a damaged one is measured anew and replaced', async () => {
  const card = { ...gpu, software: false };
  const tile = { rows: 16, columns: 8 };
  const choice = { tiles: { large: tile, small: tile, attention: tile }, halfWeights: true };
  const known = memoryOf(choice);
  expect(await tuningFor(card, known)).toEqual(choice);
  expect(known.remembered).toEqual([]);
  const damaged = memoryOf({ ...choice, tiles: { ...choice.tiles, large: { rows: 3, columns: 8 } } });
  expect(await tuningFor(card, damaged)).toEqual(damaged.remembered[0]);
  expect(damaged.names).toEqual(known.names);
});

test('the browser remembers', async () => {
  expect(await recall('nothing of that name')).toBeUndefined();
  await remember('a test value', { a: 1 });
  expect(await recall('a test value')).toEqual({ a: 1 });
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { recall, remember } from '../../src/files/remembered.ts';
import { type Gpu, openGpu } from '../../src/gpu/device.ts';
import { calibrate, type TileMemory, tilesFor } from '../../src/webgpu/calibrate.ts';
import { type TileChoice, tileClasses, tileShapes } from '../../src/webgpu/tiles.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.destroy());

test('measures every shape and picks the fastest of each class', async () => {
  const { tiles, rates } = await calibrate(gpu);
  expect(rates).toHaveLength(tileClasses.length * tileShapes.length);
  for (const { gflops } of rates) expect(gflops).toBeGreaterThan(0);
  for (const kind of tileClasses) {
    const fastest = rates.filter((rate) => rate.kind === kind).sort((a, b) => b.gflops - a.gflops)[0];
    expect(tiles[kind]).toEqual(fastest?.tile);
  }
});

/** A memory that says what it was asked. */
function memoryOf(kept: unknown): TileMemory & { remembered: TileChoice[]; names: string[] } {
  const remembered: TileChoice[] = [];
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

test('a remembered choice is taken as it is; a damaged one is measured anew and replaced', async () => {
  const tile = { rows: 16, columns: 8 };
  const choice = { large: tile, small: tile, attention: tile };
  const known = memoryOf(choice);
  expect(await tilesFor(gpu, known)).toEqual(choice);
  expect(known.remembered).toEqual([]);
  const damaged = memoryOf({ ...choice, large: { rows: 3, columns: 8 } });
  expect(await tilesFor(gpu, damaged)).toEqual(damaged.remembered[0]);
  expect(damaged.names).toEqual(known.names);
});

test('the browser remembers', async () => {
  expect(await recall('nothing of that name')).toBeUndefined();
  await remember('a test value', { a: 1 });
  expect(await recall('a test value')).toEqual({ a: 1 });
});

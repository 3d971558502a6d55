import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gpu, openGpu } from '../../../src/gpu/device.ts';
import { calibrate, candidates } from '../../../src/webgpu/products/calibrate.ts';
import { tileClasses } from '../../../src/webgpu/products/tiles.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.destroy());

test('measures every candidate and picks the fastest of each class; all are right', async () => {
  const { tiles, rates, refused, halfGflops } = await calibrate(gpu);
  expect(halfGflops).toBeGreaterThan(0);
  expect(refused).toEqual([]);
  for (const kind of tileClasses) {
    const ofKind = rates.filter((rate) => rate.kind === kind);
    expect(ofKind.map(({ tile }) => tile)).toEqual(candidates(gpu, kind));
    for (const { gflops, error } of ofKind) {
      expect(gflops).toBeGreaterThan(0);
      expect(error).toBeLessThan(1);
    }
    expect(tiles[kind]).toBe(ofKind.sort((a, b) => b.gflops - a.gflops)[0]?.tile);
  }
});

test("none of a card's candidates is refused for rounding", async () => {
  const card = { ...gpu, software: false };
  const { refused, rates } = await calibrate(card);
  expect(refused).toEqual([]);
  expect(rates.map(({ tile }) => tile)).toEqual(tileClasses.flatMap((kind) => candidates(card, kind)));
  for (const { error } of rates) expect(error).toBeLessThan(1);
});

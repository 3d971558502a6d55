import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gpu, openGpu } from '../../../src/gpu/device.ts';
import { calibrate, candidates } from '../../../src/webgpu/calibrate.ts';
import { tileClasses } from '../../../src/webgpu/tiles.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = { ...(await openGpu()), software: false };
});
afterAll(() => gpu.destroy());

test("none of a card's candidates is refused for rounding", async () => {
  const { refused, rates } = await calibrate(gpu);
  expect(refused).toEqual([]);
  expect(rates.map(({ tile }) => tile)).toEqual(tileClasses.flatMap((kind) => candidates(gpu, kind)));
  for (const { error } of rates) expect(error).toBeLessThan(1);
});

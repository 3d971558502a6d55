import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gpu, openGpu } from '../../src/gpu/device.ts';
import { PrefixCache } from '../../src/webgpu/prefix-cache.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.destroy());

test('keeps what fits into its budget, and finds a batch only whole', () => {
  const cache = new PrefixCache(gpu.device, 100);
  expect(cache.reserve(5, 60)?.size).toBe(240);
  expect(cache.reserve(5, 60)).toBeNull();
  expect(cache.reserve(6, 60)).toBeNull();
  expect(cache.reserve(7, 40)?.size).toBe(160);
  expect(cache.find(Uint32Array.of(7, 5))?.map(({ size }) => size)).toEqual([160, 240]);
  expect(cache.find(Uint32Array.of(5, 6))).toBeNull();
  expect(() => cache.reserve(7, 41)).toThrow('example 7 came with 41 elements of states, with 40 before');
  cache.destroy();
  expect(cache.find(Uint32Array.of(5))).toBeNull();
  expect(cache.bytes).toBe(0);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { getJson, putJson } from '../../src/base/browser-storage.ts';
import type { Slice } from '../../src/gpu/buffers.ts';
import { type Gpu, openGpu } from '../../src/gpu/device.ts';
import { calibrate, candidates, errorOf, type TuningMemory, tuningFor } from '../../src/webgpu/products/calibrate.ts';
import { defaultTuning, everywhere, type Tuning, tileClasses } from '../../src/webgpu/products/tiles.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu();
});
afterAll(() => gpu.destroy());

test('what a driver cannot compile is refused', async () => {
  const other = await openGpu();
  const compile = other.device.createComputePipelineAsync.bind(other.device);
  other.device.createComputePipelineAsync = async (descriptor) => {
    const { TALL, WIDE } = descriptor.compute.constants ?? {};
    if (TALL || WIDE) throw new Error('cannot be compiled');
    return compile(descriptor);
  };
  const { tiles, refused } = await calibrate({ ...other, software: true });
  expect(refused.map(({ tile }) => tile)).toEqual(tileClasses.flatMap(() => ['V0-8x16', 'V0-16x8', 'V0-16x16']));
  expect(tiles).toEqual(everywhere('V0-8x8'));
  other.destroy();
});

test('a card is offered what its limits allow, and its vendor likes', () => {
  const limits = { maxComputeWorkgroupStorageSize: 8192, maxComputeInvocationsPerWorkgroup: 128 };
  const card = (vendor: string, some: Partial<typeof limits>) =>
    ({ software: false, vendor, device: { limits: { ...gpu.device.limits, ...limits, ...some } } }) as unknown as Gpu;
  expect(candidates(card('amd', {}), 'narrow')).toEqual(['V1', 'V4']);
  expect(candidates(card('amd', { maxComputeInvocationsPerWorkgroup: 256 }), 'large')).not.toContain('V2');
  expect(candidates(card('amd', {}), 'large')).not.toContain('V1n');
  expect(candidates(card('nvidia', {}), 'large')).toContain('V1n');
});

test('a wrong result is refused, as is one that is no number; right ones of any depth are not', () => {
  const deep = { slice: {} as Slice, depth: 4099 };
  const sum = (off: number) => [Float32Array.of(100, 50 + off)];
  expect(errorOf([deep], sum(0.01), sum(0))).toBeLessThan(1);
  expect(errorOf([deep], sum(1), sum(0))).toBeGreaterThan(1);
  expect(errorOf([{ ...deep, depth: 64 }], sum(0.01), sum(0))).toBeGreaterThan(1);
  expect(errorOf([deep], sum(Number.NaN), sum(0))).toBe(Number.POSITIVE_INFINITY);
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
  // The candidates of a card take minutes on a processor: tests/long/gpu measures them.
  const card = { ...gpu, software: false };
  const measured: Tuning = { tiles: everywhere('V1'), halfWeights: false, refused: [] };
  const choice: Tuning = { tiles: everywhere('V2'), halfWeights: true, refused: [{ kind: 'deep', tile: 'V4' }] };
  const known = memoryOf(choice);
  expect(await tuningFor(card, known)).toEqual(choice);
  expect(known.remembered).toEqual([]);
  const damaged = memoryOf({ ...choice, tiles: { ...choice.tiles, large: 'V99' } });
  expect(await tuningFor(card, damaged, async () => measured)).toEqual(measured);
  expect(damaged.remembered).toEqual([measured]);
  expect(damaged.names).toEqual(known.names);
});

test('the browser remembers', async () => {
  expect(await getJson('nothing of that name')).toBeUndefined();
  await putJson('a test value', { a: 1 });
  expect(await getJson('a test value')).toEqual({ a: 1 });
});

import { expect, test } from 'vitest';
import { fromHalves, toHalves } from '../../src/webgpu/half.ts';

/** Every finite half. */
const halves = Uint16Array.from({ length: 65536 }, (_, i) => i).filter((half) => (half & 0x7c00) !== 0x7c00);

test('every finite half survives the way there and back', () => {
  const values = fromHalves(new Uint32Array(halves.slice().buffer));
  expect(new Set(values).size).toBe(halves.length - 1); // 0 and -0 are one value
  expect(toHalves(values)).toEqual(new Uint32Array(halves.slice().buffer));
  expect(fromHalves(Uint32Array.of(0xc0003c00))).toEqual(Float32Array.of(1, -2));
});

test('an odd count is filled up', () => {
  expect(toHalves(Float32Array.of(1, 0.5, -2))).toEqual(Uint32Array.of(0x38003c00, 0xc000));
});

test.each([0.1, 65505, 70000, 2 ** -25, 1.5 * 2 ** -24, Number.NaN, Number.POSITIVE_INFINITY])(
  '%d has no half',
  (value) => {
    expect(toHalves(Float32Array.of(1, value))).toBeNull();
  },
);

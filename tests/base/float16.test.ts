import { describe, expect, test } from 'vitest';
import { fitsFloat16, float16Values, packExactly, roundToFloat16, unpackFloat16 } from '../../src/base/float16.ts';

/** Every finite half. */
const halves = Uint16Array.from({ length: 65536 }, (_, i) => i).filter((half) => (half & 0x7c00) !== 0x7c00);
const tie = 2 ** -25;
const infinity = 0x7c00;

const rounded = (value: number) => roundToFloat16(Float32Array.of(value))[0];

describe('rounding', () => {
  test('every half stays what it is, infinities included', () => {
    const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const numbers = all.filter((half) => !Number.isNaN(float16Values()[half]));
    expect(numbers.length).toBe(halves.length + 2);
    expect(roundToFloat16(Float32Array.from(numbers, (half) => float16Values()[half] ?? 0))).toEqual(numbers);
  });

  test.each([
    ['the largest half', 65504, 0x7bff],
    ['the last number below half a step beyond it', 65519.99609375, 0x7bff],
    ['half a step beyond it', 65520, infinity],
    ['a whole step beyond it', 65536, infinity],
    ['far beyond it', -1e30, infinity | 0x8000],
    ['infinity', Number.POSITIVE_INFINITY, infinity],
    ['minus infinity', Number.NEGATIVE_INFINITY, infinity | 0x8000],
    ['NaN', Number.NaN, 0x7e00],
    ['a tie above an even half', 1 + 2 ** -11, 0x3c00],
    ['a tie above an odd half', 1 + 3 * 2 ** -11, 0x3c02],
    ['just above a tie', 1 + 2 ** -11 + 2 ** -23, 0x3c01],
    ['a carry into the exponent', 2 - 2 ** -12, 0x4000],
    ['the smallest normal half', 2 ** -14, 0x0400],
    ['just below it', 2 ** -14 - 2 ** -26, 0x0400],
    ['the largest subnormal half', 2 ** -14 - 2 ** -24, 0x03ff],
    ['the smallest half', 2 ** -24, 1],
    ['a tie above 0', tie, 0],
    ['just above it', tie * (1 + 2 ** -23), 1],
    ['a tie between 1 and 2 steps', 3 * tie, 2],
    ['minus a tie between 1 and 2 steps', -3 * tie, 0x8002],
    ['the smallest float32', 2 ** -149, 0],
    ['-0', -0, 0x8000],
  ])('%s', (_, value, bits) => {
    expect(rounded(value)).toBe(bits);
  });

  test('gives the nearest half of any number', () => {
    for (let i = 0; i < 2000; i++) {
      const value = Math.fround((i % 2 ? -1 : 1) * 1.37 ** (i / 32) * 2 ** -23 * (1 + i / 2000));
      const half = rounded(value) ?? 0;
      const [below, here, above] = [half - 1, half, half + 1].map((bits) =>
        Math.abs((float16Values()[bits & 0xffff] ?? Number.NaN) - value),
      );
      expect(here, `${value}`).toBeLessThanOrEqual(Math.min(below ?? 0, above ?? 0));
    }
  });

  test.each([
    [65504, true],
    [65519.99609375, true],
    [-65520, false],
    [65536, false],
    [Number.NaN, false],
    [Number.NEGATIVE_INFINITY, false],
  ])('%d fits: %s', (value, fits) => {
    expect(fitsFloat16(value)).toBe(fits);
    expect(Number.isFinite(float16Values()[rounded(value) ?? 0])).toBe(fits);
  });
});

describe('packing', () => {
  test('every finite half survives the way there and back', () => {
    const values = unpackFloat16(new Uint32Array(halves.slice().buffer));
    expect(new Set(values).size).toBe(halves.length - 1); // 0 and -0 are one value
    expect(packExactly(values)).toEqual(new Uint32Array(halves.slice().buffer));
    expect(unpackFloat16(Uint32Array.of(0xc0003c00))).toEqual(Float32Array.of(1, -2));
  });

  test('an odd count is filled up', () => {
    expect(packExactly(Float32Array.of(1, 0.5, -2))).toEqual(Uint32Array.of(0x38003c00, 0xc000));
  });

  test.each([0.1, 65505, 65536, 70000, 2 ** -25, 1.5 * 2 ** -24, Number.NaN, Number.POSITIVE_INFINITY])(
    '%d has no half',
    (value) => {
      expect(packExactly(Float32Array.of(1, value))).toBeNull();
    },
  );
});

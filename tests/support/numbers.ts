import { expect } from 'vitest';
import { createRandom } from '../../src/base/random.ts';

/** Standard normal numbers from a seed. */
export function normals(count: number, seed: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: count }, () => random.normal());
}

/** Whole numbers from `from` to `below` - 1. */
export function integers(count: number, from: number, below: number, seed: number): Uint32Array {
  const random = createRandom(seed);
  return Uint32Array.from({ length: count }, () => from + Math.floor(random.uniform() * (below - from)));
}

/** Every entry within atol + rtol |expected|; NaN never is. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { atol, rtol }: { atol: number; rtol: number },
  what = 'values',
): void {
  expect(actual.length, `${what}: length`).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [ours, theirs] = [actual[i] as number, expected[i] as number];
    if (!(Math.abs(ours - theirs) <= atol + rtol * Math.abs(theirs)))
      expect.fail(`${what}[${i}]: ${ours}, expected ${theirs}`);
  }
}

/**
 * The gradient of `loss` with respect to every entry of `x`, by central differences with Richardson extrapolation
 * (error of order h⁴).
 */
export function numericalGradient(loss: () => number, x: Float64Array): Float64Array {
  return x.map((value, i) => {
    const slope = (h: number) => {
      x[i] = value + h;
      const above = loss();
      x[i] = value - h;
      const below = loss();
      x[i] = value;
      return (above - below) / (2 * h);
    };
    const h = 1e-3;
    return (4 * slope(h / 2) - slope(h)) / 3;
  });
}

/** Σ a b: turns a tensor into a loss whose gradient is `b`. */
export const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

/** The counter-based dropout generator in plain integers: the same numbers as shaders/dropout.wgsl. */

/** lowbias32 (C. Wellons, "Prospecting for hash functions"). */
function mix(value: number): number {
  let x = value >>> 0;
  x ^= x >>> 16;
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b);
  x ^= x >>> 16;
  return x >>> 0;
}

/** The key of one adapter's mask in one step. */
export const dropoutKey = (seed: number, update: number, site: number): number => mix(mix(mix(seed) + update) + site);

/** Factor of element `index`: 0, or 1 / (1 - probability). */
export function dropoutFactor(key: number, index: number, probability: number): number {
  const uniform = (mix(key + Math.imul(index, 0x9e3779b9)) >>> 8) / 2 ** 24;
  return uniform >= probability ? 1 / (1 - probability) : 0;
}

/** Dropout masks from a counter: the same numbers as shaders/dropout.wgsl, so that both engines drop the same elements. */

/** lowbias32 (C. Wellons, "Prospecting for hash functions"). */
function mix(value: number): number {
  let x = value;
  x ^= x >>> 16;
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b);
  return x ^ (x >>> 16);
}

export interface DropoutMask {
  seed: number;
  /** Updates made before this step. */
  update: number;
  /** Index of the adapter among all. */
  site: number;
  probability: number;
  /** H */
  width: number;
  /** Index in (B, T) of each row that is computed. (rows) */
  packed: Int32Array;
}

/** Factors of the elements of the adapter's output: 0, or 1 / (1 - probability). (rows, H) */
export function dropoutMask({ seed, update, site, probability, width, packed }: DropoutMask): Float32Array {
  const key = mix((mix((mix(seed) + update) | 0) + site) | 0);
  const keep = Math.fround(1 / (1 - probability));
  // u >= p for u = bits / 2²⁴, compared as whole numbers: p is a float32 and so is every u.
  const least = Math.fround(probability) * 2 ** 24;
  const mask = new Float32Array(packed.length * width);
  let at = 0;
  for (const place of packed) {
    const first = Math.imul(place, width);
    for (let column = 0; column < width; column++) {
      const bits = mix((key + Math.imul(first + column, 0x9e3779b9)) | 0) >>> 8;
      if (bits >= least) mask[at] = keep;
      at++;
    }
  }
  return mask;
}

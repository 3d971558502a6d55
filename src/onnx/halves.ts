/** float32 to IEEE half precision, rounded to nearest, ties to even. */

const word = new Float32Array(1);
const bits = new Uint32Array(word.buffer);

/** The largest finite half. */
const largestHalf = 65504;

function toHalf(value: number): number {
  word[0] = value;
  const x = bits[0] as number;
  const sign = (x >>> 16) & 0x8000;
  const magnitude = x & 0x7fffffff;
  // Below 2⁻¹⁴ halves are multiples of 2⁻²⁴.
  if (magnitude < 0x38800000) {
    const steps = Math.abs(value) * 2 ** 24;
    const floor = Math.floor(steps);
    const rest = steps - floor;
    return sign | (floor + Number(rest > 0.5 || (rest === 0.5 && floor % 2 === 1)));
  }
  // 13 bits of the significand go; the exponent's bias falls from 127 to 15.
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

/**
 * @param name of the tensor, for the error
 * @throws RangeError for a number that half precision cannot hold
 */
export function toHalves(name: string, data: Float32Array): Uint16Array {
  return Uint16Array.from(data, (value) => {
    if (!(Math.abs(value) <= largestHalf))
      throw new RangeError(`${name} holds ${value}, which float16 cannot hold. Export float32 weights.`);
    return toHalf(value);
  });
}

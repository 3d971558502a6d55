/** 16-bit floats (IEEE 754 binary16), two in every 32 bits as WGSL's unpack2x16float reads them. */

const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** The half of the same value, or null if there is none. */
function toHalf(value: number): number | null {
  float[0] = value;
  const whole = bits[0] ?? 0;
  const sign = (whole >>> 16) & 0x8000;
  const magnitude = whole & 0x7fffffff;
  if (magnitude === 0) return sign;
  const exponent = (magnitude >>> 23) - 127;
  const fraction = (magnitude & 0x7fffff) | 0x800000;
  if (exponent > 15 || exponent < -24) return null;
  // Below 2^-14 a half loses a bit of its fraction with every power of two.
  const dropped = exponent >= -14 ? 13 : -1 - exponent;
  if (fraction & ((1 << dropped) - 1)) return null;
  const kept = fraction >>> dropped;
  return sign | (exponent >= -14 ? ((exponent + 15) << 10) | (kept & 0x3ff) : kept);
}

function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 0x3ff;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** The same values in half the room, or null if even one would change (infinities and NaN count as changed). */
export function toHalves(data: Float32Array): Uint32Array | null {
  const halves = new Uint16Array(2 * Math.ceil(data.length / 2));
  for (const [i, value] of data.entries()) {
    const half = toHalf(value);
    if (half === null) return null;
    halves[i] = half;
  }
  return new Uint32Array(halves.buffer);
}

/** What `toHalves` was given, with a 0 behind an odd count. */
export const fromHalves = (halves: Uint32Array): Float32Array =>
  Float32Array.from(new Uint16Array(halves.buffer, halves.byteOffset, 2 * halves.length), fromHalf);

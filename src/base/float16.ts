/** 16-bit floats (IEEE 754 binary16): weights in half the room. */

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** From here on, rounding to nearest gives infinity: half a step beyond 65504, the largest finite half. */
const firstInfinite = 65520;

/** Whether rounding gives a finite half: not for NaN, infinities and values that are too large. */
export const fitsFloat16 = (value: number): boolean => Math.abs(value) < firstInfinite;

/** The bits of the nearest half; ties go to the even one, what does not fit becomes infinity, NaN stays NaN. */
function toFloat16(value: number): number {
  float[0] = value;
  const whole = bits[0] ?? 0;
  const sign = (whole >>> 16) & 0x8000;
  const magnitude = whole & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (!fitsFloat16(value)) return sign | 0x7c00;
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

function fromFloat16(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const fraction = half & 0x3ff;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

let values: Float32Array | undefined;

/** The value of each of the 65,536 halves, by its bits: tensors have millions of elements. */
export function float16Values(): Float32Array {
  values ??= Float32Array.from({ length: 65536 }, (_, half) => fromFloat16(half));
  return values;
}

/** Each element rounded to the nearest half; `fitsFloat16` says which become infinite. */
export const roundToFloat16 = (data: Float32Array): Uint16Array => Uint16Array.from(data, toFloat16);

/** The nearest half of each element, as float32; infinite where `fitsFloat16` says no. */
export function nearestFloat16(data: Float32Array): Float32Array {
  const exact = float16Values();
  return Float32Array.from(data, (value) => exact[toFloat16(value)] as number);
}

/**
 * Packs values into half the room, two in every 32 bits as WGSL's unpack2x16float reads them; null if even one would
 * change (infinities and NaN count as changed).
 */
export function packExactly(data: Float32Array): Uint32Array | null {
  const exact = float16Values();
  const halves = new Uint16Array(2 * Math.ceil(data.length / 2));
  for (const [i, value] of data.entries()) {
    const half = toFloat16(value);
    if (exact[half] !== value || !fitsFloat16(value)) return null;
    halves[i] = half;
  }
  return new Uint32Array(halves.buffer);
}

/** Undoes `packExactly`; an odd count has a 0 behind it. */
export function unpackFloat16(packed: Uint32Array): Float32Array {
  const exact = float16Values();
  const halves = new Uint16Array(packed.buffer, packed.byteOffset, 2 * packed.length);
  return Float32Array.from(halves, (half) => exact[half] ?? 0);
}

/** Matrices in 8 bits a weight: whole numbers in -127 .. 127, and one float for each row that they are multiplied by. */
export interface Int8Matrix {
  /** (rows, width), row-major */
  numbers: Int8Array;
  /** (rows) */
  scales: Float32Array;
}

/** Rounds to the nearest whole number, ties to the even one, as IEEE 754 and PyTorch do. For |x| < 2³¹. */
function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return floor + Number(rest > 0.5 || (rest === 0.5 && floor % 2 !== 0));
}

/**
 * Quantises symmetrically, by row: scale = max|row| / 127, number = round-half-even(weight / scale). Every operation is
 * rounded to float32, as PyTorch computes them; on a processor, since WGSL's division may be 2.5 ulp off. A row of
 * zeros has the scale 0. Weights that are not finite make scales that are not.
 * @param data (rows, width), row-major
 */
export function quantiseRows(data: Float32Array, rows: number): Int8Matrix {
  const width = rows === 0 ? 0 : data.length / rows;
  const numbers = new Int8Array(data.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const [from, to] = [row * width, (row + 1) * width];
    let most = 0;
    for (let i = from; i < to; i++) most = Math.max(most, Math.abs(data[i] as number));
    const scale = Math.fround(most / 127);
    scales[row] = scale;
    if (scale === 0) continue;
    for (let i = from; i < to; i++) {
      const number = roundHalfEven(Math.fround((data[i] as number) / scale));
      numbers[i] = Math.max(-127, Math.min(127, number));
    }
  }
  return { numbers, scales };
}

/** The weights that a matrix in 8 bits stands for: number x scale, in float32. (rows, width) */
export function dequantise({ numbers, scales }: Int8Matrix): Float32Array {
  const width = numbers.length / scales.length;
  const weights = new Float32Array(numbers.length);
  for (const [row, scale] of scales.entries())
    for (let i = row * width; i < (row + 1) * width; i++) weights[i] = (numbers[i] as number) * scale;
  return weights;
}

/** Packs four numbers into every 32 bits, the first lowest, then the scales: read by shaders/slots-in2-int8.wgsl. */
export function packInt8({ numbers, scales }: Int8Matrix): Uint32Array {
  const packed = new Uint32Array(Math.ceil(numbers.length / 4) + scales.length);
  new Int8Array(packed.buffer).set(numbers);
  packed.set(new Uint32Array(scales.buffer, scales.byteOffset, scales.length), packed.length - scales.length);
  return packed;
}

/** Undoes `packInt8`. */
export function unpackInt8(packed: Uint32Array, rows: number, width: number): Int8Matrix {
  const at = Math.ceil((rows * width) / 4);
  return {
    numbers: new Int8Array(packed.buffer, packed.byteOffset, rows * width),
    scales: new Float32Array(packed.buffer, packed.byteOffset + 4 * at, rows),
  };
}

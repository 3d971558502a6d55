/** LayerNorm in float64: biased variance (Ba, Kiros, Hinton 2016). */

interface NormShape {
  rows: number;
  width: number;
}

/** out = norm * weight + bias, norm = (x - mean) * rstd. x (rows, width). @param bias null: none */
export function layerNormForward(
  x: Float64Array,
  weight: Float64Array,
  bias: Float64Array | null,
  { rows, width }: NormShape,
  epsilon: number,
): { out: Float64Array; norm: Float64Array; rstd: Float64Array } {
  const out = new Float64Array(rows * width);
  const norm = new Float64Array(rows * width);
  const rstd = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const values = x.subarray(row * width, (row + 1) * width);
    const mean = values.reduce((sum, value) => sum + value, 0) / width;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
    const scale = 1 / Math.sqrt(variance + epsilon);
    rstd[row] = scale;
    values.forEach((value, i) => {
      norm[row * width + i] = (value - mean) * scale;
      out[row * width + i] = (value - mean) * scale * (weight[i] as number) + (bias?.[i] ?? 0);
    });
  }
  return { out, norm, rstd };
}

/** forward: out = norm * weight + bias */
export function layerNormBackward(
  dOut: Float64Array,
  norm: Float64Array,
  rstd: Float64Array,
  weight: Float64Array,
  { rows, width }: NormShape,
): { dX: Float64Array; dWeight: Float64Array; dBias: Float64Array } {
  const dX = new Float64Array(rows * width);
  const dWeight = new Float64Array(width);
  const dBias = new Float64Array(width);
  for (let row = 0; row < rows; row++) {
    let mean = 0;
    let meanNorm = 0;
    for (let i = 0; i < width; i++) {
      const at = row * width + i;
      const d = dOut[at] as number;
      dWeight[i] = (dWeight[i] as number) + d * (norm[at] as number);
      dBias[i] = (dBias[i] as number) + d;
      mean += (d * (weight[i] as number)) / width;
      meanNorm += (d * (weight[i] as number) * (norm[at] as number)) / width;
    }
    for (let i = 0; i < width; i++) {
      const at = row * width + i;
      const dNorm = (dOut[at] as number) * (weight[i] as number);
      dX[at] = (rstd[row] as number) * (dNorm - mean - (norm[at] as number) * meanNorm);
    }
  }
  return { dX, dWeight, dBias };
}

/** A linear layer in float64. */

export interface LinearShape {
  rows: number;
  inputs: number;
  outputs: number;
}

/** out = x Wᵀ + bias: x (rows, inputs), weight (outputs, inputs), bias (outputs) -> (rows, outputs) */
export function matmulForward(
  x: Float64Array,
  weight: Float64Array,
  bias: Float64Array,
  { rows, inputs, outputs }: LinearShape,
): Float64Array {
  const out = new Float64Array(rows * outputs);
  for (let r = 0; r < rows; r++)
    for (let o = 0; o < outputs; o++) {
      let sum = bias[o] as number;
      for (let i = 0; i < inputs; i++) sum += (x[r * inputs + i] as number) * (weight[o * inputs + i] as number);
      out[r * outputs + o] = sum;
    }
  return out;
}

/** forward: out = x Wᵀ + bias */
export function matmulBackward(
  dOut: Float64Array,
  x: Float64Array,
  weight: Float64Array,
  { rows, inputs, outputs }: LinearShape,
): { dX: Float64Array; dWeight: Float64Array; dBias: Float64Array } {
  const dX = new Float64Array(rows * inputs);
  const dWeight = new Float64Array(outputs * inputs);
  const dBias = new Float64Array(outputs);
  for (let r = 0; r < rows; r++)
    for (let o = 0; o < outputs; o++) {
      const d = dOut[r * outputs + o] as number;
      dBias[o] = (dBias[o] as number) + d;
      for (let i = 0; i < inputs; i++) {
        dX[r * inputs + i] = (dX[r * inputs + i] as number) + d * (weight[o * inputs + i] as number);
        dWeight[o * inputs + i] = (dWeight[o * inputs + i] as number) + d * (x[r * inputs + i] as number);
      }
    }
  return { dX, dWeight, dBias };
}

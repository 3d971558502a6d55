import type { Activation } from '../model/shapes.ts';

/** Activation functions in float64. */

/**
 * erf by its series 2/√π exp(-x²) Σ 2ⁿ x^(2n+1) / (2n+1)!! inside |x| < 3, whose terms are all positive, and by the continued
 * fraction of erfc outside (Abramowitz & Stegun 7.1.6 and 7.1.14).
 */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a < 3) {
    let term = a;
    let sum = a;
    for (let n = 1; term > 1e-18 * sum; n++) {
      term *= (2 * a * a) / (2 * n + 1);
      sum += term;
    }
    return (Math.sign(x) * 2 * Math.exp(-a * a) * sum) / Math.sqrt(Math.PI);
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (a + fraction);
  return Math.sign(x) * (1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + fraction));
}

const normalCdf = (z: number) => 0.5 * (1 + erf(z / Math.SQRT2));
const normalDensity = (z: number) => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
const tanhPart = (z: number) => Math.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * z ** 3));

const functions: Record<Activation, { value: (z: number) => number; slope: (z: number) => number }> = {
  gelu: { value: (z) => z * normalCdf(z), slope: (z) => normalCdf(z) + z * normalDensity(z) },
  relu: { value: (z) => Math.max(z, 0), slope: (z) => (z > 0 ? 1 : 0) },
  swish: { value: (z) => z * sigmoid(z), slope: (z) => sigmoid(z) * (1 + z * (1 - sigmoid(z))) },
  gelu_new: {
    value: (z) => 0.5 * z * (1 + tanhPart(z)),
    slope: (z) =>
      0.5 * (1 + tanhPart(z)) + 0.5 * z * (1 - tanhPart(z) ** 2) * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * z * z),
  },
};

/** f(z), elementwise */
export const activationForward = (kind: Activation, z: Float64Array): Float64Array => z.map(functions[kind].value);

/** forward: out = f(z). dZ = dOut f'(z) */
export const activationBackward = (kind: Activation, dOut: Float64Array, z: Float64Array): Float64Array =>
  z.map((value, i) => (dOut[i] as number) * functions[kind].slope(value));

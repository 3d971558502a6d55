/** Clipping and AdamW in float64 (Loshchilov & Hutter 2019), in PyTorch's order. */

export interface AdamWSettings {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
  clip: number | null;
  /** From 1. */
  update: number;
}

export interface AdamWState {
  parameters: Float64Array;
  firstMoments: Float64Array;
  secondMoments: Float64Array;
}

/** The global L2 norm. */
export const gradientNorm = (gradients: Float64Array): number =>
  Math.sqrt(gradients.reduce((sum, g) => sum + g * g, 0));

/** One update; the first `decayed` elements take weight decay. */
export function adamwStep(
  state: AdamWState,
  gradients: Float64Array,
  decayed: number,
  { learningRate, beta1, beta2, epsilon, weightDecay, clip, update }: AdamWSettings,
): AdamWState {
  const factor = clip === null ? 1 : Math.min(1, clip / (gradientNorm(gradients) + 1e-6));
  const firstMoments = state.firstMoments.map((m, i) => beta1 * m + (1 - beta1) * factor * (gradients[i] as number));
  const secondMoments = state.secondMoments.map(
    (v, i) => beta2 * v + (1 - beta2) * (factor * (gradients[i] as number)) ** 2,
  );
  const parameters = state.parameters.map((p, i) => {
    const decayedValue = i < decayed ? p * (1 - learningRate * weightDecay) : p;
    const m = (firstMoments[i] as number) / (1 - beta1 ** update);
    const v = Math.sqrt(secondMoments[i] as number) / Math.sqrt(1 - beta2 ** update);
    return decayedValue - (learningRate * m) / (v + epsilon);
  });
  return { parameters, firstMoments, secondMoments };
}

/** Squared error in float64. */

interface OutputShape {
  examples: number;
  outputs: number;
}

/** The squared errors of each example's outputs, added up (B). The loss of a batch is the mean. logits, targets (B, O) */
export function squaredErrorForward(
  logits: Float64Array,
  targets: Float64Array,
  { examples, outputs }: OutputShape,
): Float64Array {
  const losses = new Float64Array(examples);
  logits.forEach((z, at) => {
    const example = Math.floor(at / outputs);
    losses[example] = (losses[example] as number) + (z - (targets[at] as number)) ** 2;
  });
  return losses;
}

/** forward: loss = mean over all outputs. dLogits = 2 (logits - targets) / (B O) */
export function squaredErrorBackward(logits: Float64Array, targets: Float64Array): Float64Array {
  return logits.map((z, at) => (2 * (z - (targets[at] as number))) / logits.length);
}

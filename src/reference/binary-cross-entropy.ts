/** Binary cross entropy of a sigmoid for each class, in float64. */

interface LogitShape {
  examples: number;
  classes: number;
}

/** The losses of each example's classes, added up (B). The loss of a batch is their sum / (B C). logits, targets (B, C) */
export function binaryCrossEntropyForward(
  logits: Float64Array,
  targets: Float64Array,
  { examples, classes }: LogitShape,
): Float64Array {
  const losses = new Float64Array(examples);
  logits.forEach((z, at) => {
    const example = Math.floor(at / classes);
    const loss = Math.max(z, 0) - z * (targets[at] as number) + Math.log1p(Math.exp(-Math.abs(z)));
    losses[example] = (losses[example] as number) + loss;
  });
  return losses;
}

/** forward: loss = sum / (B C). dLogits = (sigmoid(logits) - targets) / (B C) */
export function binaryCrossEntropyBackward(logits: Float64Array, targets: Float64Array): Float64Array {
  return logits.map((z, at) => (1 / (1 + Math.exp(-z)) - (targets[at] as number)) / logits.length);
}

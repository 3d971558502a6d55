/** Softmax cross entropy in float64. */

interface LogitShape {
  examples: number;
  classes: number;
}

/** Loss of each example (B), and softmax(logits) (B, C). The loss of a batch is the mean. */
export function crossEntropyForward(
  logits: Float64Array,
  labels: Uint32Array,
  { examples, classes }: LogitShape,
): { losses: Float64Array; probabilities: Float64Array } {
  const losses = new Float64Array(examples);
  const probabilities = new Float64Array(examples * classes);
  for (let b = 0; b < examples; b++) {
    const row = logits.subarray(b * classes, (b + 1) * classes);
    const highest = Math.max(...row);
    const sum = row.reduce((total, logit) => total + Math.exp(logit - highest), 0);
    row.forEach((logit, c) => {
      probabilities[b * classes + c] = Math.exp(logit - highest) / sum;
    });
    losses[b] = Math.log(sum) + highest - (row[labels[b] as number] as number);
  }
  return { losses, probabilities };
}

/** forward: loss = mean over examples. dLogits = (softmax(logits) - one hot) / B */
export function crossEntropyBackward(
  probabilities: Float64Array,
  labels: Uint32Array,
  { examples, classes }: LogitShape,
): Float64Array {
  return probabilities.map((p, at) => (p - Number(labels[Math.floor(at / classes)] === at % classes)) / examples);
}

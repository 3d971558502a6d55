import { notCounted } from '../model/shapes.ts';

/** Softmax cross entropy in float64. A row is an example, or a token where each is labelled. */

interface LogitShape {
  examples: number;
  classes: number;
}

/** Loss of each row (B), 0 where the label is `notCounted`, and softmax(logits) (B, C). The loss of a batch is the mean over the rows that count. */
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
    const label = labels[b] as number;
    if (label !== notCounted) losses[b] = Math.log(sum) + highest - (row[label] as number);
  }
  return { losses, probabilities };
}

/** forward: loss = mean over the n rows that count. dLogits = (softmax(logits) - one hot) / n, 0 in the others */
export function crossEntropyBackward(
  probabilities: Float64Array,
  labels: Uint32Array,
  { classes }: LogitShape,
): Float64Array {
  const counted = labels.filter((label) => label !== notCounted).length;
  return probabilities.map((p, at) => {
    const label = labels[Math.floor(at / classes)];
    return label === notCounted ? 0 : (p - Number(label === at % classes)) / counted;
  });
}

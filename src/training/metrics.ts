/** Scores of a classifier on held-out rows. */
export interface Scores {
  /** Mean cross entropy. */
  loss: number;
  /** Share of rows whose most probable class is right. */
  accuracy: number;
  /** Mean over classes of F1; a class that neither occurs nor is predicted is left out. */
  macroF1: number;
}

/** Probabilities of one row of logits, without overflow. */
export function softmax(logits: ArrayLike<number>): number[] {
  const values = Array.from(logits);
  const highest = Math.max(...values);
  const exponentials = values.map((value) => Math.exp(value - highest));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}

/** The index of the largest entry; the first of equals. */
export const argMax = (values: readonly number[]): number => values.indexOf(Math.max(...values));

/** Rows counted by (true class, predicted class). (C, C) */
export function confusionMatrix(
  labels: readonly number[],
  predictions: readonly number[],
  classes: number,
): number[][] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  labels.forEach((label, i) => {
    const row = matrix[label];
    const predicted = predictions[i] ?? -1;
    if (row?.[predicted] !== undefined) row[predicted]++;
  });
  return matrix;
}

/** Macro-averaged F1 of a confusion matrix, as scikit-learn computes it over the classes that occur. */
export function macroF1(matrix: readonly number[][]): number {
  const scores = matrix.flatMap((row, c) => {
    const hits = row[c] ?? 0;
    const actual = row.reduce((sum, n) => sum + n, 0);
    const predicted = matrix.reduce((sum, other) => sum + (other[c] ?? 0), 0);
    return actual + predicted === 0 ? [] : [(2 * hits) / (actual + predicted)];
  });
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/**
 * Scores of logits.
 * @param logits one row an example (B, C)
 */
export function score(logits: readonly (readonly number[])[], labels: readonly number[], classes: number): Scores {
  const predictions = logits.map(argMax);
  const losses = logits.map((row, i) => {
    const highest = Math.max(...row);
    const sum = row.reduce((total, value) => total + Math.exp(value - highest), 0);
    return Math.log(sum) + highest - (row[labels[i] ?? 0] ?? Number.NaN);
  });
  const right = predictions.filter((prediction, i) => prediction === labels[i]).length;
  return {
    loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
    accuracy: right / labels.length,
    macroF1: macroF1(confusionMatrix(labels, predictions, classes)),
  };
}

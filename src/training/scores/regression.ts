/** Scores of numbers. */
export interface RegressionScores {
  /** Mean squared error. */
  loss: number;
  /** Correlation of the numbers; null where the answers or the targets are all the same. */
  pearson: number | null;
  /** Correlation of their ranks, equal ones sharing the mean of theirs; null as above. */
  spearman: number | null;
}

/** Pearson's correlation; null where one side does not vary. */
export function pearson(xs: readonly number[], ys: readonly number[]): number | null {
  const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const [mx, my] = [mean(xs), mean(ys)];
  let [xy, xx, yy] = [0, 0, 0];
  xs.forEach((value, i) => {
    const [dx, dy] = [value - mx, (ys[i] ?? 0) - my];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  });
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : null;
}

/** Ranks from 1; equal values share the mean of theirs. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const result = new Array<number>(values.length).fill(0);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to] ?? 0] === values[order[from] ?? 0]) to++;
    for (const at of order.slice(from, to)) result[at] = (from + 1 + to) / 2;
    from = to;
  }
  return result;
}

/** @param answers the head's one output of each row */
export function regressionScores(answers: readonly number[], targets: readonly number[]): RegressionScores {
  const squared = answers.map((answer, i) => (answer - (targets[i] ?? 0)) ** 2);
  return {
    loss: squared.reduce((sum, value) => sum + value, 0) / answers.length,
    pearson: pearson(answers, targets),
    spearman: pearson(ranks(answers), ranks(targets)),
  };
}

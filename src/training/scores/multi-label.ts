/** Scores of answers with any number of classes, each decided by itself: a class is given where its logit is above 0. */
export interface MultiLabelScores {
  /** Mean binary cross entropy over rows and classes. */
  loss: number;
  /** F1 of all decisions taken together. */
  microF1: number;
  /** Mean over classes of F1; a class that neither occurs nor is given is left out. */
  macroF1: number;
  /** Share of rows whose classes are all right. */
  exact: number;
}

/** F1 of counts; 0 where there is nothing to find and nothing was found. */
const f1 = ({ hits, given, there }: Counts): number => (given + there === 0 ? 0 : (2 * hits) / (given + there));

interface Counts {
  hits: number;
  given: number;
  there: number;
}

/**
 * @param logits (B, C)
 * @param targets 1 for a class that the row has, else 0 (B, C)
 */
export function multiLabelScores(
  logits: readonly (readonly number[])[],
  targets: readonly (readonly number[])[],
): MultiLabelScores {
  const classes = logits[0]?.length ?? 0;
  const perClass = Array.from({ length: classes }, (): Counts => ({ hits: 0, given: 0, there: 0 }));
  let [loss, exact] = [0, 0];
  logits.forEach((row, i) => {
    let right = true;
    row.forEach((z, c) => {
      const y = targets[i]?.[c] ?? 0;
      loss += Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z)));
      const counts = perClass[c];
      if (!counts) return;
      const isGiven = z > 0;
      counts.given += Number(isGiven);
      counts.there += y;
      counts.hits += isGiven ? y : 0;
      right &&= isGiven === (y === 1);
    });
    exact += Number(right);
  });
  const all = perClass.reduce(
    (sum, { hits, given, there }) => ({
      hits: sum.hits + hits,
      given: sum.given + given,
      there: sum.there + there,
    }),
    { hits: 0, given: 0, there: 0 },
  );
  const known = perClass.filter(({ given, there }) => given + there > 0);
  return {
    loss: loss / (logits.length * classes),
    microF1: f1(all),
    macroF1: known.length === 0 ? 0 : known.reduce((sum, counts) => sum + f1(counts), 0) / known.length,
    exact: exact / logits.length,
  };
}

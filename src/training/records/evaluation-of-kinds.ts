import type { BothAnswers } from '../scores/scores.ts';
import { evaluationOf, maxFlipped, shownTexts } from './evaluation.ts';
import type {
  ClassEvaluation,
  FlippedLabels,
  FlippedNumber,
  MultiLabelEvaluation,
  NumberPoint,
  RegressionEvaluation,
  ThresholdCounts,
} from './records.ts';

/** Evaluations of rows that have not one class each: several labels, a number, a tag a word. */

/** Thresholds that several labels are counted at: every twentieth. */
export const thresholds: readonly number[] = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);

const logitOf = (share: number) => Math.log(share / (1 - share));

/** Indices of a row's labels above a logit. */
const givenAbove = (row: readonly number[], limit: number) => row.flatMap((z, label) => (z > limit ? [label] : []));
const named = (row: readonly number[]) => row.flatMap((has, label) => (has === 1 ? [label] : []));

function thresholdCounts(
  logits: readonly (readonly number[])[],
  targets: readonly (readonly number[])[],
  labels: number,
): ThresholdCounts {
  const zeros = () => new Array<number>(thresholds.length).fill(0);
  const counts: ThresholdCounts = {
    given: Array.from({ length: labels }, zeros),
    hits: Array.from({ length: labels }, zeros),
    exact: zeros(),
  };
  const limits = thresholds.map(logitOf);
  logits.forEach((row, i) => {
    const target = targets[i] ?? [];
    limits.forEach((limit, at) => {
      let right = true;
      row.forEach((z, label) => {
        const [isGiven, has] = [z > limit, target[label] === 1];
        const [given, hits] = [counts.given[label], counts.hits[label]];
        if (isGiven && given) given[at] = (given[at] ?? 0) + 1;
        if (isGiven && has && hits) hits[at] = (hits[at] ?? 0) + 1;
        right &&= isGiven === has;
      });
      if (right) counts.exact[at] = (counts.exact[at] ?? 0) + 1;
    });
  });
  return counts;
}

/** Fixed and broken rows among those on which the two sides differ, some of each. */
function flips<T>(rows: readonly T[], isFixed: (row: T) => boolean): { fixed: number; broken: number; flipped: T[] } {
  const fixed = rows.filter(isFixed);
  const broken = rows.filter((row) => !isFixed(row));
  return {
    fixed: fixed.length,
    broken: broken.length,
    flipped: [...fixed.slice(0, maxFlipped), ...broken.slice(0, maxFlipped)],
  };
}

/** Evaluation of several labels a row. Whether a row is right is told at a threshold of a half. */
export function evaluationOfLabels({
  examples,
  labels,
  logits,
  targets,
  base,
}: BothAnswers<'multi-label'>): MultiLabelEvaluation {
  const differing = examples.flatMap((example, row): (FlippedLabels & { isFixed: boolean })[] => {
    if (!base) return [];
    const truth = named(targets[row] ?? []);
    const [ours, theirs] = [givenAbove(logits[row] ?? [], 0), givenAbove(base[row] ?? [], 0)];
    const [right, before] = [ours.join() === truth.join(), theirs.join() === truth.join()];
    if (right === before) return [];
    return [{ ...shownTexts(example), label: truth, base: theirs, adapted: ours, isFixed: right }];
  });
  const { flipped, ...counts } = flips(differing, ({ isFixed }) => isFixed);
  return {
    kind: 'multi-label',
    labels: [...labels],
    rows: examples.length,
    there: labels.map((_, label) => targets.filter((row) => row[label] === 1).length),
    thresholds: [...thresholds],
    adapted: thresholdCounts(logits, targets, labels.length),
    base: base && thresholdCounts(base, targets, labels.length),
    ...counts,
    flipped: flipped.map(({ isFixed: _, ...row }) => row),
  };
}

/** Points of a picture: more cannot be told apart. */
const maxPoints = 400;

/** Evaluation of numbers: how close either side comes to them. */
export function evaluationOfNumbers({
  examples,
  logits,
  targets,
  base,
}: BothAnswers<'regression'>): RegressionEvaluation {
  const rows = examples.map((example, row) => ({
    texts: shownTexts(example),
    target: targets[row]?.[0] ?? Number.NaN,
    adapted: logits[row]?.[0] ?? Number.NaN,
    base: base?.[row]?.[0] ?? null,
  }));
  /** How much closer the adapted side comes. */
  const gain = ({ label, base, adapted }: FlippedNumber) => Math.abs(base - label) - Math.abs(adapted - label);
  const differing = rows
    .flatMap(({ texts, target, adapted, base }): FlippedNumber[] =>
      base === null ? [] : [{ ...texts, label: target, base, adapted }],
    )
    .filter((row) => gain(row) !== 0)
    .sort((a, b) => Math.abs(gain(b)) - Math.abs(gain(a)));
  const every = Math.ceil(rows.length / maxPoints);
  return {
    kind: 'regression',
    labels: [],
    rows: rows.length,
    points: rows.filter((_, row) => row % every === 0).map(({ texts: _, ...point }): NumberPoint => point),
    ...flips(differing, (row) => gain(row) > 0),
  };
}

/** Evaluation of tagged words, each of which counts as a row of single labels does; words that were cut off are not there. */
export function evaluationOfWords({
  examples,
  labels,
  logits,
  targets,
  rows,
  base,
  words = [],
}: BothAnswers<'token'>): ClassEvaluation {
  const texts = examples.flatMap(({ text }, row) => new Array<string>(rows[row] ?? 0).fill(text));
  const counted = targets.map(([label = 0], at) => ({ text: texts[at] ?? '', word: words[at] ?? '', label }));
  return { ...evaluationOf(counted, labels, logits, base), kind: 'token', rows: examples.length };
}

import { createStore } from 'zustand/vanilla';
import type { MultiLabelEvaluation, ThresholdCounts } from '../../training/records/records.ts';

/** The threshold above which one of several labels is given, and what each gives. */

/** A half, at which scores are reported. */
const usual = 0.5;

export const thresholdStore = createStore<{ threshold: number }>(() => ({ threshold: usual }));

export const chooseThreshold = (threshold: number): void => thresholdStore.setState({ threshold });

/** Precision, recall and F1; null where nothing is given, or there. */
export interface Found {
  precision: number | null;
  recall: number | null;
  f1: number;
}

/** Scores of one side at a threshold. */
export interface AtThreshold {
  labels: Found[];
  micro: Found;
  /** Mean of the labels' F1; one that neither occurs nor is given is left out. */
  macroF1: number;
  /** Share of rows whose labels are all right. */
  exact: number;
}

const foundOf = (hits: number, given: number, there: number): Found => ({
  precision: given === 0 ? null : hits / given,
  recall: there === 0 ? null : hits / there,
  f1: given + there === 0 ? 0 : (2 * hits) / (given + there),
});

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** The scores of one side at the threshold that is nearest to one that was counted. */
export function atThreshold(
  { there, rows, thresholds }: Pick<MultiLabelEvaluation, 'there' | 'rows' | 'thresholds'>,
  { given, hits, exact }: ThresholdCounts,
  threshold: number,
): AtThreshold {
  const distances = thresholds.map((one) => Math.abs(one - threshold));
  const at = distances.indexOf(Math.min(...distances));
  const counts = there.map((count, label) => ({
    hits: hits[label]?.[at] ?? 0,
    given: given[label]?.[at] ?? 0,
    there: count,
  }));
  const labels = counts.map((one) => foundOf(one.hits, one.given, one.there));
  const known = labels.filter((_, label) => (counts[label]?.given ?? 0) + (counts[label]?.there ?? 0) > 0);
  return {
    labels,
    micro: foundOf(sum(counts.map((one) => one.hits)), sum(counts.map((one) => one.given)), sum(there)),
    macroF1: known.length === 0 ? 0 : sum(known.map(({ f1 }) => f1)) / known.length,
    exact: (exact[at] ?? 0) / Math.max(1, rows),
  };
}

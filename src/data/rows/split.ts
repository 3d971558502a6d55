import { seedOf, shuffled } from '../../base/random.ts';
import { filterInPieces, finish, inPieces, type Work } from '../../base/work.ts';
import type { Row } from './row.ts';

/** Cutting one file of rows into training and test rows, and setting training rows aside to choose on. */

export interface SplitOptions {
  /** Absent: each class in its own proportion; false: whatever their labels. */
  stratified?: boolean | undefined;
  /** Share of the rows that are tested on, above 0 and below 1. */
  testShare: number;
  /** Seed: the same rows and seed give the same split. */
  seed: number;
}

export interface Split {
  train: Row[];
  test: Row[];
}

/**
 * Draws a share of the rows, each class in the same proportion as nearly as whole rows allow; the shares that rounding leaves
 * over go to the classes that lost most. Of a class at least one row is left.
 * @param seedOfClass of the draw among a class's rows, which follows from its name and not from its position
 * @returns 1 for each row that is drawn, else 0
 */
function* drawShare(
  rows: readonly { label: string }[],
  share: number,
  seedOfClass: (label: string) => number,
): Work<Uint8Array> {
  const byLabel = new Map<string, number[]>();
  yield* inPieces(rows, ({ label }, i) => {
    const list = byLabel.get(label);
    if (list) list.push(i);
    else byLabel.set(label, [i]);
  });
  const shares = [...byLabel].map(([label, list]) => {
    const exact = list.length * share;
    return { label, list, exact, count: Math.min(Math.floor(exact), list.length - 1) };
  });
  let missing = Math.round(rows.length * share) - shares.reduce((sum, { count }) => sum + count, 0);
  const byLoss = shares
    .filter(({ list, count }) => count < list.length - 1)
    .sort((a, b) => b.exact - b.count - (a.exact - a.count) || (a.label < b.label ? -1 : 1));
  for (const one of byLoss) {
    if (missing <= 0) break;
    one.count++;
    missing--;
  }
  const drawn = new Uint8Array(rows.length);
  for (const { label, list, count } of shares) {
    for (const i of shuffled(list, seedOfClass(label)).slice(0, count)) drawn[i] = 1;
    yield;
  }
  return drawn;
}

/** Cuts rows in two. A class of a single row trains only. The order of the rows is kept. */
export function* cutRows(rows: readonly Row[], { testShare, seed, stratified = true }: SplitOptions): Work<Split> {
  const drawn = stratified ? rows : rows.map(() => ({ label: '' }));
  const tested = yield* drawShare(drawn, testShare, (label) => seedOf(seed, 'split', label));
  return {
    train: yield* filterInPieces(rows, (_, i) => tested[i] === 0),
    test: yield* filterInPieces(rows, (_, i) => tested[i] === 1),
  };
}

/** `cutRows`, run to its end at once. */
export const splitRows = (rows: readonly Row[], options: SplitOptions): Split => finish(cutRows(rows, options));

/**
 * Indices of the training rows that are set aside to choose on, in ascending order.
 * @param labels the rows' class names
 * @param purpose what is chosen; each has a draw of its own
 */
export function rowsSetAside(
  labels: readonly string[],
  share: number,
  seed: number,
  purpose: 'validation' | 'baseline-choice',
): number[] {
  const rows = labels.map((label) => ({ label }));
  const drawn = finish(drawShare(rows, share, (label) => seedOf(seed, purpose, label)));
  return labels.flatMap((_, i) => (drawn[i] === 1 ? [i] : []));
}

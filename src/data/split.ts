import { seedOf, shuffled } from '../model/random.ts';
import type { Row } from './rows.ts';

/** Cutting one file of rows into training and test rows. */

export interface SplitOptions {
  /** Share of the rows that are tested on, above 0 and below 1. */
  testShare: number;
  /** Same rows, same seed, same split. */
  seed: number;
}

export interface Split {
  train: Row[];
  test: Row[];
}

/**
 * Cuts rows in two, each class in the same proportion as nearly as whole rows allow; the shares that rounding leaves over go
 * to the classes that lost most. A class of a single row trains only; of every larger one at least one row trains. The order
 * of the rows is kept.
 */
export function splitRows(rows: readonly Row[], { testShare, seed }: SplitOptions): Split {
  const byLabel = new Map<string, number[]>();
  rows.forEach(({ label }, i) => {
    const list = byLabel.get(label);
    if (list) list.push(i);
    else byLabel.set(label, [i]);
  });
  const classes = [...byLabel].sort(([a], [b]) => (a < b ? -1 : 1));
  const shares = classes.map(([label, list]) => {
    const exact = list.length * testShare;
    return { label, list, exact, count: Math.min(Math.floor(exact), list.length - 1) };
  });
  let missing = Math.round(rows.length * testShare) - shares.reduce((sum, { count }) => sum + count, 0);
  const byLoss = shares
    .filter(({ list, count }) => count < list.length - 1)
    .sort((a, b) => b.exact - b.count - (a.exact - a.count) || (a.label < b.label ? -1 : 1));
  for (const share of byLoss) {
    if (missing <= 0) break;
    share.count++;
    missing--;
  }
  const test = new Set(
    shares.flatMap(({ label, list, count }) => shuffled(list, seedOf(seed, 'split', label)).slice(0, count)),
  );
  return { train: rows.filter((_, i) => !test.has(i)), test: rows.filter((_, i) => test.has(i)) };
}

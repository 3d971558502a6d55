import { seedOf, shuffled } from '../model/random.ts';
import type { Row } from './rows.ts';
import { filterInPieces, finish, inPieces, type Work } from './work.ts';

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
export function* cutRows(rows: readonly Row[], { testShare, seed }: SplitOptions): Work<Split> {
  const byLabel = new Map<string, number[]>();
  yield* inPieces(rows, ({ label }, i) => {
    const list = byLabel.get(label);
    if (list) list.push(i);
    else byLabel.set(label, [i]);
  });
  const shares = [...byLabel].map(([label, list]) => {
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
  const tested = new Uint8Array(rows.length);
  for (const { label, list, count } of shares) {
    const drawn = shuffled(list, seedOf(seed, 'split', label)).slice(0, count);
    for (const i of drawn) tested[i] = 1;
    yield;
  }
  return {
    train: yield* filterInPieces(rows, (_, i) => tested[i] === 0),
    test: yield* filterInPieces(rows, (_, i) => tested[i] === 1),
  };
}

/** The same, at once. */
export const splitRows = (rows: readonly Row[], options: SplitOptions): Split => finish(cutRows(rows, options));

import type { Work } from '../../base/work.ts';
import { checkRows, type Finding, majorityAccuracy } from '../../data/checks/checks.ts';
import { findRows, labelCounts, largestFirst, type Search } from '../../data/rows/edit.ts';
import type { Row } from '../../data/rows/row.ts';
import type { SplitOptions } from '../../data/rows/split.ts';
import type { TaskKind } from '../../model/task-kind.ts';
import { cutOwn, type OwnData } from './state.ts';

/** Report on a person's own rows, made as work that leaves the page room to draw. */

export interface RowsReport {
  /** Rows of each part. */
  train: number;
  test: number;
  /** Accuracy of always answering the largest class; null where rows have not one class each. */
  majority: number | null;
  findings: Finding[];
}

/** Kinds of faults among findings: what is only good to know is none. */
export const faultsIn = (findings: readonly Finding[]): number =>
  findings.filter(({ severity }) => severity !== 'note').length;

/** Cuts the rows as a run does, and checks them. */
export function* lookThrough(data: OwnData, cut: SplitOptions): Work<RowsReport> {
  const split = yield* cutOwn(data, cut);
  const { kind = 'single-label' } = data;
  const majority = kind === 'single-label' ? yield* majorityAccuracy(split) : null;
  return { train: split.train.length, test: split.test.length, majority, findings: yield* checkRows(split, kind) };
}

export interface FoundRows {
  /** The list that was searched. */
  rows: readonly Row[];
  /** Indices in it of the rows that match. */
  places: number[];
}

export function* searchRows(rows: readonly Row[], search: Search): Work<FoundRows> {
  return { rows, places: yield* findRows(rows, search) };
}

/** Classes to choose from at most: more are no classes, and no list to choose from. */
const maxListed = 1000;

/** Classes of the rows, the largest first; of more than can be listed, the first that come. */
export function* listClasses(rows: readonly Row[], kind: TaskKind): Work<[label: string, count: number][]> {
  const counts = yield* labelCounts(rows, kind);
  return counts.size > maxListed ? [...counts].slice(0, maxListed) : largestFirst(counts);
}

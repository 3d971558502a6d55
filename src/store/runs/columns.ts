import { baselineScores, testScoresOf } from '../../training/records/standing.ts';
import { kindOf } from '../../training/run.ts';
import { gained, measureOf } from '../../training/scores/measures.ts';
import type { RunRecord } from './records.ts';

/** Columns of the table of runs, from left to right, and the value that each run has in them. */
export const columns = [
  'name',
  'changed',
  'trainable',
  'accuracy',
  'gain',
  'macroF1',
  'loss',
  'time',
  'latency',
  'memory',
] as const;
export type Column = (typeof columns)[number];
/** Every column but what differs from the run before. */
export type Sortable = Exclude<Column, 'changed'>;

export interface Sorting {
  column: Sortable;
  direction: 'ascending' | 'descending';
}

/** A run's measure on the test rows (of rows with one class each, accuracy); null before they are read. */
export const accuracyOf = (run: RunRecord): number | null => measureOf(kindOf(run.run), testScoresOf(run));

/** The frozen baseline's at its best. */
export const baselineOf = ({ run, baselines }: Pick<RunRecord, 'run' | 'baselines'>): number | null =>
  measureOf(kindOf(run), baselineScores(baselines, 'test'));

/** What is measured beside it: macro-F1 or, of numbers, Spearman's correlation. */
export const secondOf = (run: RunRecord): number | null => measureOf(kindOf(run.run), testScoresOf(run), 1);

/** Bytes that a run took; null where a record of an earlier version has only onnxruntime's heap, which all runs shared. */
export const memoryOf = ({ memoryBytes, memoryOf: whose, device }: RunRecord): number | null =>
  whose === 'run' || !/^\d+ threads?$/.test(device) ? memoryBytes : null;

/** What a run gains of its measure over the frozen baseline at its best: of a share in points. */
export function gainOf(run: RunRecord): number | null {
  const [ours, theirs] = [accuracyOf(run), baselineOf(run)];
  return ours !== null && theirs !== null ? gained(kindOf(run.run), ours, theirs) : null;
}

const columnOf: Record<Sortable, (run: RunRecord) => number | string | null> = {
  name: ({ name }) => name,
  trainable: ({ counts }) => counts.ratioOfAll,
  accuracy: accuracyOf,
  gain: gainOf,
  macroF1: secondOf,
  loss: (run) => testScoresOf(run)?.loss ?? null,
  time: ({ milliseconds }) => milliseconds,
  latency: ({ latency }) => latency?.adapted ?? null,
  memory: memoryOf,
};

/** Columns where more is better: the best comes first at the first press. */
const bestIsMost: readonly Sortable[] = ['accuracy', 'gain', 'macroF1'];

/** The sorting after a press on a column's head: its best end first, then the other way round, then by age again. */
export function nextSorting(sorting: Sorting | null, column: Sortable): Sorting | null {
  const first = bestIsMost.includes(column) ? 'descending' : 'ascending';
  if (sorting?.column !== column) return { column, direction: first };
  if (sorting.direction !== first) return null;
  return { column, direction: first === 'ascending' ? 'descending' : 'ascending' };
}

/**
 * The runs as the table shows them: pinned ones on top, each part sorted; a run with nothing in the column comes last.
 * @param sorting null: newest first
 */
export function sortedRuns(runs: readonly RunRecord[], sorting: Sorting | null): RunRecord[] {
  const compare = (a: RunRecord, b: RunRecord): number => {
    if (!sorting) return 0;
    const [ours, theirs] = [columnOf[sorting.column](a), columnOf[sorting.column](b)];
    if (ours === null || theirs === null) return Number(ours === null) - Number(theirs === null);
    const order =
      typeof ours === 'string'
        ? ours.localeCompare(String(theirs), undefined, { numeric: true })
        : ours - Number(theirs);
    return sorting.direction === 'ascending' ? order : -order;
  };
  return [...runs].reverse().sort((a, b) => Number(b.pinned) - Number(a.pinned) || compare(a, b));
}

import { builtInTasks } from '../data/built-in-tasks.ts';
import type { Fix } from '../data/checks.ts';
import type { Row } from '../data/rows.ts';
import type { Split } from '../data/split.ts';
import { filterInPieces, inPieces, mapInPieces, type Work } from '../data/work.ts';
import { RunFileError, readRun, taskName } from '../training/run.ts';
import {
  cutOf,
  cutOwn,
  defaultTestShare,
  isOwn,
  keepOwnRows,
  keepOwnRun,
  type OwnData,
  ownStore,
  recallOwn,
} from './own-rows.ts';
import { pageStore } from './page.ts';
import { openRun } from './run.ts';
import { isBusy } from './selectors.ts';
import { doInSlices } from './slices.ts';

/** Verbs of a person's own rows. Every change of them starts the run anew. */

/** Steps back that are remembered. */
const mostPast = 20;

/** Sets the run up on the own rows, as they are now. */
export function trainOnOwn(): void {
  const { data } = ownStore.getState();
  const { run } = pageStore.getState();
  if (!data) return;
  const before = isOwn(run) && taskName(run) === data.name ? run.data : { testShare: defaultTestShare };
  openRun({ ...run, data: { ...before, train: data.name } }, { reload: true });
}

/** Cuts the rows anew with another share to test on. */
export function changeTestShare(testShare: number): void {
  const { run } = pageStore.getState();
  if ('task' in run.data) return;
  openRun({ ...run, data: { ...run.data, testShare } }, { reload: true });
}

/** Rows under a built-in task's name would be taken for it. */
const ownName = (name: string) => (builtInTasks.some((task) => task.name === name) ? `${name} (own)` : name);

/** Puts imported rows in place of those that there were. */
export function replaceRows(name: string, rows: Row[]): void {
  ownStore.setState({ data: { name: ownName(name), rows, test: null }, past: [] });
  trainOnOwn();
}

/** Takes the rows that a run from elsewhere brings along, already split; a step back brings the ones before. */
export function takeRowsOfRun({ name, train, test }: Split & { name: string }): void {
  const { data, past } = ownStore.getState();
  ownStore.setState({ data: { name, rows: train, test }, past: data ? [...past, data].slice(-mostPast) : past });
}

/** Changes the rows; a step back brings the ones before. */
export function changeRows(change: (data: OwnData) => OwnData): void {
  const { data, past } = ownStore.getState();
  if (!data) return;
  ownStore.setState({ data: change(data), past: [...past, data].slice(-mostPast) });
  trainOnOwn();
}

/** Takes test rows from a file of their own; null: they are cut from the rows again. */
export const setTestRows = (test: Row[] | null): void => changeRows((data) => ({ ...data, test }));

/** Takes the last change back. */
export function undoRows(): void {
  const { past } = ownStore.getState();
  const data = past.at(-1);
  if (!data) return;
  ownStore.setState({ data, past: past.slice(0, -1) });
  trainOnOwn();
}

/** Gives up the fix that is being made. */
let stopMending = () => {};

/** Repairs what a check found, if until it is done the rows stay as they are and no run begins. */
export function fixRows(fix: Fix): void {
  const { data } = ownStore.getState();
  if (!data) return;
  stopMending();
  ownStore.setState({ mending: fix });
  stopMending = doInSlices(mend(data, fix), (mended) => {
    ownStore.setState({ mending: null });
    if (ownStore.getState().data === data && !isBusy(pageStore.getState())) changeRows(() => mended);
  });
}

/** Without test rows of their own, both parts become one list again, in the order that it had. */
function* mend(data: OwnData, fix: Fix): Work<OwnData> {
  const cut = cutOf(pageStore.getState().run);
  if (data.test) {
    const { train, test } = yield* fix(yield* cutOwn(data, cut));
    return { ...data, rows: train, test };
  }
  const numbered = yield* mapInPieces(data.rows, (row, i) => ({ ...row, line: i }));
  const { train, test } = yield* fix(yield* cutOwn({ ...data, rows: numbered }, cut));
  const inOrder: (Row | undefined)[] = new Array(data.rows.length);
  const place = (row: Row) => {
    inOrder[row.line] = withLineOf(row, data.rows[row.line]);
  };
  yield* inPieces(train, place);
  yield* inPieces(test, place);
  return { ...data, rows: (yield* filterInPieces(inOrder, (row) => row !== undefined)) as Row[] };
}

/** A row that was numbered, with its line again: the row before, where nothing else has changed. */
function withLineOf(row: Row, before: Row | undefined): Row {
  const same = before && before.text === row.text && before.label === row.label;
  return same ? before : { ...row, line: before?.line ?? 0 };
}

/** Brings the last visit's rows back, and the run on them where one was set up. */
export async function loadOwn(mayOpen: boolean): Promise<void> {
  keepOwnRows();
  const kept = await recallOwn();
  if (kept && mayOpen) {
    try {
      openRun(readRun(kept), { reload: true });
    } catch (error) {
      // A run of another version is set up anew on the same rows.
      if (!(error instanceof RunFileError)) throw error;
      trainOnOwn();
    }
  }
  pageStore.subscribe(({ run }, { run: before }) => {
    if (run !== before) keepOwnRun(run);
  });
}

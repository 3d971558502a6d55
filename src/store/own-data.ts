import { builtInTasks } from '../data/built-in-tasks.ts';
import type { Row } from '../data/rows.ts';
import type { Split } from '../data/split.ts';
import { RunFileError, readRun, taskName, withData } from '../training/run.ts';
import { defaultTestShare, isOwn, keepOwnRows, keepOwnRun, type OwnData, ownStore, recallOwn } from './own-rows.ts';
import { pageStore } from './page.ts';
import { openRun } from './run.ts';

/** Verbs of a person's own rows. Every change of them starts the run anew. */

/** Steps back that are remembered. */
const mostPast = 20;

/** Sets the run up on the own rows, as they are now. */
export function trainOnOwn(): void {
  const { data } = ownStore.getState();
  const { run } = pageStore.getState();
  if (!data) return;
  const { validationShare } = run.data;
  const before =
    isOwn(run) && taskName(run) === data.name ? run.data : { testShare: defaultTestShare, validationShare };
  openRun(withData(run, { ...before, train: data.name }), { reload: true });
}

/** Shows the rows and what is wrong with them. */
export const openRows = (): void => ownStore.setState({ opened: true });
export const closeRows = (): void => ownStore.setState({ opened: false });

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

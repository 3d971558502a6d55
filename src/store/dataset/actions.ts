import { builtInTasks } from '../../data/built-in/tasks.ts';
import type { SplitRows } from '../../data/dataset.ts';
import type { Row } from '../../data/rows/row.ts';
import { arePairs } from '../../data/rows/texts.ts';
import { ofKind } from '../../model/task-kind.ts';
import { isPair, type Run, RunFileError, readRun, taskName, withData, withPairs } from '../../training/run.ts';
import { testShareField } from '../../training/run-fields.ts';
import { pageStore } from '../page/state.ts';
import { openRun } from '../run/actions.ts';
import { datasetStore, type OwnData, readSavedOwn, saveOwnRows, saveOwnRun } from './state.ts';

/** Actions on a person's own rows. Every change of them starts the run anew. */

/** Changes that can be undone, at most. */
export const maxPast = 20;

/**
 * The run's settings for rows of this name: they may be its own, or what a run from elsewhere waits for under another
 * name.
 */
function rowsBefore({ data }: Run, name: string): Partial<Run['data']> {
  const { validationShare } = data;
  const usual = { testShare: testShareField.default, validationShare };
  if ('task' in data) return usual;
  if (taskName({ data }) === name) return data;
  if (taskName({ data }) !== pageStore.getState().missingRows) return usual;
  const { testShare = testShareField.default, limit, testLimit } = data;
  return { testShare, validationShare, limit, testLimit };
}

/**
 * Sets the run up on the own rows, as they are now. Whether it reads pairs follows from the rows, unless it was made for rows
 * of this name: one of an earlier version reads pairs joined, wherever it goes.
 * @param anew the rows were imported anew
 */
export function trainOnOwn({ anew = false } = {}): void {
  const { data } = datasetStore.getState();
  const { run } = pageStore.getState();
  if (!data) return;
  const { kind: _, ...before } = { kind: undefined, ...rowsBefore(run, data.name) };
  const next = withData(run, { ...before, train: data.name, ...ofKind(data.kind) } as Run['data']);
  const name = 'task' in run.data ? null : taskName(run);
  const isMadeFor = name !== null && (name === pageStore.getState().missingRows || (name === data.name && !anew));
  openRun(withPairs(next, isMadeFor ? isPair(run) : arePairs(data.rows)), { reload: true });
}

/** Shows the rows and what is wrong with them. */
export const openRows = (): void => datasetStore.setState({ opened: true });
export const closeRows = (): void => datasetStore.setState({ opened: false });

/** Cuts the rows anew with another share to test on. */
export function changeTestShare(testShare: number): void {
  const { run } = pageStore.getState();
  if ('task' in run.data) return;
  openRun({ ...run, data: { ...run.data, testShare } }, { reload: true });
}

/** Rows under a built-in task's name would be taken for it. */
const ownName = (name: string) => (builtInTasks.some((task) => task.name === name) ? `${name} (own)` : name);

/** Replaces the rows with imported ones. */
export function replaceRows(
  name: string,
  rows: Row[],
  { columns, test = null, kind }: Partial<Pick<OwnData, 'columns' | 'test' | 'kind'>> = {},
): void {
  const own = { name: ownName(name), rows, test, ...(columns ? { columns } : {}), ...ofKind(kind) };
  datasetStore.setState({ data: own, past: [], leftOut: null });
  trainOnOwn({ anew: true });
}

/** Takes the rows that a run from elsewhere brings along, already split; an undo brings the ones before. */
export function takeRowsOfRun({
  name,
  kind,
  train,
  test,
  validation,
}: SplitRows & Pick<OwnData, 'name' | 'kind'>): void {
  const { data, past } = datasetStore.getState();
  const taken = { name, rows: train, test, ...(validation ? { validation } : {}), ...ofKind(kind) };
  datasetStore.setState({ data: taken, past: data ? [...past, data].slice(-maxPast) : past });
}

/** Changes the rows; an undo brings the ones before. */
export function changeRows(change: (data: OwnData) => OwnData): void {
  const { data, past } = datasetStore.getState();
  if (!data) return;
  datasetStore.setState({ data: change(data), past: [...past, data].slice(-maxPast) });
  trainOnOwn();
}

/** Takes test rows from a file of their own; null: they are cut from the rows again. */
export const setTestRows = (test: Row[] | null): void => changeRows((data) => ({ ...data, test }));

/** Undoes the last change. */
export function undoRows(): void {
  const { past } = datasetStore.getState();
  const data = past.at(-1);
  if (!data) return;
  datasetStore.setState({ data, past: past.slice(0, -1) });
  trainOnOwn();
}

/** Restores the last visit's rows, and the run on them where one was set up. */
export async function loadOwn(mayOpen: boolean): Promise<void> {
  saveOwnRows();
  const kept = await readSavedOwn();
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
    if (run !== before) saveOwnRun(run);
  });
}

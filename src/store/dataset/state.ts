import { z } from 'zod';
import { createStore } from 'zustand/vanilla';
import { finish, type Work } from '../../base/work.ts';
import type { Fix } from '../../data/checks/checks.ts';
import { isStratified, type SplitRows } from '../../data/dataset.ts';
import { maxRows } from '../../data/readers/data-file.ts';
import type { Row } from '../../data/rows/row.ts';
import { cutRows, type Split, type SplitOptions } from '../../data/rows/split.ts';
import type { TaskKind } from '../../model/task-kind.ts';
import { kindOf, type Run, taskName } from '../../training/run.ts';
import { testShareField } from '../../training/run-fields.ts';
import type { LeftOut } from '../../workers/rows/api.ts';
import type { TaskSummary } from '../../workers/trainer/api.ts';
import { callTrainer } from '../../workers/trainer/client.ts';
import { readNote } from '../notes.ts';
import { pageStore } from '../page/state.ts';
import { get, put, remove } from '../storage.ts';
import { listKey, piecePrefix, readSavedRows, saveRows, takeNotes } from './persist.ts';
import { openInWorker } from './send.ts';

/** A person's own rows, and how they reach the worker. */

export interface OwnData {
  /** The file's name, by which runs name the rows. */
  name: string;
  rows: Row[];
  /** Rows of a test file of its own; null: cut from the rows. */
  test: Row[] | null;
  /** Validation rows that a run from elsewhere brought along; absent: none, or a share of the training rows. */
  validation?: Row[] | undefined;
  /**
   * Names of the text and label columns in the file, as far as they are known: a link states them for whoever has to
   * bring the file.
   */
  columns?: Columns | undefined;
  /** What a row is labelled with; absent: one class. */
  kind?: TaskKind | undefined;
}

export interface Columns {
  text: string;
  /** Of the second text, where rows are pairs. */
  second?: string | undefined;
  label: string;
}

export interface DatasetState {
  data: OwnData | null;
  /** The data before each change, the latest last. */
  past: readonly OwnData[];
  /** The fix that is being made; null: none. */
  mending: Fix | null;
  /** Whether the view of the rows is open. */
  opened: boolean;
  /** Rows of the file imported last that were left out, and spans that were mended; null: none. */
  leftOut: LeftOut | null;
}

export const datasetStore = createStore<DatasetState>(() => ({
  data: null,
  past: [],
  mending: null,
  opened: false,
  leftOut: null,
}));

/** Whether a run trains on the person's own rows. */
export const isOwn = (run: Run): boolean => !('task' in run.data);

export const testShareOf = ({ data }: Run): number =>
  ('task' in data ? undefined : data.testShare) ?? testShareField.default;

/** How a run cuts the rows: its share and seed decide. */
export const cutOf = (run: Run): SplitOptions => ({ testShare: testShareOf(run), seed: run.training.seed });

/** Cuts the rows, unless test rows came in a file of their own. */
export function* cutOwn({ rows, test, kind = 'single-label' }: OwnData, cut: SplitOptions): Work<Split> {
  return test ? { train: rows, test } : yield* cutRows(rows, { ...cut, stratified: isStratified(kind) });
}

/** Validation rows of their own, where there are any. */
const validationOf = ({ validation }: OwnData): Pick<SplitRows, 'validation'> => (validation ? { validation } : {});

/** The rows as a run cuts them, at once. */
export const splitOf = (data: OwnData, run: Run): SplitRows => ({
  ...finish(cutOwn(data, cutOf(run))),
  ...validationOf(data),
});

/**
 * Has the worker open a run's rows: a built-in task's, or the own ones. Where those are not here, a person is asked for them,
 * and the answer is null.
 */
export async function openRowsOf(run: Run, signal: AbortSignal): Promise<TaskSummary | null> {
  const { data } = datasetStore.getState();
  const name = taskName(run);
  // Rows of that name that are labelled otherwise are others.
  const missing = isOwn(run) && (data?.name !== name || (data.kind ?? 'single-label') !== kindOf(run));
  pageStore.setState({ missingRows: missing ? name : null });
  if (missing) return null;
  if (!isOwn(run) || !data) return callTrainer('loadTask', { name }, { signal });
  return openInWorker(data, { name, kind: data.kind, split: data.test ? null : cutOf(run) }, signal);
}

const runKey = 'own-run';
/** Key of rows and run together, as saved before rows were saved in pieces. */
const formerKey = 'own-data';

const runSchema = z.object({ name: z.string().max(2000), run: z.unknown() });
const rowSchema = z.object({ text: z.string(), label: z.string(), line: z.number() });
const formerSchema = z.object({
  name: z.string(),
  rows: z.array(rowSchema).max(maxRows),
  test: z.array(rowSchema).max(maxRows).nullable(),
  run: z.unknown(),
});

/**
 * Saves the run that is set up on the own rows for the next visit; null while they are put aside for a built-in task.
 */
export function saveOwnRun(run: Run): void {
  const { data } = datasetStore.getState();
  if (data) void put('notes', runKey, { name: data.name, run: isOwn(run) ? run : null });
}

/** Saves the own rows for the next visit, whenever they change. */
export function saveOwnRows(): void {
  datasetStore.subscribe(({ data }, { data: before }) => {
    if (data && data !== before) void saveRows(data);
  });
}

/** Migrates rows of the former format. */
async function moveFormer(): Promise<void> {
  const former = await readNote(formerKey, formerSchema);
  if (!former) return;
  const { run, ...data } = former;
  if (!(await saveRows(data)) || !(await put('notes', runKey, { name: data.name, run }))) return;
  await remove('notes', formerKey);
}

/**
 * Takes rows that another browser saved, and the run that was set up on them, unless there are own rows here.
 * @param notes as they lay in its storage, by their keys
 */
export async function takeOwn(notes: ReadonlyMap<string, unknown>): Promise<'taken' | 'kept' | 'refused'> {
  if (datasetStore.getState().data || (await get('notes', listKey)) !== undefined) return 'kept';
  if (!(await takeNotes(notes))) return 'refused';
  const run = runSchema.safeParse(notes.get(runKey));
  if (run.success) await put('notes', runKey, run.data);
  await readSavedOwn();
  return 'taken';
}

/** Whether a note is of the own rows. */
export const isOfOwn = (key: string): boolean => key === listKey || key === runKey || key.startsWith(piecePrefix);

/** Restores the rows of the last visit; returns the run that was set up on them, unparsed, or null. */
export async function readSavedOwn(): Promise<unknown> {
  await moveFormer();
  const data = await readSavedRows();
  const kept = await readNote(runKey, runSchema);
  if (!data || datasetStore.getState().data) return null;
  datasetStore.setState({ data });
  return kept?.name === data.name ? kept.run : null;
}

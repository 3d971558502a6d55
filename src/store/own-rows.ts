import { z } from 'zod';
import { createStore } from 'zustand/vanilla';
import type { Row } from '../data/rows.ts';
import { type Split, splitRows } from '../data/split.ts';
import { type Run, taskName } from '../training/run.ts';
import { keep, recall } from './storage.ts';
import { send } from './wire.ts';

/** A person's own rows, and how they reach the worker. */

export interface OwnData {
  /** The file's; runs name it. */
  name: string;
  rows: Row[];
  /** From a test file of its own; null: cut from the rows. */
  test: Row[] | null;
}

export interface OwnState {
  data: OwnData | null;
  /** The data before each change, the latest last. */
  past: readonly OwnData[];
}

export const ownStore = createStore<OwnState>(() => ({ data: null, past: [] }));

/** Tested on, where a run does not say how many. */
export const defaultTestShare = 0.2;

/** Whether a run trains on the person's own rows. */
export const isOwn = (run: Run): boolean => !('task' in run.data);

export const testShareOf = ({ data }: Run): number =>
  'task' in data ? defaultTestShare : (data.testShare ?? defaultTestShare);

/** The rows as a run cuts them: the run's share and seed decide, unless test rows came in a file of their own. */
export function splitOf({ rows, test }: OwnData, run: Run): Split {
  if (test) return { train: rows, test };
  return splitRows(rows, { testShare: testShareOf(run), seed: run.training.seed });
}

/** Asks the worker for a run's rows: a built-in task's, or the own ones. */
export function sendRows(run: Run): void {
  const { data } = ownStore.getState();
  const name = taskName(run);
  if (isOwn(run) && data?.name === name) send({ type: 'load-rows', name, ...splitOf(data, run) });
  else send({ type: 'load-task', name });
}

const shelfKey = 'own-data';

const rowsSchema = z.array(z.object({ text: z.string(), label: z.string(), line: z.number() }));
const keptSchema = z.object({
  name: z.string(),
  rows: rowsSchema,
  test: rowsSchema.nullable(),
  /** The run that was set up on them; null: they were put aside for a built-in task. */
  run: z.unknown(),
});

/** Keeps the rows for the next visit, with the run that is set up on them. */
export function keepOwn(run: Run): void {
  const { data } = ownStore.getState();
  if (data) void keep('notes', shelfKey, { ...data, run: isOwn(run) ? run : null });
}

/** Takes the rows of the last visit in; gives the run that was set up on them, unread, or null. */
export async function recallOwn(): Promise<unknown> {
  const kept = keptSchema.safeParse(await recall('notes', shelfKey));
  if (!kept.success || ownStore.getState().data) return null;
  const { run, ...data } = kept.data;
  ownStore.setState({ data });
  return run;
}

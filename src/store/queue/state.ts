import { z } from 'zod';
import { createStore } from 'zustand/vanilla';
import type { MethodType } from '../../model/methods.ts';
import type { Run } from '../../training/run.ts';
import { madeAnew } from '../database.ts';
import { comeFrom, lessonIds, type Origin, originNow } from '../lessons/origin.ts';
import { canTrain } from '../page/selectors.ts';
import { pageStore } from '../page/state.ts';
import { changeRun, openRun, pauseTraining, runSetUp, startTraining } from '../run/actions.ts';
import { withMethodType } from '../run/settings.ts';
import { lockQueue } from '../run/tab-lock.ts';
import { tabNotes } from '../run/tab-notes.ts';
import { runTitle } from '../runs/naming.ts';
import { parsed, runSchema } from '../runs/record-schemas.ts';
import { newId, type RunRecord } from '../runs/records.ts';
import { reopenRun, runsStore } from '../runs/state.ts';

/** Runs trained one after another: a sweep over bottlenecks, methods side by side. */
export interface QueueState {
  /** Runs still to train; the first is the one at work. */
  pending: readonly Run[];
  /** Record of the one at work; null before its first step. */
  at: string | null;
  /** Number of runs that were asked for. */
  total: number;
  running: boolean;
  /** Origin of all of them. */
  origin: Origin;
}

export const initialQueue: QueueState = { pending: [], at: null, total: 0, running: false, origin: 'playground' };
export const queueStore = createStore<QueueState>(() => initialQueue);
const { getState, setState } = queueStore;

/** Runs of a queue, at most: more is a mistake, or a day. */
export const maxRuns = 60;

/** Runs for every method at every bottleneck; a method without a bottleneck comes once. */
export function sweepRuns(run: Run, bottlenecks: readonly number[], methods: readonly MethodType[]): Run[] {
  const widths = [...bottlenecks].sort((a, b) => a - b);
  return methods
    .flatMap((type) => {
      const next = withMethodType(run, type);
      const { method } = next;
      if ('bottleneck' in method) return widths.map((bottleneck) => ({ ...next, method: { ...method, bottleneck } }));
      if (method.type === 'lora') return widths.map((rank) => ({ ...next, method: { ...method, rank, alpha: rank } }));
      return [next];
    })
    .slice(0, maxRuns)
    .map((next) => ({ ...next, name: runTitle(next) }));
}

export function startQueue(runs: readonly Run[]): void {
  own(newId());
  setState({ pending: runs, at: null, total: runs.length, running: true, origin: originNow() });
  save();
  openNext();
}

/** Lets the queue wait until a person goes on with it. */
export function waitQueue(): void {
  setState({ running: false });
}

/** Pauses the run at work; the others wait. */
export function stopQueue(): void {
  waitQueue();
  pauseTraining();
}

/** Ends the run at work, and sets it up changed. A queue that it belongs to waits. */
export function startOver(change: (run: Run) => Run): void {
  stopQueue();
  changeRun(change);
}

/** Continues the queue where it was stopped: with the paused run if that is still there, else from its saved state. */
export function continueQueue(): void {
  const { pending, at } = getState();
  const [first, ...others] = pending;
  if (!first) return;
  setState({ running: true });
  const page = pageStore.getState();
  const record = runsStore.getState().runs.find(({ id }) => id === at);
  if (page.run === first && canTrain(page) && page.steps.length > 0) startTraining();
  else if (record) goBackTo(record, others);
  else openNext();
}

/** Goes on with a run that has begun, before the others. */
export function goBackTo({ id, run }: RunRecord, others: readonly Run[] = getState().pending): void {
  setState({ pending: [run, ...others], at: id });
  save();
  void reopenRun(id);
}

export function dropQueue(): void {
  if (getState().running) pauseTraining();
  setState(initialQueue);
  save();
}

function openNext(): void {
  const { pending, origin } = getState();
  const [first] = pending;
  if (!first) {
    setState(initialQueue);
    return;
  }
  openRun(first);
  comeFrom(origin);
}

runSetUp.listen(({ ready }) => {
  const { pending, running } = getState();
  if (!ready) waitQueue();
  else if (running && pageStore.getState().run === pending[0]) {
    // One that is reopened may have ended.
    if (pageStore.getState().phase === 'done') queueEnded();
    else startTraining();
  }
});

runsStore.subscribe(({ current }) => {
  const { pending, at } = getState();
  if (current === null || current === at || pageStore.getState().run !== pending[0]) return;
  setState({ at: current });
  save();
});

/** Opens the next run: the one at work has ended, well or not. */
export function queueEnded(): void {
  const { pending, running } = getState();
  if (!running || pageStore.getState().run !== pending[0]) return;
  setState({ pending: pending.slice(1), at: null });
  save();
  openNext();
}

/** Id of this tab's queue. */
let queueId = '';

function own(id: string): void {
  queueId = id;
  lockQueue(id);
}

const noteSchema = z.object({
  // Absent in notes of earlier versions.
  id: z.string().max(100).default('queue'),
  total: z.number().int().min(0),
  pending: z.array(runSchema).max(maxRuns),
  // Absent in notes of earlier versions.
  at: z.string().max(100).nullable().default(null),
  // Absent in notes of earlier versions.
  origin: z.enum(['playground', ...lessonIds]).default('playground'),
});

const notes = tabNotes('queue', noteSchema);

function save(): void {
  const { pending, at, total, origin } = getState();
  void (pending.length > 0
    ? notes.write({ id: queueId, pending: [...pending], at, total, origin })
    : notes.forget(queueId));
}

/** Restores a queue that an earlier visit left, stopped. */
export async function loadQueue(): Promise<void> {
  const left = await notes.lastLeft();
  if (!left || getState().total > 0) return;
  const { id, ...queue } = left;
  own(id);
  setState({ ...queue, running: false });
}

/**
 * Takes a queue that another browser saved, unless there is one here.
 * @returns false: it cannot be read
 */
export function takeQueue(value: unknown): boolean {
  const [saved] = parsed(notes.schema, value)?.slice(-1) ?? [];
  if (!saved) return false;
  if (getState().total > 0) return true;
  const { id: _, ...queue } = saved;
  own(newId());
  setState({ ...queue, running: false });
  save();
  return true;
}

madeAnew.listen(() => {
  if (getState().total > 0) save();
});

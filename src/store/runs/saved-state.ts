import { createStore } from 'zustand/vanilla';
import { isEarlier, upgradeState } from '../../training/records/earlier-versions.ts';
import { isKept, type SessionState } from '../../training/records/saved-run.ts';
import type { Run } from '../../training/run.ts';
import type { TaskSummary } from '../../workers/trainer/api.ts';
import { costOf } from '../page/selectors.ts';
import { pageStore } from '../page/state.ts';
import { get, put, remove } from '../storage.ts';
import { order } from '../trainer-errors.ts';
import type { SavedState } from './records.ts';
import { isWhole, sealed } from './seal.ts';

/** States of the table's runs, saved beside their curves, so that a reopened run answers and goes on. */

/** How far a run was when its state was last written, on this visit. */
export interface SavedAt {
  id: string;
  step: number;
  epochs: number;
  ended: boolean;
}

export const savedAtStore = createStore<{ last: SavedAt | null }>(() => ({ last: null }));

/** Whether earlier states of a run are kept, but not that of its end. */
export function lacksEnd(id: string): boolean {
  const { last } = savedAtStore.getState();
  return last?.id === id && !last.ended;
}

/** Asks the worker for the run's state, unless that is too large to save. */
export function keepState(): void {
  const page = pageStore.getState();
  const cost = costOf(page, page.run.method);
  if (cost && isKept(cost.trainable)) order('reportState', null);
}

/** Whether a run has nothing left to train. */
export const hasEnded = ({ finished }: SessionState): boolean => finished;

/** The two places of a run's states, written in turn: while one is being written, or is damaged, the other stands. */
export const placesOf = (id: string): [string, string] => [id, `${id}~`];

/** The run that a place belongs to. */
export const runOfPlace = (place: string): string => place.replace(/~$/, '');

/** States on their way into storage, by the run's record: one is written, and of each run only the latest waits. */
const waiting = new Map<string, { kept: SavedState; ended: boolean }>();
let isWriting = false;
/** The last sequence number of each run's states. */
const sequences = new Map<string, number>();

async function writeStates(): Promise<void> {
  if (isWriting) return;
  isWriting = true;
  for (let first = waiting.entries().next(); !first.done; first = waiting.entries().next()) {
    const [id, { kept, ended }] = first.value;
    waiting.delete(id);
    const { step, epochs } = kept.state;
    const sequence = (sequences.get(id) ?? 0) + 1;
    sequences.set(id, sequence);
    const whole = await sealed({ ...kept, sequence });
    const [even, odd] = placesOf(id);
    const [next, other] = sequence % 2 ? [odd, even] : [even, odd];
    const written = await put('states', next, whole);
    // Nothing goes on from before the end.
    if (written && ended) await remove('states', other);
    if (written) savedAtStore.setState({ last: { id, step, epochs, ended } });
  }
  isWriting = false;
}

/** The rows that runs are set up on: those of the run in the worker, and of the one before, whose state may be on its way. */
const rowsOf = new Map<string, TaskSummary>();

/** Notes the rows that a run has been set up on. */
export function noteRows(id: string, task: TaskSummary): void {
  rowsOf.delete(id);
  rowsOf.set(id, task);
  for (const earlier of [...rowsOf.keys()].slice(0, -2)) rowsOf.delete(earlier);
}

/** Saves the state of a record's run. */
export function saveState(id: string, state: SessionState): void {
  const task = rowsOf.get(id);
  if (!task) return;
  const { labels, trainRows, testRows } = task;
  const ended = hasEnded(state);
  // Only a run that goes on needs the moments.
  const rest = { updates: state.optimizer.updates, firstMoments: new Map(), secondMoments: new Map() };
  const optimizer = ended ? rest : state.optimizer;
  waiting.set(id, { kept: { labels, trainRows, testRows, state: { ...state, optimizer } }, ended });
  void writeStates();
}

/** The latest state of a run that is whole: one on its way into storage, the last one there, or the one before that. */
export async function readSavedState(id: string, { training, data }: Run): Promise<SavedState | undefined> {
  const next = waiting.get(id);
  if (next) return next.kept;
  const found = await Promise.all(placesOf(id).map((place) => get('states', place)));
  const ordered = found.flatMap((kept) => kept ?? []).sort((a, b) => (b.sequence ?? 0) - (a.sequence ?? 0));
  for (const kept of ordered) {
    if (!(await isWhole(kept))) continue;
    sequences.set(id, kept.sequence ?? 0);
    if (!isEarlier(kept.state)) return kept;
    const trained = Math.min(kept.trainRows, data.limit ?? kept.trainRows);
    return { ...kept, state: upgradeState(kept.state, training.epochs, trained) };
  }
  return undefined;
}

/** Whether rows are still those that a run was trained on, as far as their numbers and labels tell. */
export const sameRows = (kept: SavedState, task: TaskSummary): boolean =>
  kept.trainRows === task.trainRows && kept.testRows === task.testRows && kept.labels.join() === task.labels.join();

/** Notes that the run in the worker stands at its record's saved state. */
export function noteKept(id: string, { state }: SavedState): void {
  const { step, epochs } = state;
  savedAtStore.setState({ last: { id, step, epochs, ended: hasEnded(state) } });
}

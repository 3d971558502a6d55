import { createStore } from 'zustand/vanilla';
import { isEarlier, upgradeState } from '../../training/records/earlier-versions.ts';
import { isKept, type SessionState } from '../../training/records/saved-run.ts';
import type { Run } from '../../training/run.ts';
import type { TaskSummary } from '../../workers/trainer/api.ts';
import { costOf } from '../page/selectors.ts';
import { pageStore } from '../page/state.ts';
import { get, put } from '../storage.ts';
import { order } from '../trainer-errors.ts';
import type { SavedState } from './records.ts';

/** States of the table's runs, saved beside their curves, so that a reopened run answers and goes on. */

/** How far a run was when its state was last written, on this visit. */
export interface SavedAt {
  id: string;
  step: number;
  epochs: number;
  ended: boolean;
}

export const savedAtStore = createStore<{ last: SavedAt | null }>(() => ({ last: null }));

/** Asks the worker for the run's state, unless that is too large to save. */
export function keepState(): void {
  const page = pageStore.getState();
  const cost = costOf(page, page.run.method);
  if (cost && isKept(cost.trainable)) order('reportState', null);
}

/** Whether a run has nothing left to train. */
export const hasEnded = ({ finished }: SessionState): boolean => finished;

/** States on their way into storage, by the run's record: one is written, and of each run only the latest waits. */
const waiting = new Map<string, { kept: SavedState; ended: boolean }>();
let isWriting = false;

async function writeStates(): Promise<void> {
  if (isWriting) return;
  isWriting = true;
  for (let next = waiting.entries().next(); !next.done; next = waiting.entries().next()) {
    const [id, { kept, ended }] = next.value;
    waiting.delete(id);
    const { step, epochs } = kept.state;
    if (await put('states', id, kept)) savedAtStore.setState({ last: { id, step, epochs, ended } });
  }
  isWriting = false;
}

/** Saves the state of a record's run, which is the page's. */
export function saveState(id: string, state: SessionState): void {
  const { task } = pageStore.getState();
  if (!task) return;
  const ended = hasEnded(state);
  // Only a run that goes on needs the moments.
  const rest = { updates: state.optimizer.updates, firstMoments: new Map(), secondMoments: new Map() };
  const optimizer = ended ? rest : state.optimizer;
  const { labels, trainRows, testRows } = task;
  waiting.set(id, { kept: { labels, trainRows, testRows, state: { ...state, optimizer } }, ended });
  void writeStates();
}

export async function readSavedState(id: string, { training, data }: Run): Promise<SavedState | undefined> {
  const kept = await get('states', id);
  if (!kept || !isEarlier(kept.state)) return kept;
  const trained = Math.min(kept.trainRows, data.limit ?? kept.trainRows);
  return { ...kept, state: upgradeState(kept.state, training.epochs, trained) };
}

/** Whether rows are still those that a run was trained on, as far as their numbers and labels tell. */
export const sameRows = (kept: SavedState, task: TaskSummary): boolean =>
  kept.trainRows === task.trainRows && kept.testRows === task.testRows && kept.labels.join() === task.labels.join();

/** Notes that the run in the worker stands at its record's saved state. */
export function noteKept(id: string, { state }: SavedState): void {
  const { step, epochs } = state;
  savedAtStore.setState({ last: { id, step, epochs, ended: hasEnded(state) } });
}

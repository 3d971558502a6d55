import { createStore } from 'zustand/vanilla';
import { isEarlier, upgradeState } from '../../training/records/earlier-versions.ts';
import { isKept, type SessionState } from '../../training/records/saved-run.ts';
import { type Run, taskName } from '../../training/run.ts';
import type { Report, TaskSummary } from '../../worker/protocol.ts';
import { costOf } from '../page/selectors.ts';
import { pageStore } from '../page/state.ts';
import { keep, recall } from '../storage.ts';
import { send } from '../trainer.ts';
import type { KeptState } from './records.ts';

/** Where runs of the table stand, kept beside their curves, so that a reopened run answers and goes on. */

/** How far a run was when its state was last written, on this visit. */
export interface KeptAt {
  id: string;
  step: number;
  epochs: number;
  ended: boolean;
}

export const keptAtStore = createStore<{ last: KeptAt | null }>(() => ({ last: null }));

/** Where the run stands is asked for, unless that is too much to keep. */
export function keepState(): void {
  const page = pageStore.getState();
  const cost = costOf(page, page.run.method);
  if (cost && isKept(cost.trainable)) send({ type: 'read-state' });
}

/** Whether a run has nothing left to train. */
export const hasEnded = ({ finished }: SessionState): boolean => finished;

/** States on their way into storage, by the run's record: one is written, and of each run only the latest waits. */
const waiting = new Map<string, { kept: KeptState; ended: boolean }>();
let isWriting = false;

async function writeStates(): Promise<void> {
  if (isWriting) return;
  isWriting = true;
  for (let next = waiting.entries().next(); !next.done; next = waiting.entries().next()) {
    const [id, { kept, ended }] = next.value;
    waiting.delete(id);
    const { step, epochs } = kept.state;
    if (await keep('states', id, kept)) keptAtStore.setState({ last: { id, step, epochs, ended } });
  }
  isWriting = false;
}

/** The worker's answer: where the run of a record stands. */
export function hearState(id: string, { run, state }: Extract<Report, { type: 'state' }>): void {
  const { task } = pageStore.getState();
  if (task?.name !== taskName(run)) return;
  const ended = hasEnded(state);
  // Only going on needs the moments.
  const rest = { updates: state.optimizer.updates, firstMoments: new Map(), secondMoments: new Map() };
  const optimizer = ended ? rest : state.optimizer;
  const { labels, trainRows, testRows } = task;
  waiting.set(id, { kept: { labels, trainRows, testRows, state: { ...state, optimizer } }, ended });
  void writeStates();
}

/** The run that is on its way into the worker with what it had trained. */
let onItsWay: { id: string; run: Run; kept: KeptState } | null = null;

/** The run that has just been opened is to go on where a record was left. */
export function goOnFrom(id: string, kept: KeptState): void {
  onItsWay = { id, run: pageStore.getState().run, kept };
}

export async function recallState(id: string, { training, data }: Run): Promise<KeptState | undefined> {
  const kept = await recall('states', id);
  if (!kept || !isEarlier(kept.state)) return kept;
  const trained = Math.min(kept.trainRows, data.limit ?? kept.trainRows);
  return { ...kept, state: upgradeState(kept.state, training.epochs, trained) };
}

/** Whether rows are still those that a run was trained on, as far as their numbers and labels tell. */
const sameRows = (kept: KeptState, task: TaskSummary): boolean =>
  kept.trainRows === task.trainRows && kept.testRows === task.testRows && kept.labels.join() === task.labels.join();

/** Where a run is to go on when the worker sets it up; undefined: at its beginning. */
export function stateFor(run: Run, task: TaskSummary): SessionState | undefined {
  if (onItsWay?.run !== run) return undefined;
  if (!sameRows(onItsWay.kept, task)) onItsWay = null;
  return onItsWay?.kept.state;
}

export const isOnItsWay = (): boolean => onItsWay !== null;

/** The worker could not take it. */
export function giveUp(): void {
  onItsWay = null;
}

/** The worker goes on where a run was left: the record that this belongs to, or null. To be asked once. */
export function arrived(): { id: string; state: SessionState } | null {
  const taken = onItsWay?.run === pageStore.getState().run ? onItsWay : null;
  onItsWay = null;
  if (!taken) return null;
  const { id, kept } = taken;
  const { step, epochs } = kept.state;
  keptAtStore.setState({ last: { id, step, epochs, ended: hasEnded(kept.state) } });
  return { id, state: kept.state };
}

import { z } from 'zod';
import { createStore } from 'zustand/vanilla';
import { comeFrom, originOf } from '../lessons/origin.ts';
import { isBusy, stepsDone } from '../page/selectors.ts';
import { type PageState, pageStore } from '../page/state.ts';
import { queueStore } from '../queue/state.ts';
import type { RunRecord } from '../runs/records.ts';
import { hasEnded, keepState, readSavedState, type SavedAt, savedAtStore } from '../runs/saved-state.ts';
import { reopenRun, runsStore } from '../runs/state.ts';
import { openRun } from './actions.ts';
import { lockRun } from './tab-lock.ts';
import { tabNotes } from './tab-notes.ts';

/** No run is lost by leaving: leaving is asked about, and what an earlier visit left is offered at the next. */

export interface LastRunState {
  /** The run that an earlier visit left, and how far its state was saved; null: it was not. */
  offer: { record: RunRecord; kept: Kept | null } | null;
  /** The run that a change of the settings has just put aside. */
  aside: string | null;
}

const noLastRun: LastRunState = { offer: null, aside: null };
export const lastRunStore = createStore<LastRunState>(() => noLastRun);
const { getState, setState } = lastRunStore;

type Kept = Omit<SavedAt, 'id'>;
const notes = tabNotes('last-run', z.object({ id: z.string().max(100) }));

const keptOf = (id: string, last: SavedAt | null): Kept | null =>
  last?.id === id ? { step: last.step, epochs: last.epochs, ended: last.ended } : null;

/** Follows the run in the worker. To be called once. */
export function followRun(): void {
  runsStore.subscribe(({ current }, { current: before }) => {
    if (current === before) return;
    lockRun(current);
    if (current !== null) {
      setState(noLastRun);
      void notes.write({ id: current });
      return;
    }
    // Between the runs of a queue, nothing was put aside.
    setState({ aside: queueStore.getState().running ? null : before });
    if (before !== null) void notes.forget(before);
  });
}

/** Offers the run that the last visit left, unless another tab has it, or a run has begun meanwhile. */
export async function offerLastRun(): Promise<void> {
  const note = await notes.lastLeft();
  if (!note) return;
  const { id } = note;
  const { runs, current } = runsStore.getState();
  const record = runs.find((run) => run.id === id);
  if (!record || record.status === 'failed' || current !== null) return;
  const saved = await readSavedState(id, record.run);
  const kept = saved ? { step: saved.state.step, epochs: saved.state.epochs, ended: hasEnded(saved.state) } : null;
  if (runsStore.getState().current === null) setState({ offer: { record, kept } });
}

export function dismissOffer(): void {
  const { offer } = getState();
  setState({ offer: null });
  if (offer) void notes.forget(offer.record.id);
}

/** Goes on from the offered run's saved state: trains on, or shows what has ended. */
export function continueLastRun(): void {
  const { offer } = getState();
  setState({ offer: null });
  if (offer) void reopenRun(offer.record.id, !offer.kept?.ended);
}

/** Sets the offered run up from its beginning. */
export function startAnew(): void {
  const { offer } = getState();
  dismissOffer();
  if (!offer) return;
  openRun(offer.record.run);
  comeFrom(originOf(offer.record));
}

export const forgetAside = (): void => setState({ aside: null });

/** Undoes the change that has put a run aside. */
export function reopenLastRun(): void {
  const { aside } = getState();
  forgetAside();
  if (aside !== null) void reopenRun(aside);
}

/** Whether leaving the page now loses steps that were trained. */
export function losesSteps(page: PageState, current: string | null, last: SavedAt | null): boolean {
  if (isBusy(page)) return true;
  const kept = current === null ? null : keptOf(current, last);
  return page.phase === 'paused' && stepsDone(page) > (kept?.step ?? 0);
}

/**
 * Asks before the page is left in mid-run, and saves the run's state when the page goes out of sight. To be called
 * once.
 */
export function watchLeaving(): void {
  addEventListener('beforeunload', (event) => {
    if (losesSteps(pageStore.getState(), runsStore.getState().current, savedAtStore.getState().last))
      event.preventDefault();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && isBusy(pageStore.getState())) keepState();
  });
}

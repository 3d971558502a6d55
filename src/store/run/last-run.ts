import { z } from 'zod';
import { createStore } from 'zustand/vanilla';
import { readText, writeText } from '../../base/browser-storage.ts';
import { comeFrom, originOf } from '../lessons/origin.ts';
import { isBusy, stepsDone } from '../page/selectors.ts';
import { type PageState, pageStore } from '../page/state.ts';
import { continueQueue, queueStore } from '../queue/state.ts';
import { noteIncident } from '../recovery/state.ts';
import type { RunRecord } from '../runs/records.ts';
import { hasEnded, keepState, readSavedState, type SavedAt, savedAtStore } from '../runs/saved-state.ts';
import { reopenRun, runsStore } from '../runs/state.ts';
import { linkStore, mayOpen } from '../share/link.ts';
import { openRun } from './actions.ts';
import { lockRun } from './tab-lock.ts';
import { tabNotes } from './tab-notes.ts';

/** No run is lost by leaving: leaving is asked about, and what an earlier visit left is offered at the next. */

export interface LastRunState {
  /** The run that an earlier visit left, and how far its state was saved; null: it was not. */
  offer: { record: RunRecord; kept: Omit<SavedAt, 'id'> | null } | null;
  /** The run that a change of the settings has just put aside. */
  aside: string | null;
}

const noLastRun: LastRunState = { offer: null, aside: null };
export const lastRunStore = createStore<LastRunState>(() => noLastRun);
const { getState, setState } = lastRunStore;

const notes = tabNotes('last-run', z.object({ id: z.string().max(100) }));

/** Follows the run in the worker, and its saved states. To be called once. */
export function followRun(): void {
  runsStore.subscribe(({ current }, { current: before }) => {
    if (current === before) return;
    lockRun(current);
    if (current !== null) {
      setState(noLastRun);
      void notes.write({ id: current });
      return;
    }
    // Between the runs of a queue nothing is put aside, and the one that has ended stands for the queue until the next begins.
    if (queueStore.getState().running) return setState({ aside: null });
    setState({ aside: before });
    if (before !== null) void notes.forget(before);
  });
  pageStore.subscribe((page, before) => {
    if (isBusy(page) !== isBusy(before)) noteTraining(isBusy(page) ? page.runId : null);
  });
}

/** Offers the run that the last visit left, unless another tab has it, a run has begun meanwhile, or a link has locked other settings. */
export async function offerLastRun(): Promise<void> {
  const note = await notes.lastLeft();
  if (!note) return;
  const { id } = note;
  const { runs, current } = runsStore.getState();
  const record = runs.find((run) => run.id === id);
  if (!record || record.status === 'failed' || current !== null) return;
  if (!mayOpen(linkStore.getState(), record.run, pageStore.getState().run)) return;
  const saved = await readSavedState(id, record.run);
  if (runsStore.getState().current !== null) return;
  const kept = saved ? { step: saved.state.step, epochs: saved.state.epochs, ended: hasEnded(saved.state) } : null;
  setState({ offer: { record, kept } });
  if (kept && !kept.ended && readText('sessionStorage', crashKey) === id) goOnAfterCrash(kept.step);
}

/** The tab's own memory of the run that it trains: a tab that crashes does not clear it, one that is left does. */
const crashKey = 'bottleneck.training';

const noteTraining = (id: string | null): void => writeText('sessionStorage', crashKey, id);

/** Goes on by itself in the tab that crashed: nobody has left this run. */
function goOnAfterCrash(step: number): void {
  noteIncident({ cause: 'tab-crashed', reason: '', step, trains: true, from: null, stage: 'under-way' });
  continueLastRun();
}

export function dismissOffer(): void {
  const { offer } = getState();
  setState({ offer: null });
  if (offer) void notes.forget(offer.record.id);
}

/** Goes on from the offered run's saved state: trains on, with its queue if it has one, or shows what has ended. */
export function continueLastRun(): void {
  const { offer } = getState();
  setState({ offer: null });
  if (!offer) return;
  if (offer.record.id === queueStore.getState().at) continueQueue();
  else void reopenRun(offer.record.id, { goesOn: !offer.kept?.ended });
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
  const kept = last !== null && last.id === current ? last.step : 0;
  return page.phase === 'paused' && stepsDone(page) > kept;
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
  addEventListener('pagehide', () => noteTraining(null));
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && isBusy(pageStore.getState())) keepState();
  });
}

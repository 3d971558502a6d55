import { createStore } from 'zustand/vanilla';
import type { Message } from '../../base/message.ts';
import type { Run } from '../../training/run.ts';
import { callTrainer, endTrainer, restartTrainer } from '../../workers/trainer/client.ts';
import { forgetLoaded } from '../adapters/state.ts';
import { forgetSent } from '../dataset/send.ts';
import { forgetEncoder, requireEncoder } from '../encoder/state.ts';
import { watchAgain } from '../inspect/state.ts';
import { canTrain, isBusy, stepsDone } from '../page/selectors.ts';
import { pageStore } from '../page/state.ts';
import { goBackTo, queueStore, waitQueue } from '../queue/state.ts';
import { breakOff, changeRun, openRun, runSetUp, startTraining } from '../run/actions.ts';
import { lacksEnd } from '../runs/saved-state.ts';
import { reopenRun, runsStore } from '../runs/state.ts';
import { deviceFailed, order, showError } from '../trainer-errors.ts';

/** What the page does when the device, or the worker that trains on it, is lost: it goes on from the state saved last. */

/**
 * Why training was interrupted: the device is gone; it gave an error, after which nothing it computes is to be trusted;
 * the worker has stopped; the tab has crashed, and was opened again.
 */
export type Cause = 'device-lost' | 'device-failed' | 'worker-stopped' | 'tab-crashed';

export interface Incident {
  cause: Cause;
  reason: Message;
  /** Steps that were trained by then. */
  step: number;
  /** Whether the run was training, and therefore goes on by itself. */
  trains: boolean;
  /** `failed`: nothing more is tried. */
  stage: 'under-way' | 'over' | 'failed';
  /** The step that it went on from; null before that. */
  from: number | null;
}

export interface RecoveryState {
  /** The last incident; null: none, or it has been read. */
  incident: Incident | null;
  /** Whether the worker has said nothing for long while it should be training. */
  silent: boolean;
}

export const initialRecovery: RecoveryState = { incident: null, silent: false };
export const recoveryStore = createStore<RecoveryState>(() => initialRecovery);
const { getState, setState } = recoveryStore;

/** So many incidents within so many milliseconds are too many: going on would only fail again. */
const mostIncidents = 4;
const incidentMemory = 120_000;
let incidents: number[] = [];
/** The page's address, which built-in files are relative to. */
let base = '';

export const noteIncident = (incident: Incident): void => setState({ incident });
export const dismissIncident = (): void => setState({ incident: null });

/**
 * Goes on from the state saved last, on a new device or in a new worker; a run that was training trains on by itself.
 * @returns whether it does: after too many incidents, it does not
 */
export function recover(cause: Cause, reason: Message): boolean {
  const { incident } = getState();
  if (incident?.stage === 'under-way' && cause !== 'worker-stopped') return true;
  const now = Date.now();
  incidents = [...incidents.filter((at) => now - at < incidentMemory), now];
  const page = pageStore.getState();
  const underWay = incident?.stage === 'under-way' ? incident : null;
  const own = {
    cause,
    reason,
    step: underWay?.step ?? stepsDone(page),
    trains: underWay?.trains ?? isAtWork(),
    from: null,
  };
  if (incidents.length > mostIncidents) {
    setState({ incident: { ...own, stage: 'failed' }, silent: false });
    waitQueue();
    return false;
  }
  setState({ incident: { ...own, stage: 'under-way' }, silent: false });
  // What the run that is lost reports on its way out is no longer the page's, nor what becomes of one being set up.
  breakOff();
  pageStore.setState({ error: null, runId: null, plan: null });
  if (cause === 'worker-stopped') startWorker();
  void setUpAgain(own.trains);
  return true;
}

/** Whether something is trained, or about to be, or has ended just now and is not saved. */
function isAtWork(): boolean {
  const page = pageStore.getState();
  const { current } = runsStore.getState();
  return (
    isBusy(page) || queueStore.getState().running || (page.phase === 'done' && current !== null && lacksEnd(current))
  );
}

/**
 * Sets the page's run up from its saved state; one that has no record yet, from its beginning. Between two runs of a queue,
 * the record is the first one's still.
 */
async function setUpAgain(goesOn: boolean): Promise<void> {
  const { current, runs } = runsStore.getState();
  const { run } = pageStore.getState();
  const record = runs.find(({ id }) => id === current);
  const { running, pending } = queueStore.getState();
  const isBetween = running && run === pending[0] && run !== record?.run;
  if (!record || (isBetween && !lacksEnd(record.id))) openRun(run);
  else if (isBetween) goBackTo(record);
  else await reopenRun(record.id, { goesOn });
}

/** Starts the worker anew, and gives it what the one before had. */
function startWorker(): void {
  restartTrainer();
  forgetLoaded();
  forgetSent();
  forgetEncoder();
  pageStore.setState({ device: null, task: null, engineProgress: null });
  order('open', { base });
  watchAgain();
  void requireEncoder(pageStore.getState().run.model);
}

runSetUp.listen((setUp) => {
  const { incident } = getState();
  if (incident?.stage !== 'under-way') return;
  const from = setUp.ready ? (setUp.from?.kept.state.step ?? 0) : null;
  setState({ incident: { ...incident, stage: setUp.ready ? 'over' : 'failed', from } });
  // Without a saved state, the run begins anew.
  if (setUp.ready && incident.trains && canTrain(pageStore.getState())) startTraining();
});

deviceFailed.listen((reason) => void recover('device-failed', reason));

/** Tries again after too many incidents, or starts a worker anew that says nothing. */
export function tryAgain(): void {
  incidents = [];
  recover('worker-stopped', getState().incident?.reason ?? '');
}

/** Lets a GPU train again that has failed, from the state saved last. */
export async function allowGpuAgain(): Promise<void> {
  const goesOn = isBusy(pageStore.getState());
  try {
    await callTrainer('pause', null);
    await callTrainer('allowGpu', null);
  } catch (error) {
    return showError('allowGpu', error);
  }
  dismissIncident();
  await setUpAgain(goesOn);
}

/** The run with its batches cut into twice as many pieces, each of which needs half the memory. */
function inSmallerPieces(run: Run): Run {
  const { batchSize, microBatches } = run.training;
  return { ...run, training: { ...run.training, microBatches: Math.min(batchSize, 2 * (microBatches ?? 1)) } };
}

/** Whether batches can be cut into more pieces. */
export const canBeCut = ({ training }: Run): boolean => (training.microBatches ?? 1) < training.batchSize;

/** Goes on with smaller pieces of batches, where the device had not enough memory for these. */
export async function trainInPieces(): Promise<void> {
  const { current } = runsStore.getState();
  if (current === null) changeRun(inSmallerPieces);
  else await reopenRun(current, { goesOn: true, change: inSmallerPieces });
}

/** Loses the device on purpose. */
export const loseDevice = (): void => order('loseDevice', null);

/** Ends the worker on purpose. */
export const loseWorker = (): void => endTrainer();

/** Milliseconds between two looks at a busy worker, and its silence that is worth a word, at least. */
const lookInterval = 5000;
const patience = 30_000;
let quiet = 0;
let lookedAt = 0;

/** Notes that the worker has said something. */
export function heard(): void {
  quiet = 0;
  if (getState().silent) setState({ silent: false });
}

/**
 * Opens the device, in this worker and in those after it, and watches for a worker that should be training and says
 * nothing. To be called once.
 * @param address the page's
 */
export function watchTrainer(address: string): void {
  base = address;
  order('open', { base });
  lookedAt = Date.now();
  setInterval(() => {
    const now = Date.now();
    // A computer that has slept was as quiet as its worker.
    quiet = isBusy(pageStore.getState()) ? quiet + Math.min(now - lookedAt, 2 * lookInterval) : 0;
    lookedAt = now;
    const longest = Math.max(
      0,
      ...pageStore
        .getState()
        .steps.slice(-20)
        .map(({ milliseconds }) => milliseconds),
    );
    if (quiet > Math.max(patience, 10 * longest)) setState({ silent: true });
  }, lookInterval);
}

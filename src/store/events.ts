import { type Message, messageOf, toEnglish } from '../base/message.ts';
import type { MemoryBytes } from '../engine/contract.ts';
import type { Progress, TrainerEvent } from '../workers/trainer/api.ts';
import { saveTrained } from './adapters/state.ts';
import { closeOnnxExport } from './export/onnx.ts';
import { showSites, showSnapshot } from './inspect/state.ts';
import { noteCrossOrigin } from './page/cross-origin-requests.ts';
import { isBusy } from './page/selectors.ts';
import { noResults, pageStore } from './page/state.ts';
import { queueEnded } from './queue/state.ts';
import { type Cause, heard, recover } from './recovery/state.ts';
import { withSteps } from './run/history.ts';
import { predictNowAndThen, predictSoon } from './run/try-it.ts';
import { keepState, saveState } from './runs/saved-state.ts';
import { isBehind, recordRun, runsStore } from './runs/state.ts';

/** Handlers of the events that the training worker sends unasked. */

const { getState, setState } = pageStore;

export function onEvent(event: TrainerEvent): void {
  heard();
  // Events of a run that was changed or reset meanwhile belong to nothing on the page.
  // A state belongs to its record, also when the next run of a queue is on its way; all else to the page's run.
  const runId = event.type === 'state' ? runsStore.getState().current : getState().runId;
  if ('runId' in event && event.runId !== runId) return;
  switch (event.type) {
    case 'device':
      setState({ device: event, engineProgress: null });
      break;
    case 'device-lost':
      onLost('device-lost', event.reason);
      break;
    case 'engine-progress':
      setState({ engineProgress: event });
      break;
    case 'encoder-progress':
      setState({ encoderProgress: event });
      break;
    case 'progress':
      onProgress(event);
      break;
    case 'state':
      // No state is saved without its curves.
      if (event.runId === getState().runId && isBehind()) recordRun();
      saveState(event.runId, event.state);
      break;
    case 'run-dropped':
      setState(noResults);
      break;
    case 'sites':
      showSites(event);
      break;
    case 'snapshot':
      showSnapshot(event);
      break;
    case 'cross-origin-requests':
      noteCrossOrigin(event.urls);
      break;
  }
}

/** Handles a worker that has stopped. The calls that wait are rejected apart from this. */
export const onStopped = (error: Error): void => onLost('worker-stopped', messageOf(error));

/** Goes on from the state saved last; where that does not help any more, the run is gone from the worker. */
function onLost(cause: Cause, reason: Message): void {
  if (recover(cause, reason)) return;
  setState({ plan: null, runId: null, phase: 'ready', engineProgress: null, encoderProgress: null });
}

/** Whether the bytes are as before: what draws them is then left alone. */
const sameBytes = (before: MemoryBytes | null, now: MemoryBytes): boolean =>
  before !== null && (Object.keys(now) as (keyof MemoryBytes)[]).every((arena) => before[arena] === now[arena]);

function onProgress(progress: Progress): void {
  const state = getState();
  const { phase, steps, epochs, final, baseline, baselines, outcome, latency, memory, sharedHeap, failure } = progress;
  if (failure?.code === 'device-failed' && recover('device-failed', failure.words)) return;
  setState({
    phase,
    memory: sameBytes(state.memory, memory) ? state.memory : memory,
    sharedHeap,
    steps: withSteps(state.steps, steps),
    epochs: epochs.length ? [...state.epochs, ...epochs] : state.epochs,
    final: final ?? state.final,
    baseline: baseline.length ? [...state.baseline, ...baseline] : state.baseline,
    baselines: baselines ?? state.baselines,
    outcome: outcome ?? state.outcome,
    latency: latency ?? state.latency,
    ...(failure && { error: { during: 'train', message: toEnglish(failure.words), ...failure } }),
  });
  if (steps.length > 0) closeOnnxExport();
  // Steps alone are not worth a write, save the first: what they led to is.
  const begins = state.steps.length === 0 && steps.length > 0;
  if (begins || epochs.length > 0 || outcome || phase !== state.phase) recordRun();
  // Once training stands still, the sentence is scored one last time.
  if (isBusy(getState())) predictNowAndThen();
  else predictSoon();
  if (phase !== state.phase && phase === 'done') void saveTrained();
  if (phase !== state.phase && (phase === 'done' || phase === 'paused')) keepState();
  if (phase !== state.phase && (phase === 'done' || phase === 'failed')) queueEnded();
}

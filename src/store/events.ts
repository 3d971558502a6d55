import type { MemoryBytes } from '../engine/contract.ts';
import { sameRun, taskName } from '../training/run.ts';
import type { Report } from '../worker/protocol.ts';
import { hearAdapter, hearHeld, hearScored, hearUnmeasured, keepTrained } from './adapters/state.ts';
import { endDeviceCheck, hearDeviceCheck } from './device/check.ts';
import { hearEncoder, hearNoEncoder } from './encoder/loaded.ts';
import { hearRefused, modelsStore } from './encoder/state.ts';
import { hearTokenChecks, hearTokens } from './encoder/tokens.ts';
import { closeOnnxExport, hearOnnxExport, hearOnnxProblem } from './export/onnx.ts';
import { failRun, failRuns, hearRun } from './export/read-run.ts';
import { hearForgetting } from './forgetting/state.ts';
import { hearRefusal, hearResumed } from './import/state.ts';
import { hearInspection, hearSites, hearSnapshot } from './inspect/state.ts';
import { noteForeign } from './page/cross-origin-requests.ts';
import { isBusy } from './page/selectors.ts';
import { noResults, pageStore } from './page/state.ts';
import { queueConfigured, queueEnded, waitQueue } from './queue/state.ts';
import { configure, isAnswered } from './run/actions.ts';
import { withSteps } from './run/history.ts';
import { anotherExample, hearPrediction, predictNowAndThen, predictSoon } from './run/try-it.ts';
import { giveUp, hearState, keepState } from './runs/saved-state.ts';
import { closeRun, recordRun, runsStore, takeUp } from './runs/state.ts';

const { getState, setState } = pageStore;

/** Takes a report of the worker in. */
export function hear(report: Report): void {
  switch (report.type) {
    case 'device':
      setState({ device: report, engineProgress: null, ...(report.available ? {} : { phase: 'ready' as const }) });
      break;
    case 'device-check':
      hearDeviceCheck(report.check);
      break;
    case 'onnx-export':
      hearOnnxExport(report);
      break;
    case 'engine-progress':
      setState({ engineProgress: report });
      break;
    case 'encoder-progress':
      setState({ encoderProgress: report });
      break;
    case 'encoder-ready':
      hearEncoder(report);
      break;
    case 'task-ready':
      // Another was chosen meanwhile, and is on its way.
      if (report.task.name !== taskName(getState().run)) break;
      setState({ task: report.task });
      anotherExample();
      configure();
      break;
    case 'configured':
      // A run that has been changed since is set up anew.
      if (!isAnswered()) break;
      closeRun();
      setState({ ...noResults, plan: report, memory: report.memory, sharedHeap: report.sharedHeap ?? null });
      takeUp(report.resumed);
      predictSoon();
      queueConfigured();
      break;
    case 'progress':
      hearProgress(report);
      break;
    case 'prediction':
      hearPrediction(report.prediction);
      break;
    case 'adapter':
      hearAdapter(report);
      break;
    case 'state':
      hearWhereItStands(report);
      break;
    case 'sites':
      hearSites(report);
      break;
    case 'run-read':
      hearRun(report.saved);
      break;
    case 'resumed':
      hearResumed(report);
      break;
    case 'inspection':
      hearInspection(report.inspection);
      break;
    case 'snapshot':
      hearSnapshot(report.snapshot);
      break;
    case 'forgetting':
      hearForgetting(report.point);
      break;
    case 'tokens':
      hearTokens(report);
      break;
    case 'token-checks':
      hearTokenChecks(report);
      break;
    case 'foreign-requests':
      noteForeign(report.urls);
      break;
    case 'held':
      hearHeld(report.id);
      break;
    case 'scored':
      hearScored(report);
      break;
    case 'error':
      hearError(report);
      break;
  }
}

/** Where the run stands belongs to its record, unless that was left behind meanwhile. */
function hearWhereItStands(report: Extract<Report, { type: 'state' }>): void {
  const { runs, current } = runsStore.getState();
  const record = runs.find(({ id }) => id === current);
  if (record && sameRun(record.run, report.run)) hearState(record.id, report);
}

/** The worker has stopped, and answers nothing that it was asked for. */
function hearStopped(error: Extract<Report, { type: 'error' }>): void {
  const words = error.words ?? error.message;
  endDeviceCheck();
  hearForgetting(null);
  failRuns(words);
  hearOnnxProblem(words);
  hearRefusal(words);
  waitQueue();
  if (modelsStore.getState().work?.doing === 'load') hearRefused(words);
  setState({ error, plan: null, phase: 'ready', engineProgress: null, encoderProgress: null });
}

/** What was asked for from a dialog is answered there. */
function hearError(report: Extract<Report, { type: 'error' }>): void {
  if (report.during === 'open') {
    hearStopped(report);
    return;
  }
  if (report.during === 'check-device') endDeviceCheck();
  if (report.during === 'configure') {
    setState({ engineProgress: null });
    if (!isAnswered()) return;
    giveUp();
    waitQueue();
  }
  if (report.during === 'forgetting') hearForgetting(null);
  const words = report.words ?? report.message;
  if (report.during === 'read-run') failRun(words);
  else if (report.during === 'resume') hearRefusal(words);
  else if (report.during === 'export-onnx') hearOnnxProblem(words);
  else if (report.during === 'score') hearUnmeasured(words);
  else if (report.during === 'load-encoder') hearNoEncoder(words);
  else setState({ error: report });
}

/** The same bytes as before are no news: what draws them is left alone. */
const sameBytes = (before: MemoryBytes | null, now: MemoryBytes): boolean =>
  before !== null && (Object.keys(now) as (keyof MemoryBytes)[]).every((arena) => before[arena] === now[arena]);

function hearProgress(report: Extract<Report, { type: 'progress' }>): void {
  const state = getState();
  // A report that was under way when the run was reset belongs to nothing on the page.
  if (!state.plan) return;
  const { phase, steps, epochs, final, baseline, baselines, outcome, latency, memory, sharedHeap = null } = report;
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
  });
  if (steps.length > 0) closeOnnxExport();
  // Steps alone are not worth a write, save the first: what they led to is.
  const begins = state.steps.length === 0 && steps.length > 0;
  if (begins || epochs.length > 0 || outcome || phase !== state.phase) recordRun();
  // Where training stands still, the sentence gets its last word.
  if (isBusy(getState())) predictNowAndThen();
  else predictSoon();
  if (phase !== state.phase && phase === 'done') keepTrained();
  if (phase !== state.phase && (phase === 'done' || phase === 'paused')) keepState();
  if (phase !== state.phase && (phase === 'done' || phase === 'failed')) queueEnded();
}

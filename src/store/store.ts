import { createStore } from 'zustand/vanilla';
import type { EncoderConfig } from '../model/encoder-config.ts';
import type { MemoryBytes } from '../training/engine.ts';
import type { EpochRecord, Phase, Prediction, StepRecord } from '../training/records.ts';
import { type Run, readRun } from '../training/run.ts';
import { createTrainerClient, type TrainerClient } from '../worker/client.ts';
import type { Report, TaskSummary } from '../worker/protocol.ts';

/** What the page knows: plain data. Verbs below change it; the worker's reports do the rest. */
export interface PageState {
  device: Extract<Report, { type: 'device' }> | null;
  /** onnxruntime's WASM on its way; null where it is not needed, or there. */
  engineProgress: { received: number; total: number | null } | null;
  encoder: { name: string; config: EncoderConfig; poolerCount: number } | null;
  encoderProgress: { received: number; total: number | null } | null;
  task: TaskSummary | null;
  run: Run;
  phase: Phase;
  /** The run is set up in the worker, with so many steps; null while a change is on its way. */
  plan: { totalSteps: number; stepsPerEpoch: number } | null;
  memory: MemoryBytes | null;
  steps: StepRecord[];
  epochs: EpochRecord[];
  baseline: EpochRecord[];
  sentence: string;
  /** The example that the sentence was taken from. */
  example: { text: string; label: string } | null;
  prediction: Prediction | null;
  error: { during: string; message: string } | null;
}

/** The first minute: small enough to watch on a processor, large enough to show the adapter's gain. */
export const firstRun: Run = readRun({
  name: 'trivia-houlsby-16',
  data: { task: 'trivia_topics', limit: 1000, testLimit: 300 },
  method: { type: 'houlsby', bottleneck: 16 },
  training: { maxLength: 32 },
});

export const initialState: PageState = {
  device: null,
  engineProgress: null,
  encoder: null,
  encoderProgress: null,
  task: null,
  run: firstRun,
  phase: 'ready',
  plan: null,
  memory: null,
  steps: [],
  epochs: [],
  baseline: [],
  sentence: '',
  example: null,
  prediction: null,
  error: null,
};

export const pageStore = createStore<PageState>(() => initialState);

const { getState, setState } = pageStore;
const noResults: Partial<PageState> = {
  phase: 'ready',
  steps: [],
  epochs: [],
  baseline: [],
  prediction: null,
  plan: null,
  error: null,
};

let client: TrainerClient | null = null;

/** Opens the worker, the device, the built-in encoder and the first task. To be called once, when the page starts. */
export function openPage(base: string): void {
  client = createTrainerClient(hear);
  client.send({ type: 'open', base });
  client.send({ type: 'load-encoder', name: getState().run.model });
  if ('task' in getState().run.data) chooseTask(taskName(getState().run));
}

export const taskName = (run: Run): string => ('task' in run.data ? run.data.task : '');

/** Switches to another built-in task; the run starts anew. */
export function chooseTask(name: string): void {
  const { run } = getState();
  setState({
    run: { ...run, data: { ...run.data, task: name } as Run['data'] },
    task: null,
    sentence: '',
    ...noResults,
  });
  client?.send({ type: 'load-task', name });
}

/** Changes the run's settings; whatever was trained so far is dropped. */
export function changeRun(change: (run: Run) => Run): void {
  setState({ run: change(getState().run), ...noResults });
  configureSoon();
}

/** A slider sends many changes; the worker hears of the last. */
const configureDelay = 250;
let configureTimer: ReturnType<typeof setTimeout> | undefined;

function configureSoon(): void {
  clearTimeout(configureTimer);
  configureTimer = setTimeout(configure, configureDelay);
}

function configure(): void {
  clearTimeout(configureTimer);
  const { device, encoder, task, run } = getState();
  if (!device?.available || !encoder || task?.name !== taskName(run)) return;
  client?.send({ type: 'configure', run });
}

export function startTraining(): void {
  setState({ phase: 'training', error: null });
  client?.send({ type: 'train' });
}

export function pauseTraining(): void {
  client?.send({ type: 'pause' });
}

/** Trains a single batch. */
export function stepOnce(): void {
  setState({ phase: 'training', error: null });
  client?.send({ type: 'step' });
}

/** Drops what was trained and sets the same run up again. */
export function resetRun(): void {
  setState({ ...noResults });
  configure();
}

export function dismissError(): void {
  setState({ error: null });
}

/** Writes a sentence into the box; it is scored as soon as the writer pauses. */
export function writeSentence(sentence: string, example: PageState['example'] = null): void {
  setState({ sentence, example });
  predictSoon();
}

/** Puts another test sentence into the box. */
export function anotherExample(): void {
  const { task, example } = getState();
  if (!task) return;
  const at = task.examples.findIndex(({ text }) => text === example?.text);
  const next = task.examples[(at + 1) % task.examples.length];
  if (next) writeSentence(next.text, next);
}

const predictDelay = 200;
/** While training, the sentence is scored anew at most this often. */
const predictInterval = 1000;
let predictTimer: ReturnType<typeof setTimeout> | undefined;
let predictedAt = 0;

function predictSoon(): void {
  clearTimeout(predictTimer);
  predictTimer = setTimeout(predict, predictDelay);
}

function predict(): void {
  const { plan, sentence } = getState();
  if (!plan || sentence.trim() === '') return;
  predictedAt = Date.now();
  client?.send({ type: 'predict', text: sentence });
}

/** Takes a report in. Exported for tests. */
export function hear(report: Report): void {
  switch (report.type) {
    case 'device':
      setState({ device: report, engineProgress: null, ...(report.available ? {} : { phase: 'ready' as const }) });
      break;
    case 'engine-progress':
      setState({ engineProgress: report });
      break;
    case 'encoder-progress':
      setState({ encoderProgress: report });
      break;
    case 'encoder-ready':
      setState({ encoder: report, encoderProgress: null });
      configure();
      break;
    case 'task-ready':
      setState({ task: report.task });
      anotherExample();
      configure();
      break;
    case 'configured':
      setState({ ...noResults, plan: report, memory: report.memory });
      predictSoon();
      break;
    case 'progress':
      hearProgress(report);
      break;
    case 'prediction':
      // An answer to a sentence that has been written over is stale.
      if (report.prediction.text === getState().sentence) setState({ prediction: report.prediction });
      break;
    case 'error':
      setState({ error: report });
      break;
  }
}

function hearProgress({ phase, steps, epochs, baseline, memory }: Extract<Report, { type: 'progress' }>): void {
  const state = getState();
  // A report that was under way when the run was reset belongs to nothing on the page.
  if (!state.plan) return;
  setState({
    phase,
    memory,
    steps: steps.length ? [...state.steps, ...steps] : state.steps,
    epochs: epochs.length ? [...state.epochs, ...epochs] : state.epochs,
    baseline: baseline.length ? [...state.baseline, ...baseline] : state.baseline,
  });
  if (Date.now() - predictedAt >= predictInterval) predict();
}

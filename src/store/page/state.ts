import { createStore } from 'zustand/vanilla';
import type { ErrorCode, Message } from '../../base/message.ts';
import { builtInTask, type Language, usualEncoders } from '../../data/built-in/tasks.ts';
import type { Texts } from '../../data/rows/texts.ts';
import type { MemoryBytes } from '../../engine/contract.ts';
import type { Latency } from '../../training/experiments/latency.ts';
import type {
  EpochRecord,
  Evaluation,
  FinalRecord,
  FrozenBaselines,
  Phase,
  Prediction,
  StepRecord,
} from '../../training/records/records.ts';
import { type Run, readRun } from '../../training/run.ts';
import type { DeviceEvent, EncoderFacts, TaskSummary } from '../../workers/trainer/api.ts';
import { runTitle } from '../runs/naming.ts';

/** State of the encoder, the task and the run in the worker, as far as the page knows it: plain data. */
export interface PageState {
  device: DeviceEvent | null;
  encoder: EncoderFacts | null;
  /** Download of onnxruntime's WASM; null where it is not needed, or there. */
  engineProgress: { received: number; total: number | null } | null;
  encoderProgress: { received: number; total: number | null } | null;
  /** The encoder that the run names, where it is not here and a person has to say what to do. */
  missingEncoder: string | null;
  /** The rows that the run names, where they are not here and a person has to say what to do. */
  missingRows: string | null;
  task: TaskSummary | null;
  run: Run;
  phase: Phase;
  /** Whether another tab of this browser trains: this one looks and sets up. */
  trainsElsewhere: boolean;
  /** Id of the run in the worker, and of its record once it has one; null while none is set up. */
  runId: string | null;
  /** Steps of the run that is set up in the worker; null while a change is on its way. */
  plan: { totalSteps: number; stepsPerEpoch: number } | null;
  memory: MemoryBytes | null;
  /** Bytes of the heap that all runs on the page share; null where each has its own buffers. */
  sharedHeap: number | null;
  /** Steps so far, thinned when there are very many: see `history.ts`. */
  steps: readonly StepRecord[];
  epochs: readonly EpochRecord[];
  /** Null before the run's end. */
  final: FinalRecord | null;
  /** The frozen baseline of the same budget, epoch by epoch. */
  baseline: readonly EpochRecord[];
  /** Null until both are trained. */
  baselines: FrozenBaselines | null;
  /** The last evaluation of the rows that are scored. */
  outcome: Evaluation | null;
  /** A forward with and without what the run trained; null before its end. */
  latency: Latency | null;
  /** Which adapter answers in the sentence box (null: the run being trained), and how strongly. */
  answering: { adapter: string | null; strength: number };
  sentence: string;
  /** The second text beside the sentence, where the model that answers reads pairs. */
  second: string;
  /** The example that the sentence was taken from. */
  example: (Texts & { label: string }) | null;
  prediction: Prediction | null;
  /** Indices of the classes that are shown of the prediction, from top to bottom. */
  places: readonly number[];
  error: { during: string; message: string; words?: Message; code?: ErrorCode | null } | null;
}

/** A run on a built-in task's defaults: small enough to watch on a processor, large enough to show the adapter's gain. */
function firstRunOn(task: string): Run {
  const { language, defaults } = builtInTask(task);
  const { limit, ...training } = defaults;
  const settings = readRun({
    name: task,
    model: usualEncoders[language].name,
    data: { task, limit, testLimit: 300 },
    method: { type: 'houlsby', bottleneck: 16 },
    training,
  });
  return { ...settings, name: runTitle(settings) };
}

/** The run that the workbench begins with, in each language of the page. */
export const firstRuns: Readonly<Record<Language, Run>> = {
  en: firstRunOn('trivia_topics'),
  zh: firstRunOn('verse_demo'),
};
/** The English one: the lessons vary it. */
export const firstRun = firstRuns.en;

export const initialState: PageState = {
  device: null,
  encoder: null,
  engineProgress: null,
  encoderProgress: null,
  missingEncoder: null,
  missingRows: null,
  task: null,
  run: firstRun,
  phase: 'ready',
  trainsElsewhere: false,
  runId: null,
  plan: null,
  memory: null,
  sharedHeap: null,
  steps: [],
  epochs: [],
  final: null,
  baseline: [],
  baselines: null,
  outcome: null,
  latency: null,
  answering: { adapter: null, strength: 1 },
  sentence: '',
  second: '',
  example: null,
  prediction: null,
  places: [],
  error: null,
};

/** State of a run that has not begun. */
export const noResults = {
  phase: 'ready',
  steps: [],
  epochs: [],
  final: null,
  baseline: [],
  baselines: null,
  outcome: null,
  latency: null,
  prediction: null,
  runId: null,
  plan: null,
  error: null,
} as const satisfies Partial<PageState>;

export const pageStore = createStore<PageState>(() => initialState);

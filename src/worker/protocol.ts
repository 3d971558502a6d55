/** The wire between the page and the worker: plain data, the only thing both sides share. */
import type { EncoderConfig } from '../model/encoder-config.ts';
import type { ParameterCounts } from '../model/parameters.ts';
import type { MemoryBytes, NamedTensors } from '../training/engine.ts';
import type { ForgettingPoint } from '../training/forgetting.ts';
import type { Scores } from '../training/metrics.ts';
import type { EpochRecord, Outcome, Phase, Prediction, StepRecord } from '../training/records.ts';
import type { Run } from '../training/run.ts';

/** A row as it is typed or imported; `line`: where it stands in its file, 0 for a typed one. */
interface LabelledText {
  text: string;
  label: string;
  line: number;
}

/** What the page asks for. Requests are carried out in order; `pause` is heard between two steps. */
export type Request =
  /** `base`: the page's address, which built-in files are relative to. */
  | { type: 'open'; base: string }
  | { type: 'load-encoder'; name: string }
  | { type: 'load-task'; name: string }
  /** Takes a person's own rows, already split. */
  | { type: 'load-rows'; name: string; train: LabelledText[]; test: LabelledText[] }
  /** Sets the run up from its start; whatever was trained before is dropped. */
  | { type: 'configure'; run: Run }
  | { type: 'train' }
  | { type: 'pause' }
  | { type: 'step' }
  /** `adapter`: one that is held, or null for the run being trained. At strength 1 it answers as it was trained. */
  | { type: 'predict'; text: string; adapter: string | null; strength: number }
  /** Asks for what the run has trained so far. */
  | { type: 'read-adapter' }
  /** Loads a trained adapter beside the run. */
  | { type: 'hold'; id: string; run: Run; labels: string[]; tensors: NamedTensors }
  | { type: 'release'; id: string }
  /** Measures a held adapter on its own task's test rows. */
  | { type: 'score'; id: string; strength: number }
  /** Trains one task, then another, with adapters and with full fine-tuning; both runs name their task. */
  | { type: 'forgetting'; first: Run; second: Run; full: Run; steps: number }
  | { type: 'stop-forgetting' };

export interface TaskSummary {
  name: string;
  trainRows: number;
  testRows: number;
  labels: string[];
  /** A few test texts with their labels, to try out. */
  examples: { text: string; label: string }[];
}

/** What the worker tells; at most ten reports of progress a second. */
export type Report =
  | { type: 'device'; available: true; name: string; software: boolean }
  | { type: 'device'; available: false; reason: string }
  | { type: 'encoder-progress'; received: number; total: number | null }
  | { type: 'encoder-ready'; name: string; config: EncoderConfig; poolerCount: number }
  | { type: 'task-ready'; task: TaskSummary }
  | { type: 'configured'; totalSteps: number; stepsPerEpoch: number; counts: ParameterCounts; memory: MemoryBytes }
  | {
      type: 'progress';
      phase: Phase;
      steps: StepRecord[];
      epochs: EpochRecord[];
      /** The frozen encoder's head on the same rows, one record an epoch of its own. */
      baseline: EpochRecord[];
      /** Anew after each evaluation, else null. */
      outcome: Outcome | null;
      memory: MemoryBytes;
    }
  | { type: 'prediction'; prediction: Prediction }
  | { type: 'adapter'; run: Run; labels: string[]; tensors: NamedTensors }
  /** A measurement; null: the demonstration has ended. */
  | { type: 'forgetting'; point: ForgettingPoint | null }
  | { type: 'held'; id: string }
  | { type: 'scored'; id: string; strength: number; scores: Scores }
  /** Something went wrong. `during` is the request's type; what was trained before is still there. */
  | { type: 'error'; during: Request['type']; name: string; message: string };

/** The wire between the page and the worker: plain data, the only thing both sides share. */
import type { Inspection } from '../inspect/inspection.ts';
import type { Snapshot } from '../inspect/snapshot.ts';
import type { EncoderConfig } from '../model/encoder-config.ts';
import type { Site } from '../model/methods.ts';
import type { ParameterCounts } from '../model/parameters.ts';
import type { CrossCheckResult, Latency } from '../training/cross-check.ts';
import type { Engine, MemoryBytes, NamedTensors } from '../training/engine.ts';
import type { ForgettingPoint } from '../training/forgetting.ts';
import type { Scores } from '../training/metrics.ts';
import type { EngineReason, EpochRecord, Outcome, Phase, Prediction, StepRecord } from '../training/records.ts';
import type { Run } from '../training/run.ts';
import type { Bundle } from '../training/saved-run.ts';

/** A row as it is typed or imported; `line`: where it stands in its file, 0 for a typed one. */
interface LabelledText {
  text: string;
  label: string;
  line: number;
}

/** A person's own rows, already split. */
interface OwnRows {
  name: string;
  train: LabelledText[];
  test: LabelledText[];
}

/** What the page asks for. Requests are carried out in order; `pause` is heard between two steps. */
export type Request =
  /** `base`: the page's address, which built-in files are relative to. */
  | { type: 'open'; base: string }
  | { type: 'load-encoder'; name: string }
  | { type: 'load-task'; name: string }
  /** Takes a person's own rows, already split. */
  | ({ type: 'load-rows' } & OwnRows)
  /** Sets the run up from its start; whatever was trained before is dropped. `start`: tensors to begin with, null: as seeded. */
  | { type: 'configure'; run: Run; start: NamedTensors | null }
  | { type: 'train' }
  | { type: 'pause' }
  | { type: 'step' }
  /** `adapter`: one that is held, or null for the run being trained. At strength 1 it answers as it was trained. */
  | { type: 'predict'; text: string; adapter: string | null; strength: number }
  /** Asks for what the run has trained so far. */
  | { type: 'read-adapter' }
  /** Asks for all that the run needs to go on elsewhere, with its rows or without. */
  | { type: 'read-run'; withRows: boolean }
  /** Goes on with a run from elsewhere; `own`: the rows of its name that the page has, if it has any. */
  | { type: 'resume'; bundle: Bundle; own: OwnRows | null }
  /** Loads a trained adapter beside the run. */
  | { type: 'hold'; id: string; run: Run; labels: string[]; tensors: NamedTensors }
  | { type: 'release'; id: string }
  /** Measures a held adapter on its own task's test rows. */
  | { type: 'score'; id: string; strength: number }
  /** Trains one task, then another, with adapters and with full fine-tuning; both runs name their task. */
  | { type: 'forgetting'; first: Run; second: Run; full: Run; steps: number }
  | { type: 'stop-forgetting' }
  /** Trains the run's first steps on both engines and compares them. */
  | { type: 'check-device'; run: Run }
  /** Whether snapshots are wanted: one at once, then before training and after each epoch. */
  | { type: 'watch'; on: boolean }
  /** Looks inside at a sentence; `layer`, `site` and `token` choose whose numbers are told. */
  | { type: 'inspect'; text: string; layer: number; site: Site; token: number };

/** Both engines compared; `result` comes with the last report. */
export interface DeviceCheck {
  done: number;
  of: number;
  result:
    | (Omit<CrossCheckResult, 'steps'> & {
        latency: Record<Engine['name'], Latency>;
      })
    | null;
}

export interface TaskSummary {
  name: string;
  trainRows: number;
  testRows: number;
  labels: string[];
  /** A few test texts with their labels, to try out. */
  examples: { text: string; label: string }[];
}

/** What a run that is set up takes. */
interface RunPlan {
  totalSteps: number;
  stepsPerEpoch: number;
  counts: ParameterCounts;
  memory: MemoryBytes;
}

/** What the worker tells; at most ten reports of progress a second. */
export type Report =
  | {
      type: 'device';
      available: true;
      engine: Engine['name'];
      /** Why this engine: asked for, a GPU, none, or only one that runs on the processor. */
      why: EngineReason;
      name: string;
      software: boolean;
    }
  /** onnxruntime's WASM on its way. */
  | { type: 'engine-progress'; received: number; total: number | null }
  | { type: 'device'; available: false; reason: string }
  | { type: 'encoder-progress'; received: number; total: number | null }
  | { type: 'encoder-ready'; name: string; config: EncoderConfig; poolerCount: number }
  | { type: 'task-ready'; task: TaskSummary }
  | ({ type: 'configured' } & RunPlan)
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
  | { type: 'run-read'; saved: Omit<Bundle, 'history'> }
  /** A run from elsewhere stands where it was left; `rows`: its own, where they were not here before. */
  | ({ type: 'resumed'; task: TaskSummary; rows: OwnRows | null; outcome: Outcome | null } & RunPlan)
  /** A measurement; null: the demonstration has ended. */
  | { type: 'forgetting'; point: ForgettingPoint | null }
  | { type: 'device-check'; check: DeviceCheck }
  /** Norms of each adapter's gradients in a batch just trained, keyed "layer.site"; now and then. */
  | { type: 'gradients'; norms: Record<string, number> }
  | { type: 'inspection'; inspection: Inspection }
  /** As long as they are watched. */
  | { type: 'snapshot'; snapshot: Snapshot }
  | { type: 'held'; id: string }
  | { type: 'scored'; id: string; strength: number; scores: Scores }
  /** Something went wrong. `during` is the request's type; what was trained before is still there. */
  | { type: 'error'; during: Request['type']; name: string; message: string };

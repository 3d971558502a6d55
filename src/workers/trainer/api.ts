/** API and events of the training worker: plain data, the only thing both sides share. */

import type { FolderFile } from '../../base/file-set.ts';
import type { Message } from '../../base/message.ts';
import type { SplitRows } from '../../data/dataset.ts';
import type { PackedRows } from '../../data/rows/packed-rows.ts';
import type { Row } from '../../data/rows/row.ts';
import type { SplitOptions } from '../../data/rows/split.ts';
import type { Texts } from '../../data/rows/texts.ts';
import type { Piece } from '../../data/tokenizer/tokenizer.ts';
import type { Engine, MemoryBytes, NamedTensors } from '../../engine/contract.ts';
import type { DeviceLimits } from '../../engine/memory-forecast.ts';
import type { Inspection } from '../../inspect/inspection.ts';
import type { SentenceMap, Snapshot } from '../../inspect/snapshot.ts';
import type { EncoderConfig } from '../../model/encoder-config.ts';
import type { FrozenBits } from '../../model/frozen-bits.ts';
import type { Site } from '../../model/methods.ts';
import type { TaskKind } from '../../model/task-kind.ts';
import type { CrossCheckResult } from '../../training/experiments/cross-check.ts';
import type { ExportAgreement } from '../../training/experiments/export-check.ts';
import type { ForgettingPoint } from '../../training/experiments/forgetting.ts';
import type { Latency } from '../../training/experiments/latency.ts';
import type { Occlusion, WordPlace } from '../../training/experiments/occlusion.ts';
import type {
  AnyScores,
  EngineReason,
  EpochRecord,
  Evaluation,
  FinalRecord,
  FrozenBaselines,
  Phase,
  Prediction,
  StepRecord,
} from '../../training/records/records.ts';
import type { Bundle, SessionState } from '../../training/records/saved-run.ts';
import type { Run } from '../../training/run.ts';
import type { SentError } from '../rpc.ts';

/** Rows under the name that runs give them, already split. */
export interface TaskRows extends SplitRows {
  name: string;
  /** What a row is labelled with; absent: one class. */
  kind?: TaskKind | undefined;
}

/** Source of an encoder. `files`: its own; null: it is one of the built-in ones. */
export interface EncoderSource {
  name: string;
  files: FolderFile[] | null;
}

/** An encoder that is loaded. */
export interface EncoderFacts {
  name: string;
  config: EncoderConfig;
  poolerCount: number;
}

/** A trained adapter with its head. */
export interface TrainedAdapter {
  run: Run;
  labels: string[];
  tensors: NamedTensors;
}

/**
 * Requests are carried out one after another, in the order of arrival; one that is aborted before its turn is left out.
 */
export interface TrainerApi {
  /** Opens the device. `base`: the page's address, which built-in files are relative to. */
  open: { ask: { base: string } };
  /** Loads an encoder; the one before stays until this one is loaded. */
  loadEncoder: { ask: EncoderSource & { frozenBits: FrozenBits }; answer: EncoderFacts };
  /** Opens the rows of a built-in task. */
  loadTask: { ask: { name: string }; answer: TaskSummary };
  /** Some of a person's own rows; `key` says which set of rows they belong to. */
  addRows: { ask: { key: number; part: 'rows' | 'test' | 'validation'; rows: PackedRows } };
  /** Opens the rows that came under a key, cut as `split` says; null: those sent as `test` are tested on. */
  loadRows: {
    ask: { name: string; kind?: TaskKind | undefined; key: number; split: SplitOptions | null };
    answer: TaskSummary;
  };
  /**
   * Sets the run up from its start, or from where it was left; whatever was trained before is dropped. `start`: tensors to
   * begin with, null: as seeded.
   */
  configure: {
    ask: { runId: string; run: Run; start: NamedTensors | null; state?: SessionState | undefined };
    answer: RunSize;
  };
  /** Lets the next run that is set up on a GPU again, after that has failed. */
  allowGpu: { ask: null };
  /** Urgent: gives the device up, as if it were lost. */
  loseDevice: { ask: null };
  train: { ask: null };
  /** Trains `count` batches, then pauses. */
  step: { ask: { count: number } };
  /** Urgent: takes effect between two steps. */
  pause: { ask: null };
  /**
   * `adapter`: one that is loaded, or null for the run being trained. At strength 1 it answers as it was trained. Null where
   * there is neither.
   */
  predict: { ask: Texts & { adapter: string | null; strength: number }; answer: Prediction | null };
  /**
   * What whoever answers (as in `predict`) makes of a text with words covered, and with each word covered or read again besides;
   * `covered`: indices of words. Null where nobody answers.
   */
  occlude: {
    ask: TrainerApi['predict']['ask'] & { words: WordPlace[]; covered: number[] };
    answer: Occlusion | null;
  };
  /** The adapter that the run has trained so far; null without a run. */
  readAdapter: { ask: null; answer: TrainedAdapter | null };
  /** Asks for a `state` event; while the run trains, it comes between two steps. After every epoch it comes unasked. */
  reportState: { ask: null };
  /** All that the run needs to go on elsewhere, with its rows or without. */
  readRun: { ask: { withRows: boolean }; answer: Omit<Bundle, 'history'> };
  /** Goes on with a run from elsewhere; `own`: the rows of its name that the page has, if it has any. */
  resume: { ask: { runId: string; bundle: Bundle; own: TaskRows | null }; answer: ResumedRun };
  /** Loads a trained adapter beside the run. */
  loadAdapter: { ask: TrainedAdapter & { id: string } };
  releaseAdapter: { ask: { id: string } };
  /** Measures a loaded adapter on its own task's test rows, or on rows of its classes that are given. */
  scoreAdapter: { ask: { id: string; strength: number; rows?: Row[] }; answer: { scores: AnyScores; rows: number } };
  /** Trains one task, then another, with adapters and with full fine-tuning; both runs name their task. */
  demonstrateForgetting: { ask: { first: Run; second: Run; full: Run; steps: number }; progress: ForgettingPoint };
  /** Urgent: ends the demonstration after the step under way. */
  stopForgetting: { ask: null };
  /** Trains the run's first steps on both engines and compares them. */
  compareEngines: { ask: { run: Run }; answer: EngineComparison; progress: { done: number; of: number } };
  /** Writes the run as an ONNX file, loads that again and compares it with the engine. */
  exportOnnx: { ask: { precision: OnnxResult['precision'] }; answer: OnnxResult; progress: OnnxProgress };
  /** Turns `snapshot` events on or off: one comes at once, then before training and after each epoch. */
  watchSnapshots: { ask: { on: boolean } };
  /** Inspects a sentence; `layer`, `site` and `token` choose whose numbers are reported. Null without a run. */
  inspect: { ask: Texts & { layer: number; site: Site; token: number }; answer: Inspection | null };
  /** How a text or a pair is cut into tokens; null without an encoder. */
  viewTokens: { ask: Texts & { length: number }; answer: Piece[] | null };
  /** How the task's rows are cut into tokens at a length; null before encoder and rows are there. */
  checkTokens: { ask: { length: number; positions: number }; answer: TokenChecks | null };
}

/** A fault of the rows' tokens: rows concerned, the share in question, a few of the texts. */
export interface TokenFinding {
  check: 'cut-off' | 'unknown-tokens';
  count: number;
  share: number;
  examples: Texts[];
}

export interface TokenChecks {
  findings: TokenFinding[];
  /** The length that cuts off few rows. */
  fitting: number;
}

/** Both engines, compared. */
export interface EngineComparison extends Omit<CrossCheckResult, 'steps'> {
  latency: Record<Engine['name'], Latency>;
}

/**
 * Progress of an ONNX export; `stage`: writing the file; loading it, and onnxruntime where that is not there yet;
 * running it on test rows.
 */
export interface OnnxProgress {
  stage: 'write' | 'load' | 'check';
  done: number;
  /** Bytes or rows; null while their number is unknown. */
  of: number | null;
}

/** An ONNX file, and how far its answers are from the engine's. */
export interface OnnxResult extends ExportAgreement {
  /** The run's name. */
  name: string;
  precision: 'float32' | 'float16';
  file: Blob;
}

export interface TaskSummary {
  name: string;
  /** What a row is labelled with; absent: one class. */
  kind?: TaskKind | undefined;
  trainRows: number;
  testRows: number;
  labels: string[];
  /** A few test texts with their labels, to try out. */
  examples: (Texts & { label: string })[];
}

/** Steps and memory of a run that is set up. */
export interface RunSize {
  totalSteps: number;
  stepsPerEpoch: number;
  memory: MemoryBytes;
  /** Bytes of an engine's heap that everything on the page shares; null: none is shared. */
  sharedHeap: number | null;
}

/** A run from elsewhere, at the step where it was left. */
export interface ResumedRun extends RunSize {
  task: TaskSummary;
  /** The rows that came with it, where the page did not have them. */
  rows: TaskRows | null;
  outcome: Evaluation | null;
}

/** A report of training: what is new since the last one. */
export interface Progress {
  phase: Phase;
  steps: StepRecord[];
  epochs: EpochRecord[];
  /** With the run's end, else null. */
  final: FinalRecord | null;
  /** The frozen baseline of the same budget, one record an epoch. */
  baseline: EpochRecord[];
  /** When both baselines are trained and, with all scores, at the run's end; else null. */
  baselines: FrozenBaselines | null;
  /** Anew after each evaluation, else null. */
  outcome: Evaluation | null;
  /** With the report that the run is done, else null. */
  latency: Latency | null;
  memory: MemoryBytes;
  sharedHeap: number | null;
  /** Why training cannot go on, with the report that it has failed; else null. */
  failure: SentError | null;
}

export type DeviceEvent =
  | {
      type: 'device';
      available: true;
      engine: Engine['name'];
      /** Why this engine: asked for, a GPU, none, or only one that runs on the processor. */
      why: EngineReason;
      name: string;
      /** Threads of onnxruntime; null on a GPU. */
      threads: number | null;
      software: boolean;
      /** Ways of computing that gave wrong results on this device, and are not used. */
      refused: number;
      /** Limits on what fits on it. */
      limits: DeviceLimits;
    }
  | { type: 'device'; available: false; reason: Message };

/** The device that trained is gone. The next run that is set up has another. */
export interface DeviceLost {
  type: 'device-lost';
  /** In the browser's words. */
  reason: string;
}

/** Events that the worker sends unasked. Those of a run have its id. */
export type TrainerEvent =
  /** The worker holds the lock of its name. */
  | { type: 'alive' }
  | DeviceEvent
  | DeviceLost
  /** Download of onnxruntime's WASM. */
  | { type: 'engine-progress'; received: number; total: number | null }
  | { type: 'encoder-progress'; received: number; total: number | null }
  /** While steps are trained, about five a second at most. */
  | ({ type: 'progress'; runId: string } & Progress)
  | { type: 'state'; runId: string; state: SessionState }
  /**
   * Norms of each adapter's gradients in a batch just trained, and how much each adds to its input, keyed "layer.site";
   * now and then. `effects` is null where the encoder is too large to inspect.
   */
  | { type: 'sites'; runId: string; gradients: Record<string, number>; effects: Record<string, number> | null }
  /** A run that was refused had already taken this one's memory: it is gone. */
  | { type: 'run-dropped'; runId: string }
  /** As long as snapshots are watched: the weights after an epoch, and the maps of all moments so far, on one plane. */
  | ({ type: 'snapshot'; runId: string; maps: SentenceMap[] } & Pick<Snapshot, 'epoch' | 'histogram'>)
  /** Addresses at other origins that the worker requested. */
  | { type: 'cross-origin-requests'; urls: string[] };

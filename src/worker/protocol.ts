/** The wire between the page and the worker: plain data, the only thing both sides share. */

import type { ErrorCode, Words } from '../base/message.ts';
import type { Engine, MemoryBytes, NamedTensors } from '../engine/contract.ts';
import type { DeviceLimits } from '../engine/memory-forecast.ts';
import type { FolderFile } from '../hub/kept.ts';
import type { Inspection } from '../inspect/inspection.ts';
import type { Snapshot } from '../inspect/snapshot.ts';
import type { EncoderConfig } from '../model/encoder-config.ts';
import type { FrozenBits } from '../model/frozen-bits.ts';
import type { Site } from '../model/methods.ts';
import type { ParameterCounts } from '../model/parameters.ts';
import type { CrossCheckResult } from '../training/experiments/cross-check.ts';
import type { ExportAgreement } from '../training/experiments/export-check.ts';
import type { ForgettingPoint } from '../training/experiments/forgetting.ts';
import type { Latency } from '../training/experiments/latency.ts';
import type { Scores } from '../training/metrics.ts';
import type {
  EngineReason,
  EpochRecord,
  FinalRecord,
  FrozenBaselines,
  Outcome,
  Phase,
  Prediction,
  StepRecord,
} from '../training/records/records.ts';
import type { Bundle, SessionState } from '../training/records/saved-run.ts';
import type { Run } from '../training/run.ts';

/** Some labelled texts as they are typed or imported, every label once. */
interface PackedTexts {
  texts: string[];
  labels: string[];
  /** Place in `labels` of each text's label. */
  classes: Uint32Array;
  /** Where each stands in its file, 0 for a typed one. */
  lines: Uint32Array;
}

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
  /** Where the validation rows have a source of their own. */
  validation?: LabelledText[];
  test: LabelledText[];
}

/** What the page asks for. Requests are carried out in order; `pause` is heard between two steps. */
export type Request =
  /** `base`: the page's address, which built-in files are relative to. */
  | { type: 'open'; base: string }
  /** `files`: an encoder's folder; null: one of the built-in ones. The encoder before stays until this one is there. */
  | { type: 'load-encoder'; name: string; files: FolderFile[] | null; frozenBits: FrozenBits }
  | { type: 'load-task'; name: string }
  /** Some of a person's own rows; `key` says which set of rows they belong to. */
  | { type: 'own-rows'; key: number; part: 'rows' | 'test' | 'validation'; rows: PackedTexts }
  /** Opens the rows that came under a key, cut as `split` says; null: those sent as `test` are tested on. */
  | { type: 'load-rows'; name: string; key: number; split: { testShare: number; seed: number } | null }
  /**
   * Sets the run up from its start, or from where it was left; whatever was trained before is dropped. `start`: tensors to
   * begin with, null: as seeded.
   */
  | { type: 'configure'; run: Run; start: NamedTensors | null; state?: SessionState | undefined }
  | { type: 'train' }
  | { type: 'pause' }
  /** So many batches, then a pause. */
  | { type: 'step'; count: number }
  /** `adapter`: one that is held, or null for the run being trained. At strength 1 it answers as it was trained. */
  | { type: 'predict'; text: string; adapter: string | null; strength: number }
  /** Asks for what the run has trained so far. */
  | { type: 'read-adapter' }
  /** Asks where the run stands; while it trains, answered between two steps. After every epoch it is told unasked. */
  | { type: 'read-state' }
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
  /** Writes the run as an ONNX file, loads that again and holds it against the engine. */
  | { type: 'export-onnx'; precision: 'float32' | 'float16' }
  /** Whether snapshots are wanted: one at once, then before training and after each epoch. */
  | { type: 'watch'; on: boolean }
  /** Looks inside at a sentence; `layer`, `site` and `token` choose whose numbers are told. */
  | { type: 'inspect'; text: string; layer: number; site: Site; token: number }
  /** How a text is cut into tokens; `place` is told back. */
  | { type: 'view-tokens'; place: TokenPlace; text: string; length: number }
  /** How the task's rows are cut into tokens at a length. */
  | { type: 'check-tokens'; length: number; positions: number };

/** Where on the page tokens are shown: below the sentence box, or below a data row. */
export type TokenPlace = 'sentence' | 'row';

/** A token of a text, as a person is shown it. */
export interface TokenPiece {
  piece: string;
  id: number;
  /** Put in by the tokenizer. */
  special: boolean;
  /** Not in the vocabulary. */
  unknown: boolean;
  /** Beyond the longest row: the encoder does not see it. */
  cutOff: boolean;
}

/** What is wrong with the rows' tokens: rows concerned, the share in question, a few of the texts. */
export interface TokenFinding {
  check: 'cut-off' | 'unknown-tokens';
  count: number;
  share: number;
  examples: string[];
}

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

/** Writing the file; loading it, and onnxruntime where that is not there yet; asking it about test rows. */
export type OnnxStage = 'write' | 'load' | 'check';

/** An ONNX file, and how far its answers are from the engine's. */
export interface OnnxResult extends ExportAgreement {
  /** The run's. */
  name: string;
  precision: 'float32' | 'float16';
  file: Blob;
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
export interface RunPlan {
  totalSteps: number;
  stepsPerEpoch: number;
  counts: ParameterCounts;
  memory: MemoryBytes;
  /** Of an engine whose heap all that runs on the page shares; null: none is shared. */
  sharedHeap?: number | null;
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
      /** Of onnxruntime; null on a GPU. */
      threads: number | null;
      software: boolean;
      /** Ways of computing that gave wrong results on this device, and are not used. */
      refused: number;
      /** What fits on it. */
      limits: DeviceLimits;
    }
  /** onnxruntime's WASM on its way. */
  | { type: 'engine-progress'; received: number; total: number | null }
  | { type: 'device'; available: false; reason: Words }
  | { type: 'encoder-progress'; received: number; total: number | null }
  | { type: 'encoder-ready'; name: string; config: EncoderConfig; poolerCount: number }
  | { type: 'task-ready'; task: TaskSummary }
  /** `resumed`: it goes on where it was left. */
  | ({ type: 'configured'; resumed: boolean } & RunPlan)
  | {
      type: 'progress';
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
      outcome: Outcome | null;
      /** With the report that the run is done, else null. */
      latency: Latency | null;
      memory: MemoryBytes;
      sharedHeap?: number | null;
    }
  | { type: 'prediction'; prediction: Prediction }
  | { type: 'state'; run: Run; state: SessionState }
  | { type: 'adapter'; run: Run; labels: string[]; tensors: NamedTensors }
  | { type: 'run-read'; saved: Omit<Bundle, 'history'> }
  /** A run from elsewhere stands where it was left; `rows`: its own, where they were not here before. */
  | ({ type: 'resumed'; task: TaskSummary; rows: OwnRows | null; outcome: Outcome | null } & RunPlan)
  /** A measurement; null: the demonstration has ended. */
  | { type: 'forgetting'; point: ForgettingPoint | null }
  | { type: 'device-check'; check: DeviceCheck }
  /**
   * Norms of each adapter's gradients in a batch just trained, and how much each adds to its input, keyed "layer.site"; now
   * and then. `effects` is null where the encoder is too large to look at.
   */
  | { type: 'sites'; gradients: Record<string, number>; effects: Record<string, number> | null }
  /** An ONNX file in the making; `of`: bytes or rows, null while they cannot be told; `result` comes with the last report. */
  | { type: 'onnx-export'; stage: OnnxStage; done: number; of: number | null; result: OnnxResult | null }
  | { type: 'inspection'; inspection: Inspection }
  | { type: 'tokens'; place: TokenPlace; text: string; pieces: TokenPiece[] }
  /** `fitting`: the length that cuts off few rows. */
  | { type: 'token-checks'; task: string; length: number; findings: TokenFinding[]; fitting: number }
  /** Addresses at other origins that the worker asked. */
  | { type: 'foreign-requests'; urls: string[] }
  /** As long as they are watched. */
  | { type: 'snapshot'; snapshot: Snapshot }
  | { type: 'held'; id: string }
  | { type: 'scored'; id: string; strength: number; scores: Scores }
  /**
   * Something went wrong; `words` is the message in parts, where it has any, `code` its kind, where that matters. `during` is
   * the request's type; what was trained before is still there.
   */
  | {
      type: 'error';
      during: Request['type'];
      name: string;
      message: string;
      words?: Words;
      code?: ErrorCode | null;
    };

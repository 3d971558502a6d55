import type { ParameterCounts } from '../../model/parameters.ts';
import type { Latency } from '../../training/experiments/latency.ts';
import type {
  EpochRecord,
  Evaluation,
  FinalRecord,
  FrozenBaselines,
  StepRecord,
} from '../../training/records/records.ts';
import type { SessionState } from '../../training/records/saved-run.ts';
import type { Run } from '../../training/run.ts';
import type { Origin } from '../lessons/origin.ts';
import type { Named } from './naming.ts';

/** Records of runs and adapters: plain data, as it lies in the browser's storage. */

export interface RunRecord {
  id: string;
  /** Given by a person, or the run's own. */
  name: string;
  /** Whether a person gave the name. */
  renamed?: boolean | undefined;
  run: Run;
  /** The lesson that it is an experiment of, or the playground. Absent in records of earlier versions: the playground. */
  origin?: Origin | undefined;
  /** Milliseconds since 1970. */
  startedAt: number;
  pinned: boolean;
  status: 'unfinished' | 'done' | 'failed';
  /** The device that it was trained on, in words. */
  device: string;
  counts: ParameterCounts;
  totalSteps: number;
  stepsDone: number;
  /** Thinned to a few hundred. */
  steps: readonly StepRecord[];
  epochs: readonly EpochRecord[];
  final: FinalRecord | null;
  /** The frozen baseline of the same budget, epoch by epoch. */
  baseline: readonly EpochRecord[];
  baselines: FrozenBaselines | null;
  outcome: Evaluation | null;
  /** Sum of the step times. */
  milliseconds: number;
  /** Bytes in all arenas. */
  memoryBytes: number;
  /**
   * 'run': `memoryBytes` is of this run. Absent in records of earlier versions, whose bytes on onnxruntime were the
   * whole page's.
   */
  memoryOf?: 'run' | undefined;
  /** A forward with and without what was trained; null before the run's end. Absent in records of earlier versions. */
  latency?: Latency | null | undefined;
}

/** State of a run, with the labels and the numbers of its rows. */
export interface SavedState {
  /** Counts the states saved of a run: the highest is the latest. Absent in those of earlier versions. */
  sequence?: number;
  /** SHA-256 of all else, in hexadecimal; absent in states of earlier versions. */
  sha256?: string;
  labels: string[];
  trainRows: number;
  testRows: number;
  state: SessionState;
}

/** A trained adapter with its head, ready to be used again; its tensors are stored apart. */
export interface SavedAdapter {
  id: string;
  name: string;
  /** Whether a person gave the name. */
  renamed?: boolean | undefined;
  /** The two whose average this is; absent: it was trained. */
  averageOf?: readonly [Named, Named] | undefined;
  run: Run;
  startedAt: number;
  labels: string[];
  /** The measure of its kind (accuracy) on the run's test rows; null where it was not measured, or has no value. */
  accuracy: number | null;
  testRows: number;
  bytes: number;
}

let made = 0;

/** An id that no other record has: the time, a count, and a little chance for two tabs at once. */
export function newId(): string {
  made++;
  return [Date.now(), made, Math.floor(Math.random() * 2 ** 32)].map((part) => part.toString(36)).join('-');
}

import type { Dataset, Example } from '../../data/dataset.ts';
import type { NamedTensors, OptimizerState } from '../../engine/contract.ts';
import type { EncoderConfig } from '../../model/encoder-config.ts';
import type { TaskKind } from '../../model/task-kind.ts';
import type { Run } from '../run.ts';
import type { ScoresOf } from '../scores/scores.ts';
import type { AnyScores, EpochRecord, FinalRecord, FrozenBaselines, StepRecord } from './records.ts';

/** A run with all that it needs to continue elsewhere: plain data, which src/files/bundle.ts writes and reads. */

/** State of a run, enough to continue it exactly: everything else follows from the run file and the data. */
export interface SessionState<S = AnyScores> {
  /** Steps made. */
  step: number;
  /** Epochs that have been scored. */
  epochs: number;
  /** Loss times rows, summed over the epoch under way. */
  lossSum: number;
  /** The run is at its end: its weights are those that remain, and its test rows have been read. */
  finished: boolean;
  trainable: NamedTensors;
  optimizer: OptimizerState;
  /** The epoch with the lowest loss on the validation rows; its weights where they are to remain. Null without such rows. */
  best: { epoch: number; loss: number; trainable: NamedTensors | null } | null;
  /**
   * Logits of the rows that were scored last: the validation rows where there are some and the run is not finished, else the
   * test rows. Empty before the first epoch has been scored.
   */
  logits: number[][];
  /** The frozen baselines, once trained; the best one's logits are of the same rows. */
  baseline: {
    records: FrozenBaselines<S>;
    heads: { sameBudget: NamedTensors | null; best: NamedTensors };
    logits: number[][];
  } | null;
}

/** Largest state (parameters, two moments) saved without asking; full fine-tuning of a large encoder is more. */
const maxKeptBytes = 96e6;

/** Bytes of a run's state: float32 parameters and, to continue, two moments of each. */
export const stateBytes = (trainable: number, ended: boolean): number => (ended ? 4 : 12) * trainable;

/** Whether the state of a run with so many parameters is saved without asking. */
export const isKept = (trainable: number): boolean => stateBytes(trainable, false) <= maxKeptBytes;

/** A bundle's description of rows that the run was trained or tested on. */
interface RowsFact {
  rows: number;
  sha256: string;
}

export interface History<S = AnyScores> {
  steps: StepRecord[];
  epochs: EpochRecord<S>[];
  /** Null until the run is finished. */
  final: FinalRecord<S> | null;
  /** The frozen baseline of the same budget, epoch by epoch. */
  baseline: EpochRecord<S>[];
  /** Null until they are trained. */
  baselines: FrozenBaselines<S> | null;
}

/** History before anything is trained. */
export const noHistory = <S = AnyScores>(): History<S> => ({
  steps: [],
  epochs: [],
  final: null,
  baseline: [],
  baselines: null,
});

export interface Bundle<K extends TaskKind = TaskKind> {
  run: Run;
  labels: readonly string[];
  encoder: { config: EncoderConfig; sha256: string };
  /** `train`: all training rows, those included that a share of validation rows is taken out of them. */
  data: { train: RowsFact; validation?: RowsFact | undefined; test: RowsFact };
  history: History<ScoresOf[K]>;
  state: SessionState<ScoresOf[K]>;
  /** The rows themselves, to continue elsewhere; absent where they must not leave. */
  rows?: WholeRows<K>;
}

/** The rows of a run; validation rows that are a share of the training rows are among these. */
export interface WholeRows<K extends TaskKind = TaskKind> {
  train: Example<K>[];
  validation?: Example<K>[];
  test: Example<K>[];
}

export function wholeRows<K extends TaskKind>({ train, validation, test, cutFrom }: Dataset<K>): WholeRows<K> {
  if (cutFrom) return { train: cutFrom, test };
  return validation.length > 0 ? { train, validation, test } : { train, test };
}

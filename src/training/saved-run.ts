import type { Dataset } from '../data/dataset.ts';
import type { EncoderConfig } from '../model/encoder-config.ts';
import type { NamedTensors, OptimizerState } from './engine.ts';
import type { EpochRecord, StepRecord } from './records.ts';
import type { Run } from './run.ts';

/** A run with all that it needs to go on elsewhere: plain data, which src/files/bundle.ts writes and reads. */

/** Where a run stands, and all that going on exactly needs; besides it, everything follows from the run file and the data. */
export interface SessionState {
  /** Steps made. */
  step: number;
  /** Epochs that have been scored on the test rows. */
  epochs: number;
  /** Loss times rows, summed over the epoch under way. */
  lossSum: number;
  trainable: NamedTensors;
  optimizer: OptimizerState;
  /** Logits of the test rows after the last full epoch; empty before the first. */
  testLogits: number[][];
  /** The frozen baseline's head, once trained, and its logits of the test rows. */
  baseline: { head: NamedTensors; learningRate: number; logits: number[][] } | null;
}

/** What a bundle says of the rows that it was trained and tested on. */
interface RowsFact {
  rows: number;
  sha256: string;
}

export interface History {
  steps: StepRecord[];
  epochs: EpochRecord[];
  /** The frozen encoder's head on the same rows. */
  baseline: EpochRecord[];
}

export interface Bundle {
  run: Run;
  labels: readonly string[];
  encoder: { config: EncoderConfig; sha256: string };
  data: { train: RowsFact; test: RowsFact };
  history: History;
  state: SessionState;
  /** The rows themselves, for who goes on elsewhere; absent where they are not to leave. */
  rows?: Pick<Dataset, 'train' | 'test'>;
}

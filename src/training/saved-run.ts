import type { Dataset } from '../data/dataset.ts';
import type { EncoderConfig } from '../model/encoder-config.ts';
import type { EpochRecord, StepRecord } from './records.ts';
import type { Run } from './run.ts';
import type { SessionState } from './session.ts';

/** A run with all that it needs to go on elsewhere: plain data, which src/files/bundle.ts writes and reads. */

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

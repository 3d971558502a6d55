import type { NamedTensors } from '../../engine/contract.ts';
import type { Scores } from '../metrics.ts';
import type { EpochRecord, FinalRecord, FrozenBaselines, StepRecord } from './records.ts';
import type { History, SessionState } from './saved-run.ts';

/**
 * Runs as earlier versions saved them. Their frozen baseline was one training: 15 epochs of batches of 32, at the
 * better of two learning rates. It stays as the baseline at its best; a baseline of the run's own budget they did not
 * have.
 */

const earlier = { epochs: 15, batchSize: 32 };

/** History of a run in an earlier version's form. */
export interface EarlierHistory {
  steps: readonly StepRecord[];
  epochs: readonly EpochRecord[];
  baseline: readonly { test?: Scores | undefined }[];
}

interface Known {
  /** Whether the run was trained to its end. */
  finished: boolean;
  learningRate?: number | null | undefined;
  trainRows?: number | undefined;
}

export function earlierBaselines({ learningRate = null, trainRows }: Known, test: Scores | null): FrozenBaselines {
  const { epochs, batchSize } = earlier;
  const steps = trainRows === undefined ? null : epochs * Math.ceil(trainRows / batchSize);
  const best = { learningRate, batchSize, epochs, plannedEpochs: epochs, steps, validation: null, test };
  return { sameBudget: null, best };
}

/** A history in today's form: the last epoch of a finished run is its final one. */
export function upgradeHistory({ steps, epochs, baseline }: EarlierHistory, known: Known): History {
  const last = epochs.at(-1);
  const final: FinalRecord | null = known.finished && last?.test ? { epoch: last.epoch, test: last.test } : null;
  const trained = baseline.length === earlier.epochs;
  const baselines = trained ? earlierBaselines(known, baseline.at(-1)?.test ?? null) : null;
  return { steps: [...steps], epochs: [...epochs], final, baseline: [], baselines };
}

/** State of a run in an earlier version's form. */
export interface EarlierState extends Pick<SessionState, 'step' | 'epochs' | 'lossSum' | 'trainable' | 'optimizer'> {
  testLogits: number[][];
  baseline: { head: NamedTensors; learningRate: number; logits: number[][] } | null;
}

export const isEarlier = (state: SessionState | EarlierState): state is EarlierState => 'testLogits' in state;

/**
 * A state in today's form. A run that goes on trains its baselines anew, as the runs of today do.
 * @param epochs of the whole run
 */
export function upgradeState(state: EarlierState, epochs: number, trainRows: number | undefined): SessionState {
  const { testLogits, baseline, ...rest } = state;
  const finished = state.epochs === epochs && baseline !== null;
  const known = { finished, learningRate: baseline?.learningRate, trainRows };
  return {
    ...rest,
    finished,
    best: null,
    logits: testLogits,
    baseline: finished
      ? {
          records: earlierBaselines(known, null),
          heads: { sameBudget: null, best: baseline.head },
          logits: baseline.logits,
        }
      : null,
  };
}

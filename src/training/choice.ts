import type { NamedTensors } from '../engine/contract.ts';
import type { Run } from './run.ts';

/**
 * The choice of the epoch whose weights remain, and early stopping: judged by the loss on rows that are neither trained
 * nor tested on. The loss and not the accuracy, since it still tells epochs apart where a few rows leave the accuracy
 * as it is.
 */

export interface BestEpoch {
  /** From 1. */
  epoch: number;
  loss: number;
  /** Null where the last epoch's weights remain. */
  trainable: NamedTensors | null;
}

export type Choice = Pick<Run['training'], 'choose' | 'patience'>;

/** The better of the best epoch so far and another; of equals the first. A loss that is no number is never better. */
export function betterOf(
  best: BestEpoch | null,
  { epoch, loss, trainable }: { epoch: number; loss: number; trainable: NamedTensors },
  { choose }: Choice,
): BestEpoch {
  if (best && !(loss < best.loss)) return best;
  const weights = choose === 'best-epoch' ? trainable : null;
  return { epoch, loss: Number.isNaN(loss) ? Number.POSITIVE_INFINITY : loss, trainable: weights };
}

/** Whether a run is to stop early: too many epochs have passed since the best one. */
export const isOutOfPatience = (best: BestEpoch | null, epochs: number, { patience }: Choice): boolean =>
  best !== null && patience !== undefined && epochs - best.epoch >= patience;

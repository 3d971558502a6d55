import type { NumberField, NumberRange } from '../model/number-range.ts';

/** Numeric settings of a run besides its method's (model/methods.ts), each described once. */

type TrainingField =
  | 'learningRate'
  | 'epochs'
  | 'batchSize'
  | 'microBatches'
  | 'maxLength'
  | 'warmup'
  | 'weightDecay'
  | 'seed';

/** Fields under `training`, in the order in which a form shows them. */
export const trainingFields: Record<TrainingField, NumberField> = {
  learningRate: { min: 0.00001, max: 1, step: 0.0005, default: 0.002, positive: true },
  epochs: { min: 1, max: 1000, default: 3, integer: true },
  batchSize: { min: 1, max: 512, step: 8, default: 16, integer: true },
  microBatches: { min: 1, max: 512, default: 1, integer: true },
  maxLength: { min: 3, max: 512, step: 8, default: 64, integer: true },
  warmup: { min: 0, max: 1, step: 0.05, default: 0.1 },
  weightDecay: { min: 0, max: 1, step: 0.01, default: 0.01 },
  seed: { min: 0, max: 0xffffffff, default: 7, integer: true },
};

/** Patience in epochs; absent: a run never stops early. */
export const patienceRange: NumberRange = { min: 1, max: 1000, integer: true };

/** The share of the rows that is tested on, where there are no test rows. */
export const testShareField: NumberField = { min: 0.01, max: 0.9, default: 0.2 };

/** The share of the training rows that is set aside to choose on; absent: none. */
export const validationShareRange: NumberRange = { min: 0.01, max: 0.5 };

/** Choices of the epoch whose weights remain: the last one, or the one with the lowest loss on the validation rows. */
export const choices = ['last', 'best-epoch'] as const;

/** How the learning rate goes on after warm-up. */
export const schedules = ['linear', 'cosine', 'constant'] as const;

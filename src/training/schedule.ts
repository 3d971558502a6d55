import type { Run } from './run.ts';
import type { schedules } from './run-fields.ts';

export interface Schedule {
  learningRate: number;
  schedule: (typeof schedules)[number];
  warmupSteps: number;
}

/**
 * The learning rate of a step. W warm-up steps rise linearly from 0 (so the first of them has rate 0); then the rate falls
 * linearly to 0, or along half a cosine, or stays. As in Hugging Face's `get_scheduler`.
 * @param step from 0
 */
export function learningRateAt(
  step: number,
  totalSteps: number,
  { learningRate, schedule, warmupSteps }: Schedule,
): number {
  if (step < warmupSteps) return (learningRate * step) / warmupSteps;
  if (schedule === 'constant') return learningRate;
  const left = Math.max(1, totalSteps - warmupSteps);
  const progress = Math.min(1, (step - warmupSteps) / left);
  return schedule === 'linear'
    ? learningRate * (1 - progress)
    : (learningRate * (1 + Math.cos(Math.PI * progress))) / 2;
}

/** The learning rate of a step as a run's settings have it: warm-up is a share of all steps. */
export function runRateAt(
  step: number,
  totalSteps: number,
  { learningRate, schedule, warmup }: Pick<Run['training'], 'learningRate' | 'schedule' | 'warmup'>,
): number {
  return learningRateAt(step, totalSteps, { learningRate, schedule, warmupSteps: Math.round(warmup * totalSteps) });
}

import type { Run } from '../run.ts';
import {
  type AnyScores,
  type EpochRecord,
  type FinalRecord,
  type FrozenBaselines,
  type ScoredRows,
  scoresOf,
} from './records.ts';

/** Comparison of a run with its frozen baselines, as the page, the coach and the commands report it. */

export interface Standing<S = AnyScores> {
  /** The rows that the scores are of: a run with validation rows is scored on its test rows at its end only. */
  on: ScoredRows;
  /** The epoch whose weights were scored. */
  epoch: number;
  scores: S;
}

/** The run's latest scores, its final ones once there are any; null before the first epoch's end. */
export function standingOf<S>({
  epochs,
  final,
}: {
  epochs: readonly EpochRecord<S>[];
  final: FinalRecord<S> | null;
}): Standing<S> | null {
  if (final) return { on: 'test', epoch: final.epoch, scores: final.test };
  const last = epochs.at(-1);
  return last ? { on: last.validation ? 'validation' : 'test', epoch: last.epoch, scores: scoresOf(last) } : null;
}

/** Scores on the test rows, as far as they have been read: the final ones or, without validation rows, the last epoch's. */
export function testScoresOf<S>(run: { epochs: readonly EpochRecord<S>[]; final: FinalRecord<S> | null }): S | null {
  const standing = standingOf(run);
  return standing?.on === 'test' ? standing.scores : null;
}

/** Scores of the frozen baseline at its best, on the same rows as a run's; null until they are known. */
export const baselineScores = (baselines: FrozenBaselines | null, on: ScoredRows): AnyScores | null =>
  baselines?.best[on] ?? null;

/** Whether the run's own budget serves the frozen baseline best: then the two are one training. */
export function isOwnBudgetBest({ sameBudget, best }: FrozenBaselines<unknown>): boolean {
  const settings = ['learningRate', 'batchSize', 'epochs', 'plannedEpochs', 'steps'] as const;
  return sameBudget !== null && settings.every((setting) => sameBudget[setting] === best[setting]);
}

/** Whether the baseline at its best is another training than that with the run's budget, as far as is known. A head alone has none. */
export const isBestApart = ({ method }: Run, baselines: FrozenBaselines<unknown> | null): boolean =>
  baselines ? !isOwnBudgetBest(baselines) : method.type !== 'head-only';

export interface StepsAgainst {
  run: number;
  baseline: number;
  /** The run has had less than a third of the baseline's: the two are hard to compare. */
  farFewer: boolean;
}

/**
 * How long a run has trained against the frozen baseline at its best.
 * @param steps of the run
 * @returns null where the baseline's steps are not known
 */
export function stepsAgainst(steps: number, { best }: FrozenBaselines<unknown>): StepsAgainst | null {
  return best.steps === null ? null : { run: steps, baseline: best.steps, farFewer: 3 * steps < best.steps };
}

import type { ForgettingPoint } from '../../training/experiments/forgetting.ts';
import { testScoresOf } from '../../training/records/standing.ts';
import type { RunRecord } from '../runs/records.ts';
import type { LessonId } from './origin.ts';

/** What each lesson has its learners predict, and how its own runs answer. */

export interface Measured {
  /** The lesson's runs that were trained to their ends, in the order of its set-ups. */
  runs: readonly (RunRecord | undefined)[];
  /** Points of the forgetting demonstration. */
  forgetting: readonly ForgettingPoint[];
}

interface Prediction {
  unit: 'percent' | 'points';
  /** The largest number that can be predicted; the smallest is 0. */
  most: number;
  /** The number that was asked for; null until everything that it needs is there. Absent: it is seen on the page alone. */
  measure?: (measured: Measured) => number | null;
}

/** Test accuracy in percent. */
function accuracyOf(run: RunRecord | undefined): number | null {
  const scores = run && testScoresOf(run);
  return scores ? 100 * scores.accuracy : null;
}

const difference = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? null : one - other;

/** Points of accuracy that full fine-tuning loses of the first task while it learns the second; null before its end. */
function lostByFull(points: readonly ForgettingPoint[]): number | null {
  const full = points.filter(({ way }) => way === 'full');
  const learnt = full.findLast(({ stage }) => stage === 'first');
  const last = full.findLast(({ stage }) => stage === 'second');
  return learnt && last ? 100 * (learnt.first - last.first) : null;
}

export const predictions: Record<LessonId, Prediction> = {
  freeze: { unit: 'percent', most: 100, measure: ({ runs: [head] }) => accuracyOf(head) },
  bottleneck: { unit: 'percent', most: 100, measure: ({ runs: [narrow] }) => accuracyOf(narrow) },
  identity: { unit: 'points', most: 50 },
  places: { unit: 'percent', most: 100, measure: ({ runs: [last] }) => accuracyOf(last) },
  quality: {
    unit: 'points',
    most: 30,
    measure: ({ runs: [, , sixteen, sixtyFour] }) => difference(accuracyOf(sixtyFour), accuracyOf(sixteen)),
  },
  cost: {
    unit: 'percent',
    most: 100,
    measure: ({ runs: [full, adapters] }) =>
      full && adapters ? (100 * adapters.memoryBytes) / full.memoryBytes : null,
  },
  forgetting: { unit: 'points', most: 100, measure: ({ forgetting }) => lostByFull(forgetting) },
};

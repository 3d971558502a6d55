import type { TaskKind } from '../../model/task-kind.ts';
import type { ScoresOf } from './scores.ts';

/** What is told of scores beside their loss, by the kind of task: the one place that says what takes accuracy's place. */

interface Measure<S> {
  key: Exclude<keyof S & string, 'loss'>;
  name: string;
  /** A share, which is told in per cent. */
  share: boolean;
}

/** What is told of scores beside their loss, the measure that counts first. */
export const measures: { [K in TaskKind]: readonly [Measure<ScoresOf[K]>, ...Measure<ScoresOf[K]>[]] } = {
  'single-label': [
    { key: 'accuracy', name: 'accuracy', share: true },
    { key: 'macroF1', name: 'macro-F1', share: true },
  ],
  'multi-label': [
    { key: 'microF1', name: 'micro-F1', share: true },
    { key: 'macroF1', name: 'macro-F1', share: true },
    { key: 'exact', name: 'all labels right', share: true },
  ],
  regression: [
    { key: 'pearson', name: 'Pearson', share: false },
    { key: 'spearman', name: 'Spearman', share: false },
  ],
  token: [
    { key: 'accuracy', name: 'accuracy of words', share: true },
    { key: 'macroF1', name: 'macro-F1', share: true },
    { key: 'entityF1', name: 'F1 of entities', share: true },
  ],
};

const valuesOf = (scores: object) => new Map<string, number | null>(Object.entries(scores));

/** Scores as names and values, the loss first; a measure without a value is left out. */
export function measured(
  kind: TaskKind,
  scores: ScoresOf[TaskKind],
): { name: string; value: number; share: boolean }[] {
  const values = valuesOf(scores);
  const all = [{ key: 'loss', name: 'loss', share: false }, ...measures[kind]];
  return all.flatMap(({ key, name, share }) => {
    const value = values.get(key) ?? null;
    return value === null ? [] : [{ name, value, share }];
  });
}

/** The value of a kind's measure that counts first, or of another place of its list; null where there is none. */
export function measureOf(kind: TaskKind, scores: ScoresOf[TaskKind] | null | undefined, place = 0): number | null {
  const key = measures[kind][place]?.key;
  return scores && key ? (valuesOf(scores).get(key) ?? null) : null;
}

/** A share as it is printed: to a tenth of a percent. */
const tenths = (share: number) => Math.round(1000 * share);

/**
 * How much more of a kind's measure one side has: of a share in points, of the two as they are printed (83.3 % and 89.7 %
 * are 6.4 points apart, whatever has been rounded away), else as it is.
 */
export const gained = (kind: TaskKind, ours: number, theirs: number): number =>
  measures[kind][0].share ? (tenths(ours) - tenths(theirs)) / 10 : ours - theirs;

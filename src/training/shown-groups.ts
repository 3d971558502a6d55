import type { TaskKind } from '../model/task-kind.ts';

/**
 * The group that each of some answers is shown in where they have not one class each.
 * @param targets as `Answers` has them: a word's class, 1 or 0 for each label, or a number
 * @returns a word's class; the first label, or their number where there is none; a third of the numbers: 0, 1, 2
 */
export function shownGroups(kind: TaskKind, targets: readonly (readonly number[])[]): number[] {
  if (kind === 'multi-label')
    return targets.map((row) => {
      const first = row.indexOf(1);
      return first < 0 ? row.length : first;
    });
  const values = targets.map(([value = 0]) => value);
  if (kind !== 'regression') return values;
  const sorted = [...values].sort((a, b) => a - b);
  const [low = 0, high = 0] = [1, 2].map((third) => sorted[Math.floor((third * sorted.length) / 3)] ?? 0);
  return values.map((value) => Number(value >= low) + Number(value >= high));
}

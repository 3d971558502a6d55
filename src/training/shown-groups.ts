import type { TaskKind } from '../model/task-kind.ts';
import { cutFlat } from './evaluate.ts';
import { argMax } from './metrics.ts';

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

/**
 * The first answers of some rows, a state and a group each.
 * @param rows `states`: one a row (H), or those of its words (words, H); `targets`: of all rows
 */
export function shownAnswers(
  kind: TaskKind,
  { states, hidden, targets }: { states: Float32Array[]; hidden: number; targets: readonly number[][] },
  most: number,
): { states: Float32Array[]; labels: number[] } {
  const compared = targets.slice(0, states.length);
  const each = kind === 'token' ? compared.flat().map((one) => [one]) : compared;
  const cut = states.flatMap((state) => cutFlat(state, state.length / hidden));
  return { states: cut.slice(0, most), labels: shownGroups(kind, each.slice(0, most)) };
}

/**
 * The group that each of some answers puts its row, or word, into: see `shownGroups`.
 * @param logits one list an answer (answers, C)
 * @returns null of numbers, whose groups are a third of them each
 */
export function givenGroups(kind: TaskKind, logits: readonly (readonly number[])[]): (number | null)[] {
  if (kind === 'regression') return logits.map(() => null);
  if (kind !== 'multi-label') return logits.map(argMax);
  return shownGroups(
    kind,
    logits.map((row) => row.map((z) => Number(z > 0))),
  );
}

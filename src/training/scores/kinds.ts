import type { TaskKind } from '../../model/task-kind.ts';
import { multiLabelScores } from './multi-label.ts';
import { regressionScores } from './regression.ts';
import type { ScoresOf, Scoring } from './scores.ts';
import { singleLabel } from './single-label.ts';
import { tokenScores } from './token.ts';

/** Every kind of task: how its answers are scored, and what is told of the scores. */

const first = (lists: readonly (readonly number[])[]) => lists.map(([value = Number.NaN]) => value);

export const scorings: { [K in TaskKind]: Scoring<K> } = {
  'single-label': singleLabel,
  'multi-label': { kind: 'multi-label', score: ({ logits, targets }) => multiLabelScores(logits, targets) },
  regression: { kind: 'regression', score: ({ logits, targets }) => regressionScores(first(logits), first(targets)) },
  token: {
    kind: 'token',
    score: ({ logits, targets, rows }, tags) => tokenScores({ logits, targets: first(targets), rows }, tags),
  },
};

interface Measure<S> {
  key: keyof S & string;
  name: string;
  /** A share, which is told in per cent. */
  share: boolean;
}

/** What is told of scores beside their loss, the measure that counts first. */
export const measures: { [K in TaskKind]: readonly Measure<ScoresOf[K]>[] } = {
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

/** Scores as names and values, the loss first; a measure without a value is left out. */
export function measured(
  kind: TaskKind,
  scores: ScoresOf[TaskKind],
): { name: string; value: number; share: boolean }[] {
  const values = new Map<string, number | null>(Object.entries(scores));
  const all = [{ key: 'loss', name: 'loss', share: false }, ...measures[kind]];
  return all.flatMap(({ key, name, share }) => {
    const value = values.get(key) ?? null;
    return value === null ? [] : [{ name, value, share }];
  });
}

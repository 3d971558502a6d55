import type { TaskKind } from '../../model/task-kind.ts';
import { type Scores, score } from '../metrics.ts';
import { type MultiLabelScores, multiLabelScores } from './multi-label.ts';
import { type RegressionScores, regressionScores } from './regression.ts';
import { type TokenScores, tokenScores } from './token.ts';

/** What answers are worth, by the kind of task. */

export interface ScoresOf {
  'single-label': Scores;
  'multi-label': MultiLabelScores;
  regression: RegressionScores;
  token: TokenScores;
}

/** What was answered on some rows, and what would have been right. */
export interface Answers {
  /** Logits, one list an answer: a row's, or those of a word that is counted. (answers, C) */
  logits: readonly (readonly number[])[];
  /** As a batch's labels have them, without what is not counted: a class, C times 1 or 0, or a number. */
  targets: readonly (readonly number[])[];
  /** Answers of each row. */
  rows: readonly number[];
}

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

const first = (lists: readonly (readonly number[])[]) => lists.map(([value = Number.NaN]) => value);

/** @param labels names of the classes */
export function scoresBy<K extends TaskKind>(kind: K, answers: Answers, labels: readonly string[]): ScoresOf[K] {
  const { logits, targets, rows } = answers;
  const by: { [L in TaskKind]: () => ScoresOf[L] } = {
    'single-label': () => score(logits, first(targets), labels.length),
    'multi-label': () => multiLabelScores(logits, targets),
    regression: () => regressionScores(first(logits), first(targets)),
    token: () => tokenScores({ logits, targets: first(targets), rows }, labels),
  };
  return by[kind]();
}

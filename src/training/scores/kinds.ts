import type { TaskKind } from '../../model/task-kind.ts';
import { softmax } from '../metrics.ts';
import { evaluationOfLabels, evaluationOfNumbers, evaluationOfWords } from '../records/evaluation-of-kinds.ts';
import { multiLabelScores } from './multi-label.ts';
import { regressionScores } from './regression.ts';
import type { Scoring } from './scores.ts';
import { singleLabel } from './single-label.ts';
import { tokenScores } from './token.ts';

/** Every kind of task: how its answers are scored, and what is told of them. */

const first = (lists: readonly (readonly number[])[]) => lists.map(([value = Number.NaN]) => value);

const sigmoid = (logit: number) => 1 / (1 + Math.exp(-logit));

export const scorings: { [K in TaskKind]: Scoring<K> } = {
  'single-label': singleLabel,
  'multi-label': {
    kind: 'multi-label',
    score: ({ logits, targets }) => multiLabelScores(logits, targets),
    evaluate: evaluationOfLabels,
    answer: (logits) => logits.map(sigmoid),
  },
  regression: {
    kind: 'regression',
    score: ({ logits, targets }) => regressionScores(first(logits), first(targets)),
    evaluate: evaluationOfNumbers,
    answer: (logits) => [...logits],
  },
  token: {
    kind: 'token',
    score: ({ logits, targets, rows }, tags) => tokenScores({ logits, targets: first(targets), rows }, tags),
    evaluate: evaluationOfWords,
    answer: softmax,
  },
};

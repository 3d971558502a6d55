import { score, softmax } from '../metrics.ts';
import { evaluationOf } from '../records/evaluation.ts';
import type { Scoring } from './scores.ts';

/** Scores of rows with one class each. */
export const singleLabel: Scoring<'single-label'> = {
  kind: 'single-label',
  score: ({ logits, targets }, labels) =>
    score(
      logits,
      targets.map(([label = Number.NaN]) => label),
      labels.length,
    ),
  evaluate: ({ examples, labels, logits, base }) => evaluationOf(examples, labels, logits, base),
  answer: softmax,
};

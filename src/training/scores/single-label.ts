import { score } from '../metrics.ts';
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
};

import type { Example } from '../../data/dataset.ts';
import type { TaskKind } from '../../model/task-kind.ts';
import type { Scores } from '../metrics.ts';
import type { Evaluation } from '../records/records.ts';
import type { MultiLabelScores } from './multi-label.ts';
import type { RegressionScores } from './regression.ts';
import type { TokenScores } from './token.ts';

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
  /** The word of each answer, where words are tagged. */
  words?: readonly string[] | undefined;
}

/** Both sides' answers on the same rows. */
export interface BothAnswers<K extends TaskKind> extends Answers {
  examples: readonly Example<K>[];
  /** Names of the classes. */
  labels: readonly string[];
  /** Logits of the frozen baseline; null where it is not trained yet. (answers, C) */
  base: readonly (readonly number[])[] | null;
}

/** A kind of task, and how its answers are scored and told. */
export interface Scoring<K extends TaskKind> {
  kind: K;
  /** @param labels names of the classes */
  score: (answers: Answers, labels: readonly string[]) => ScoresOf[K];
  /** What came of it beside the frozen baseline, row by row, for the page. */
  evaluate(answers: BothAnswers<K>): Evaluation;
  /** What a person is told of one answer: probabilities, or the number. */
  answer: (logits: readonly number[]) => number[];
}

import { guessOf, measuredIn } from '../../store/lessons/experiments.ts';
import { lessonIds } from '../../store/lessons/origin.ts';
import {
  isDone,
  type LessonsState,
  quizIds,
  quizRoundOf,
  rightAnswers,
  rightQuizAnswers,
  rounds,
} from '../../store/lessons/state.ts';
import type { RunRecord } from '../../store/runs/records.ts';

/** A learner's answers as a file: both rounds, predictions against measurements, and explanations. */

export const answersFileName = 'bottleneck-lessons';

export interface AnswersFile {
  format: 'bottleneck-lessons';
  version: 1;
  questions: { id: string; right: string; before: string | null; after: string | null }[];
  open: { before: string; after: string };
  lessons: {
    id: string;
    predicted: number | string | null;
    measured: number | string | null;
    explanation: string;
    answer: string | null;
    right: boolean;
  }[];
}

/** Everything that a learner said, in the order of the lessons. */
export function answersOf(state: LessonsState, runs: readonly RunRecord[]): AnswersFile {
  const said = Object.fromEntries(rounds.map((round) => [round, quizRoundOf(state, round)])) as Record<
    (typeof rounds)[number],
    ReturnType<typeof quizRoundOf>
  >;
  return {
    format: 'bottleneck-lessons',
    version: 1,
    questions: quizIds.map((id) => ({
      id,
      right: rightQuizAnswers[id],
      before: said.before.chosen[id] ?? null,
      after: said.after.chosen[id] ?? null,
    })),
    open: { before: said.before.open, after: said.after.open },
    lessons: lessonIds.map((id) => ({
      id,
      predicted: guessOf(state, id),
      measured: measuredIn(id, runs, state),
      explanation: state.explained[id] ?? '',
      answer: state.given[id] ?? null,
      right: isDone(state, id),
    })),
  };
}

/** The same as rows of one table: kind, id, what was said before or predicted, after or measured, what is right, words. */
export function answerRows({ questions, open, lessons }: AnswersFile): (string | number)[][] {
  return [
    ['kind', 'id', 'before_or_predicted', 'after_or_measured', 'answer', 'right_answer', 'words'],
    ...questions.map(({ id, right, before, after }) => ['question', id, before ?? '', after ?? '', '', right, '']),
    ['open', 'before', '', '', '', '', open.before],
    ['open', 'after', '', '', '', '', open.after],
    ...lessons.map(({ id, predicted, measured, answer, explanation }) => [
      'lesson',
      id,
      predicted ?? '',
      measured ?? '',
      answer ?? '',
      rightAnswers[id as keyof typeof rightAnswers],
      explanation,
    ]),
  ];
}

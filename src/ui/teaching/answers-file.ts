import { distanceOf } from '../../store/lessons/curves.ts';
import { guessOf, measuredIn } from '../../store/lessons/experiments.ts';
import { lessonIds } from '../../store/lessons/origin.ts';
import {
  type Guess,
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
    /** Of a curve: its points, in per cent. */
    predicted: Guess | null;
    measured: Guess | null;
    /** Of a drawn curve: its mean distance from the measured one, in points. */
    distance: number | null;
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
    lessons: lessonIds.map((id) => {
      const predicted = guessOf(state, id);
      const measured = measuredIn(id, runs, state);
      const areCurves = Array.isArray(predicted) && Array.isArray(measured);
      return {
        id,
        predicted,
        measured,
        distance: areCurves ? (distanceOf(predicted, measured)?.mean ?? null) : null,
        explanation: state.explained[id] ?? '',
        answer: state.given[id] ?? null,
        right: isDone(state, id),
      };
    }),
  };
}

/** A curve in one cell of a table. */
const inCell = (guess: Guess | null) => (Array.isArray(guess) ? guess.join(' ') : (guess ?? ''));

/** The same as rows of one table: kind, id, what was said before or predicted, after or measured, what is right, words, and how far a drawn curve is off. */
export function answerRows({ questions, open, lessons }: AnswersFile): (string | number)[][] {
  return [
    ['kind', 'id', 'before_or_predicted', 'after_or_measured', 'answer', 'right_answer', 'words', 'distance'],
    ...questions.map(({ id, right, before, after }) => ['question', id, before ?? '', after ?? '', '', right, '', '']),
    ['open', 'before', '', '', '', '', open.before, ''],
    ['open', 'after', '', '', '', '', open.after, ''],
    ...lessons.map(({ id, predicted, measured, answer, explanation, distance }) => [
      'lesson',
      id,
      inCell(predicted),
      inCell(measured),
      answer ?? '',
      rightAnswers[id as keyof typeof rightAnswers],
      explanation,
      distance ?? '',
    ]),
  ];
}

import { curveToDraw } from '../lessons/curves.ts';
import { type LessonId, lessonIds } from '../lessons/origin.ts';
import { answers, type QuizRound, quizIds, rightAnswers, rightQuizAnswers } from '../lessons/state.ts';
import type { Expected } from './expected.ts';

/**
 * A lesson's two printed pages as plain lines of meaning: the page on screen prints them, and docs/teaching holds them as
 * files. Nothing is said in either that is not among the texts.
 */

/** Words in the page's language, by their key among the texts. */
export type Say = (key: string, values?: Record<string, string | number>) => string;

export type Block =
  /** Heading of a part. */
  | { type: 'heading'; text: string }
  | { type: 'text'; text: string }
  | { type: 'list'; items: string[] }
  | { type: 'table'; head: string[]; rows: string[][] }
  /** Empty lines to write on. */
  | { type: 'lines'; count: number }
  /** Room for a drawing. */
  | { type: 'box'; text: string };

export interface Sheet {
  title: string;
  kind: string;
  blocks: Block[];
}

/** What a learner's own visit adds to a worksheet: their prediction, numbers and sentence. Absent where there are none. */
export interface Own {
  prediction?: string | undefined;
  measured?: { head: string[]; rows: string[][] } | undefined;
  explanation?: string | undefined;
}

const titleOf = (say: Say, id: LessonId) =>
  say('teaching.heading', { number: lessonIds.indexOf(id) + 1, title: say(`lessons.${id}.title`) });

const lettered = (say: Say, prefix: string) => answers.map((letter) => `${letter}) ${say(`${prefix}.${letter}`)}`);

const writtenOr = (text: string | undefined, count: number): Block =>
  text ? { type: 'text', text } : { type: 'lines', count };

/** A learner's page: with their own numbers where there are any, else with room for them. */
export function worksheetOf(say: Say, id: LessonId, own: Own = {}): Sheet {
  return {
    title: titleOf(say, id),
    kind: say('teaching.worksheet'),
    blocks: [
      { type: 'text', text: say(`lessons.${id}.text`) },
      { type: 'heading', text: say('teaching.predict') },
      { type: 'text', text: say(`lessons.${id}.predict`) },
      ...(id === 'places' ? [{ type: 'list' as const, items: lettered(say, 'lessons.places.outcomes') }] : []),
      ...(curveToDraw(id) && !own.prediction
        ? [{ type: 'box' as const, text: say('teaching.draw') }]
        : [writtenOr(own.prediction, 1)]),
      { type: 'heading', text: say('teaching.run') },
      { type: 'text', text: say(`lessons.${id}.experiment`) },
      { type: 'heading', text: say('teaching.measured') },
      own.measured ? { type: 'table', ...own.measured } : { type: 'lines', count: 2 },
      ...(own.measured ? [] : [{ type: 'box' as const, text: say('teaching.sketch') }]),
      { type: 'heading', text: say('teaching.explain') },
      writtenOr(own.explanation, 3),
      { type: 'heading', text: say('teaching.question') },
      { type: 'text', text: say(`lessons.${id}.question`) },
      { type: 'list', items: lettered(say, `lessons.${id}`) },
      { type: 'heading', text: say('teaching.change') },
      { type: 'text', text: say(`lessons.${id}.change`) },
      { type: 'text', text: say('teaching.changed', { knob: say(`lessons.${id}.knob`) }) },
    ],
  };
}

const valueWords = ({ value, unit }: Expected['numbers'][string], say: Say): string => {
  const plain = String(value).replace('-', '−');
  if (unit === 'percent') return say('lessons.predict.percent', { value: plain });
  return unit === 'points' ? say('lessons.predict.points', { count: value, value: plain }) : `${plain} ×`;
};

/**
 * The teacher's page of a lesson.
 * @param expected what was recorded; without it the numbers are left out
 */
export function teacherSheetOf(say: Say, id: LessonId, expected: Expected | undefined): Sheet {
  const right = rightAnswers[id];
  return {
    title: titleOf(say, id),
    kind: say('teaching.teacher'),
    blocks: [
      { type: 'heading', text: say('teaching.aim') },
      { type: 'text', text: say(`teaching.lessons.${id}.aim`) },
      { type: 'heading', text: say('teaching.time') },
      { type: 'text', text: say('teaching.minutes', { minutes: say(`teaching.lessons.${id}.minutes`) }) },
      { type: 'heading', text: say('teaching.materials') },
      { type: 'text', text: say('teaching.materialsText') },
      ...(expected
        ? ([
            { type: 'heading', text: say('teaching.expected') },
            {
              type: 'table',
              head: [say('teaching.measured'), say('teaching.result')],
              rows: Object.entries(expected.numbers).map(([name, number]) => [
                say(`teaching.numbers.${name}`),
                valueWords(number, say),
              ]),
            },
            { type: 'text', text: say('teaching.expectedNote') },
          ] satisfies Block[])
        : []),
      { type: 'heading', text: say('teaching.answers') },
      { type: 'text', text: say(`lessons.${id}.question`) },
      {
        type: 'text',
        text: say('teaching.rightAnswer', { letter: right, answer: say(`lessons.${id}.${right}`) }),
      },
      { type: 'text', text: say(`lessons.${id}.why`) },
      { type: 'heading', text: say('teaching.ideas') },
      {
        type: 'list',
        items: (['first', 'second'] as const).map((which) =>
          [`teaching.lessons.${id}.ideas.${which}`, `teaching.lessons.${id}.ideas.${which}Say`]
            .map((key) => say(key))
            .join(say('runs.frontier.sentences')),
        ),
      },
    ],
  };
}

/**
 * The question set, which is asked before the first lesson and after the last.
 * @param said a learner's answers, where there are any: what they chose is marked
 */
export function questionsOf(say: Say, said: QuizRound = { chosen: {}, open: '' }): Sheet {
  return {
    title: say('teaching.questions'),
    kind: say('teaching.worksheet'),
    blocks: [
      ...quizIds.flatMap((id, i): Block[] => [
        { type: 'text', text: `${i + 1}. ${say(`lessons.quiz.questions.${id}.question`)}` },
        {
          type: 'list',
          items: answers.map((letter, nth) => {
            const box = said.chosen[id] === letter ? '☒' : '☐';
            return `${box} ${lettered(say, `lessons.quiz.questions.${id}`)[nth]}`;
          }),
        },
      ]),
      { type: 'text', text: `${quizIds.length + 1}. ${say('lessons.quiz.openQuestion')}` },
      writtenOr(said.open, 4),
    ],
  };
}

/** The answers to the question set. */
export const questionAnswersOf = (say: Say): Sheet => ({
  title: say('teaching.questions'),
  kind: say('teaching.teacher'),
  blocks: quizIds.flatMap((id, i): Block[] => {
    const letter = rightQuizAnswers[id];
    const answer = say(`lessons.quiz.questions.${id}.${letter}`);
    return [
      { type: 'text', text: `${i + 1}. ${say(`lessons.quiz.questions.${id}.question`)}` },
      { type: 'text', text: say('teaching.rightAnswer', { letter, answer }) },
    ];
  }),
});

import { z } from 'zod';
import { createStore } from 'zustand/vanilla';
import { madeAnew } from '../database.ts';
import { readNote } from '../notes.ts';
import { linkStore } from '../share/link.ts';
import { put } from '../storage.ts';
import { curveSchema } from './curves.ts';
import { type LessonId, lessonIds } from './origin.ts';

/** What a learner has said in the lessons, and what was measured there that no record of a run holds. */

export const answers = ['a', 'b', 'c'] as const;
export type Answer = (typeof answers)[number];

/** The right answer to each lesson's question. */
export const rightAnswers: Readonly<Record<LessonId, Answer>> = {
  freeze: 'b',
  bottleneck: 'a',
  identity: 'c',
  places: 'b',
  quality: 'a',
  cost: 'c',
  forgetting: 'b',
};

/** Rounds of the short question set: before the first lesson, and after the last. */
export const rounds = ['before', 'after'] as const;
export type Round = (typeof rounds)[number];
/** The questions with answers to choose from, in the order in which they are asked; an open one follows. */
export const quizIds = ['frozen', 'adapter', 'start', 'size', 'room', 'memory', 'twoTasks'] as const;
export type QuizId = (typeof quizIds)[number];
export const rightQuizAnswers: Readonly<Record<QuizId, Answer>> = {
  frozen: 'b',
  adapter: 'c',
  start: 'a',
  size: 'b',
  room: 'c',
  memory: 'a',
  twoTasks: 'b',
};

/** Characters of an explanation, or of the open answer. */
export const maxWords = 600;

const words = z.string().max(maxWords);
export const lessonId = z.enum(lessonIds);
const answer = z.enum(answers);
/** A number as the lesson's slider has it, in per cent or points; or one of its outcomes; or a curve. */
export const guess = z.union([z.number().min(-1000).max(1000), answer, curveSchema]);
export type Guess = z.infer<typeof guess>;

const steps = z.number().int().min(1).max(1_000_000);
const share = z.number().min(0).max(1);
/** How far the most moved probability is from itself when the adapters' strength goes from 0 to 1.5. */
const strengths = z.object({ steps, before: share, after: share });
export type Strengths = z.infer<typeof strengths>;
const beforeAfter = z.object({ before: share, after: share });
/** Accuracy on the first task before and after the second was learnt. */
const forgotten = z.object({
  steps,
  adapters: beforeAfter,
  full: beforeAfter,
  untouched: z.boolean(),
  /** By full fine-tuning, at each measurement of the way, in per cent. Absent in what earlier versions kept. */
  course: curveSchema.optional(),
});
export type Forgotten = z.infer<typeof forgotten>;

/** Measurements kept of each kind, at most: the latest. */
const maxMeasured = 12;

const quizRound = z.object({ chosen: z.partialRecord(z.enum(quizIds), answer), open: words });
export type QuizRound = z.infer<typeof quizRound>;

const given = z.partialRecord(lessonId, answer);
export const keptSchema = z.strictObject({
  /** The answer last given to each question. */
  given,
  predicted: z.partialRecord(lessonId, guess),
  explained: z.partialRecord(lessonId, words),
  identity: z.array(strengths).max(maxMeasured),
  forgetting: z.array(forgotten).max(maxMeasured),
  quiz: z.partialRecord(z.enum(rounds), quizRound),
});
type Kept = z.infer<typeof keptSchema>;

const nothing: Kept = { given: {}, predicted: {}, explained: {}, identity: [], forgetting: [], quiz: {} };
/** Earlier versions kept the answers alone. */
const noteSchema = z.union([keptSchema, given.transform((value): Kept => ({ ...nothing, given: value }))]);

/** What is open in the lessons' view: a lesson, or a round of the question set. */
export type Opened = LessonId | Round;

export interface LessonsState extends Kept {
  open: Opened;
}

export const lessonsStore = createStore<LessonsState>(() => ({ open: 'freeze', ...nothing }));
const { getState, setState } = lessonsStore;

const note = 'lessons';

const kept = (): Kept => {
  const { open: _, ...rest } = getState();
  return rest;
};

/** Changes what is kept, and writes it. */
function change(changed: Partial<Kept>): void {
  setState(changed);
  void put('notes', note, kept());
}

/** Restores what earlier visits left, and opens the first lesson that is not done, or the one that a link asks for. */
export async function loadLessons(): Promise<void> {
  const read = await readNote(note, noteSchema);
  if (!read) return;
  const both = withOthers(read);
  const { lesson = lessonIds.find((id) => both.given[id] !== rightAnswers[id]) ?? 'freeze' } = linkStore.getState();
  setState({ ...both, open: lesson });
}

/** What is here with what another visit left beside it: of one thing, what is here stays. */
function withOthers(others: Kept): Kept {
  const mine = kept();
  const measured = <T>(key: 'identity' | 'forgetting', here: readonly T[]) =>
    here.length > 0 ? [...here] : (others[key] as T[]);
  return {
    given: { ...others.given, ...mine.given },
    predicted: { ...others.predicted, ...mine.predicted },
    explained: { ...others.explained, ...mine.explained },
    identity: measured('identity', mine.identity),
    forgetting: measured('forgetting', mine.forgetting),
    quiz: { ...others.quiz, ...mine.quiz },
  };
}

/**
 * Takes what another browser saved, where there is nothing of it here.
 * @returns false: it cannot be read
 */
export function takeAnswers(value: unknown): boolean {
  const saved = noteSchema.safeParse(value);
  if (!saved.success) return false;
  change(withOthers(saved.data));
  return true;
}

export function openLesson(open: Opened): void {
  setState({ open });
}

export function answerLesson(id: LessonId, value: Answer): void {
  change({ given: { ...getState().given, [id]: value } });
}

/** Sets a prediction; null takes it back. */
export function predict(id: LessonId, value: Guess | null): void {
  const { [id]: _, ...others } = getState().predicted;
  change({ predicted: value === null ? others : { ...others, [id]: value } });
}

export function explain(id: LessonId, text: string): void {
  change({ explained: { ...getState().explained, [id]: text.slice(0, maxWords) } });
}

/** Keeps a measurement in place of an earlier one at as many steps. */
const withLatest = <T extends { steps: number }>(before: readonly T[], one: T): T[] =>
  [...before.filter((other) => other.steps !== one.steps), one].slice(-maxMeasured);

export function keepStrengths(one: Strengths): void {
  change({ identity: withLatest(getState().identity, one) });
}

export function keepForgotten(one: Forgotten): void {
  change({ forgetting: withLatest(getState().forgetting, one) });
}

const noAnswers: QuizRound = { chosen: {}, open: '' };
export const quizRoundOf = ({ quiz }: Pick<LessonsState, 'quiz'>, round: Round): QuizRound => quiz[round] ?? noAnswers;

export function answerQuiz(round: Round, answered: Partial<QuizRound>): void {
  const before = quizRoundOf(getState(), round);
  const open = (answered.open ?? before.open).slice(0, maxWords);
  change({
    quiz: { ...getState().quiz, [round]: { chosen: { ...before.chosen, ...answered.chosen }, open } },
  });
}

madeAnew.listen(() => {
  if (JSON.stringify(kept()) !== JSON.stringify(nothing)) void put('notes', note, kept());
});

export const isDone = ({ given: said }: Pick<LessonsState, 'given'>, id: LessonId): boolean =>
  said[id] === rightAnswers[id];

/** Whether every question of a round has an answer. */
export const isRoundDone = (state: Pick<LessonsState, 'quiz'>, round: Round): boolean => {
  const { chosen, open } = quizRoundOf(state, round);
  return quizIds.every((id) => chosen[id] !== undefined) && open.trim() !== '';
};

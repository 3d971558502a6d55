import { z } from 'zod';
import { createStore } from 'zustand/vanilla';
import type { Method } from '../model/methods.ts';
import type { Run } from '../training/run.ts';
import { withMethodType } from './fields.ts';
import { runTitle } from './naming.ts';
import { firstRun } from './page.ts';
import { openRun } from './run.ts';
import { keep, recall } from './storage.ts';

/** Seven short lessons, each with one experiment on the live page and one question. */

export const lessonIds = ['freeze', 'bottleneck', 'identity', 'places', 'quality', 'cost', 'forgetting'] as const;
export type LessonId = (typeof lessonIds)[number];
export const answers = ['a', 'b', 'c'] as const;
export type Answer = (typeof answers)[number];

interface Lesson {
  right: Answer;
  /** The run that the experiment starts from; absent where it is made in another view. */
  experiment?: () => Run;
}

const small = (run: Run): Run => ({ ...run, data: { task: 'trivia_topics', limit: 600, testLimit: 200 } });
const withMethod = (method: Partial<Method>): Run =>
  small({ ...firstRun, method: { ...firstRun.method, ...method } as Method });

export const lessons: Record<LessonId, Lesson> = {
  freeze: { right: 'b', experiment: () => small(withMethodType(firstRun, 'head-only')) },
  bottleneck: { right: 'a', experiment: () => withMethod({ bottleneck: 2 }) },
  identity: { right: 'c', experiment: () => withMethod({ bottleneck: 16 }) },
  places: { right: 'b', experiment: () => withMethod({ layers: [3] }) },
  quality: { right: 'a', experiment: () => withMethod({ bottleneck: 8 }) },
  cost: { right: 'c', experiment: () => small(withMethodType(firstRun, 'full')) },
  forgetting: { right: 'b' },
};

export interface LessonsState {
  open: LessonId;
  /** The answer last given to each question. */
  given: Readonly<Partial<Record<LessonId, Answer>>>;
}

export const lessonsStore = createStore<LessonsState>(() => ({ open: 'freeze', given: {} }));
const { getState, setState } = lessonsStore;

const note = 'lessons';
const noteSchema = z.partialRecord(z.enum(lessonIds), z.enum(answers));

/** Takes up what earlier visits answered, and opens the first lesson that is not done. */
export async function loadLessons(): Promise<void> {
  const parsed = noteSchema.safeParse(await recall('notes', note));
  if (!parsed.success) return;
  const given = { ...parsed.data, ...getState().given } as LessonsState['given'];
  setState({ given, open: lessonIds.find((id) => given[id] !== lessons[id].right) ?? 'freeze' });
}

export function openLesson(open: LessonId): void {
  setState({ open });
}

export function answerLesson(id: LessonId, answer: Answer): void {
  const given = { ...getState().given, [id]: answer };
  setState({ given });
  void keep('notes', note, given);
}

export const isDone = ({ given }: LessonsState, id: LessonId): boolean => given[id] === lessons[id].right;

/** Sets the workbench up for a lesson's experiment. */
export function setUpExperiment(id: LessonId): void {
  const run = lessons[id].experiment?.();
  if (run) openRun({ ...run, name: runTitle(run) });
}

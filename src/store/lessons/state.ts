import { z } from 'zod';
import { createStore } from 'zustand/vanilla';
import type { en } from '../../i18n/en.ts';
import type { Method } from '../../model/methods.ts';
import { type Run, sameRun } from '../../training/run.ts';
import { madeAnew } from '../database.ts';
import { readNote } from '../notes.ts';
import { firstRun, pageStore } from '../page/state.ts';
import { startQueue } from '../queue/state.ts';
import { openRun } from '../run/actions.ts';
import { withMethodType } from '../run/settings.ts';
import { runTitle } from '../runs/naming.ts';
import type { RunRecord } from '../runs/records.ts';
import { drawBeside, runsStore } from '../runs/state.ts';
import { put } from '../storage.ts';
import { comeFrom, type LessonId, lessonIds, originOf } from './origin.ts';

/** Seven short lessons, each with one experiment on the live page and one question. */

export const answers = ['a', 'b', 'c'] as const;
export type Answer = (typeof answers)[number];

/** A run of an experiment, as the lesson sets it up. */
export interface SetUp {
  name: keyof (typeof en)['lessons']['setUps'];
  run: () => Run;
}

interface Lesson {
  right: Answer;
  /** The runs of the experiment, in the order in which they are trained; none where it is made in another view. */
  setUps: readonly SetUp[];
  /** Whether all of them are trained one after another, at one press. */
  inOneGo?: boolean;
  /** Panel that the experiment is watched in, above everything else. */
  stage?: 'tryIt' | 'frontier';
}

/** A task on which little training shows much: a run takes less than half a minute on a processor. The engine is the person's. */
const onTask = (run: Run): Run => ({
  ...run,
  engine: pageStore.getState().run.engine,
  data: { task: 'wordnet_parts', limit: 600, testLimit: 300 },
  training: { ...run.training, maxLength: 32 },
});
const withType = (type: Method['type']): Run => withMethodType(onTask(firstRun), type);
const withMethod = (method: Partial<Method>): Run =>
  onTask({ ...firstRun, method: { ...firstRun.method, ...method } as Method });
const adapters = (): Run => withMethod({ bottleneck: 16 });
const withTraining = (run: Run, training: Partial<Run['training']>): Run => ({
  ...run,
  training: { ...run.training, ...training },
});
const oneEpoch = (run: Run): Run => withTraining(run, { epochs: 1 });

/** Index of the last layer of the lessons' encoder, taken to have four layers while another one is loaded. */
function lastLayer(): number {
  const { encoder } = pageStore.getState();
  return (encoder?.name === firstRun.model ? encoder.config.layers : 4) - 1;
}

export const lessons: Record<LessonId, Lesson> = {
  // The head learns for as long as it gets better: its accuracy is then the frozen baseline's.
  freeze: {
    right: 'b',
    setUps: [{ name: 'headOnly', run: () => withTraining(withType('head-only'), { epochs: 15 }) }],
  },
  bottleneck: {
    right: 'a',
    setUps: [
      { name: 'narrow', run: () => withMethod({ bottleneck: 2 }) },
      { name: 'wide', run: () => withMethod({ bottleneck: 32 }) },
    ],
  },
  identity: {
    right: 'c',
    stage: 'tryIt',
    // At its full rate from the first step on: a few steps are enough to be seen.
    setUps: [{ name: 'adapters', run: () => withTraining(adapters(), { warmup: 0, schedule: 'constant' }) }],
  },
  places: {
    right: 'b',
    setUps: [
      { name: 'lastLayer', run: () => withMethod({ layers: [lastLayer()] }) },
      { name: 'firstLayer', run: () => withMethod({ layers: [0] }) },
      { name: 'allLayers', run: adapters },
    ],
  },
  quality: {
    right: 'a',
    stage: 'frontier',
    inOneGo: true,
    setUps: ([1, 4, 16, 64] as const).map((bottleneck) => ({
      name: `bottleneck${bottleneck}`,
      run: () => withMethod({ bottleneck }),
    })),
  },
  cost: {
    right: 'c',
    setUps: [
      { name: 'fullEpoch', run: () => oneEpoch(withType('full')) },
      { name: 'adaptersEpoch', run: () => oneEpoch(adapters()) },
    ],
  },
  forgetting: { right: 'b', setUps: [] },
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

/** Restores the answers of earlier visits, and opens the first lesson that is not done. */
export async function loadLessons(): Promise<void> {
  const kept = await readNote(note, noteSchema);
  if (!kept) return;
  const given = withAnswers(kept);
  setState({ given, open: lessonIds.find((id) => given[id] !== lessons[id].right) ?? 'freeze' });
}

/** The answers with others beside them: those that are here stay. */
const withAnswers = (others: z.infer<typeof noteSchema>) =>
  ({ ...others, ...getState().given }) as LessonsState['given'];

/**
 * Takes answers that another browser saved, to questions that are not answered here.
 * @returns false: they cannot be read
 */
export function takeAnswers(value: unknown): boolean {
  const saved = noteSchema.safeParse(value);
  if (!saved.success) return false;
  setState({ given: withAnswers(saved.data) });
  void put('notes', note, getState().given);
  return true;
}

export function openLesson(open: LessonId): void {
  setState({ open });
}

export function answerLesson(id: LessonId, answer: Answer): void {
  const given = { ...getState().given, [id]: answer };
  setState({ given });
  void put('notes', note, given);
}

madeAnew.listen(() => {
  const { given } = getState();
  if (Object.keys(given).length > 0) void put('notes', note, given);
});

export const isDone = ({ given }: LessonsState, id: LessonId): boolean => given[id] === lessons[id].right;

/** The record of a lesson's set-up that has been trained to its end. */
export const trainedAs = (id: LessonId, { run }: SetUp, runs: readonly RunRecord[]): RunRecord | undefined => {
  const wanted = run();
  return runs.findLast(
    (record) =>
      record.status === 'done' && originOf(record) === id && sameRun({ ...record.run, name: wanted.name }, wanted),
  );
};

/** Trains those runs of a lesson's experiment that have not been trained, one after another. */
export function trainExperiment(id: LessonId): void {
  const { runs } = runsStore.getState();
  const left = lessons[id].setUps.filter((setUp) => !trainedAs(id, setUp, runs)).map((setUp) => setUp.run());
  comeFrom(id);
  drawBeside([]);
  if (left.length > 0) startQueue(left.map((run) => ({ ...run, name: runTitle(run) })));
}

/**
 * Sets the workbench up for a run of a lesson's experiment, and draws beside it only those of its runs that are there.
 */
export function setUpExperiment(id: LessonId, setUp: SetUp): void {
  const run = setUp.run();
  openRun({ ...run, name: runTitle(run) });
  comeFrom(id);
  const { runs } = runsStore.getState();
  const others = lessons[id].setUps.filter((other) => other !== setUp);
  drawBeside(others.flatMap((other) => trainedAs(id, other, runs)?.id ?? []));
}

import { usualEncoders } from '../../data/built-in/tasks.ts';
import type { en } from '../../i18n/en.ts';
import type { LateTexts } from '../../i18n/late.ts';
import type { Method } from '../../model/methods.ts';
import { scoresOf } from '../../training/records/records.ts';
import { type Run, sameRun } from '../../training/run.ts';
import { measureOf } from '../../training/scores/measures.ts';
import { firstRun, pageStore } from '../page/state.ts';
import { withMethodType } from '../run/settings.ts';
import { accuracyOf, memoryOf } from '../runs/columns.ts';
import type { RunRecord } from '../runs/records.ts';
import { type Curve, type CurveToDraw, curvesToDraw } from './curves.ts';
import { type LessonId, originOf } from './origin.ts';
import type { Answer, Guess, LessonsState } from './state.ts';

/** What each lesson has its learner predict, train, compare and change; plain functions of settings and records. */

type Texts = LateTexts['lessons'];
type MethodName = keyof (typeof en)['run']['method']['names'];

/** A run of an experiment, as the lesson sets it up. */
export interface SetUp {
  name: keyof Texts['setUps'];
  run: () => Run;
}

/** Columns of the table of what was measured. */
export type Measure = 'accuracy' | 'baseline' | 'sameBudget' | 'trainable' | 'stepTime' | 'memory';

/** A number to predict, on a slider; `unit`: of its text. */
export interface NumberToPredict {
  unit: 'percent' | 'points';
  min: number;
  max: number;
}

/** A setting that the learner may change afterwards, and the run that comes of it. */
export interface OwnChange {
  values: readonly (number | MethodName)[];
  run: (value: number | MethodName) => Run;
}

interface Lesson {
  /** A number, a curve, or which of three outcomes. */
  predicts: NumberToPredict | CurveToDraw | 'outcome';
  /** The runs of the experiment, in the order in which they are trained; none where it is not made of whole runs. */
  setUps: readonly SetUp[];
  /** What the table of its runs shows of each. */
  measures: readonly Measure[];
  /** What was measured, in the prediction's terms, from the records of all set-ups. */
  measured: (records: readonly RunRecord[]) => Guess;
  change: OwnChange;
  /** Panel that the experiment is watched in, above everything else. */
  stage?: 'tryIt' | 'frontier' | 'forgetting';
}

/**
 * Tasks on which little training shows much: a run takes less than a minute on a processor. Parts of speech the frozen
 * encoder half knows, and a bottleneck of 1 is enough for them; of the order of words it knows next to nothing.
 */
type LessonTask = 'wordnet_parts' | 'word_order';
const rowsOf = (task: LessonTask, limit = 600): Run['data'] => ({ task, limit, testLimit: 300 });
/** The engine is the person's. */
const onTask = (run: Run, task: LessonTask = 'wordnet_parts'): Run => ({
  ...run,
  engine: pageStore.getState().run.engine,
  data: rowsOf(task),
  training: { ...run.training, maxLength: 32 },
});
const withType = (type: Method['type']): Run => withMethodType(onTask(firstRun), type);
const withMethod = (method: Partial<Method>, task?: LessonTask): Run =>
  onTask({ ...firstRun, method: { ...firstRun.method, ...method } as Method }, task);
export const adapters = (): Run => withMethod({ bottleneck: 16 });
const withTraining = (run: Run, training: Partial<Run['training']>): Run => ({
  ...run,
  training: { ...run.training, ...training },
});
const oneEpoch = (run: Run): Run => withTraining(run, { epochs: 1 });
// The head learns for as long as it gets better: its accuracy is then the frozen baseline's.
const headOnly = (): Run => withTraining(withType('head-only'), { epochs: 15 });
const ofBottleneck = (value: number | MethodName): Run => withMethod({ bottleneck: Number(value) }, 'word_order');

/** The identity's run: at its full rate from the first step on, so that a few steps are enough to be seen. */
export const atFullRate = (): Run => withTraining(adapters(), { warmup: 0, schedule: 'constant' });
/** Steps of the two experiments that are not made of whole runs. */
export const identitySteps = 20;
export const forgettingSteps = 40;
/** The tasks that are learnt one after the other. */
export const forgettingTasks = { first: 'trivia_topics', second: 'sms_spam' } as const;

/** Index of the last layer of the lessons' encoder: of the loaded one, where that is it. */
function lastLayer(): number {
  const { encoder } = pageStore.getState();
  return (encoder?.name === firstRun.model ? encoder.config.layers : usualEncoders.en.layers) - 1;
}

/** Accuracy on the test rows, in per cent. */
const percentOf = (record: RunRecord | undefined): number => 100 * ((record && accuracyOf(record)) ?? Number.NaN);

/** Accuracy in per cent after each of an experiment's epochs, as far as they have been measured. */
export const courseOf = ({ epochs }: Pick<RunRecord, 'epochs'>): (number | null)[] =>
  curvesToDraw.bottleneck.at.map((epoch) => {
    const record = epochs.find((other) => other.epoch === epoch);
    const accuracy = record ? measureOf('single-label', scoresOf(record)) : null;
    return accuracy === null ? null : 100 * accuracy;
  });
const wholeCourse = (record: RunRecord | undefined): Curve =>
  record ? courseOf(record).map((value) => value ?? Number.NaN) : [];

/** Median of the step times of a run's second half, in milliseconds: the first steps compile. */
export function stepTimeOf({ steps }: Pick<RunRecord, 'steps'>): number {
  const times = steps.slice(Math.floor(steps.length / 2)).map(({ milliseconds }) => milliseconds);
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

/** Points of accuracy within which two runs count as alike. */
export const alike = 3;

/** Which of two runs is the better one: 'c' where they are alike. */
function betterOf([first, second]: readonly RunRecord[]): Answer {
  const difference = percentOf(second) - percentOf(first);
  return Math.abs(difference) <= alike ? 'c' : difference < 0 ? 'a' : 'b';
}

const notOfRuns = (): never => {
  throw new Error('this experiment is not made of whole runs');
};

export const lessons: Record<LessonId, Lesson> = {
  freeze: {
    predicts: { unit: 'percent', min: 0, max: 100 },
    setUps: [{ name: 'headOnly', run: headOnly }],
    measures: ['accuracy', 'sameBudget'],
    measured: ([head]) => percentOf(head),
    change: {
      values: [50, 100, 200, 400, 1200],
      run: (value) => ({ ...headOnly(), data: rowsOf('wordnet_parts', Number(value)) }),
    },
  },
  bottleneck: {
    predicts: curvesToDraw.bottleneck,
    setUps: [
      { name: 'narrow', run: () => ofBottleneck(2) },
      { name: 'wide', run: () => ofBottleneck(32) },
    ],
    measures: ['trainable', 'accuracy', 'baseline'],
    measured: ([narrow]) => wholeCourse(narrow),
    change: { values: [1, 4, 8, 16, 64], run: ofBottleneck },
  },
  identity: {
    predicts: { unit: 'points', min: 0, max: 100 },
    stage: 'tryIt',
    setUps: [],
    measures: [],
    measured: notOfRuns,
    change: { values: [5, 10, 40, 80], run: atFullRate },
  },
  places: {
    predicts: 'outcome',
    setUps: [
      { name: 'lastLayer', run: () => withMethod({ layers: [lastLayer()] }) },
      { name: 'firstLayer', run: () => withMethod({ layers: [0] }) },
      { name: 'allLayers', run: adapters },
    ],
    measures: ['accuracy', 'baseline', 'stepTime'],
    measured: betterOf,
    change: {
      values: ['attention-only', 'ffn-only', 'pfeiffer', 'parallel'],
      run: (value) => withType(value as MethodName),
    },
  },
  quality: {
    predicts: { unit: 'points', min: -10, max: 40 },
    stage: 'frontier',
    setUps: ([1, 4, 16, 64] as const).map((bottleneck) => ({
      name: `bottleneck${bottleneck}`,
      run: () => ofBottleneck(bottleneck),
    })),
    measures: ['trainable', 'accuracy'],
    measured: (records) => percentOf(records[3]) - percentOf(records[2]),
    change: { values: [2, 8, 32, 128], run: ofBottleneck },
  },
  cost: {
    predicts: { unit: 'percent', min: 0, max: 100 },
    setUps: [
      { name: 'fullEpoch', run: () => oneEpoch(withType('full')) },
      { name: 'adaptersEpoch', run: () => oneEpoch(adapters()) },
    ],
    measures: ['trainable', 'memory', 'stepTime'],
    measured: ([full, small]) =>
      100 * (((small && memoryOf(small)) ?? Number.NaN) / ((full && memoryOf(full)) ?? Number.NaN)),
    change: {
      values: ['lora', 'bitfit', 'head-only'],
      run: (value) => oneEpoch(withType(value as MethodName)),
    },
  },
  forgetting: {
    predicts: curvesToDraw.forgetting,
    stage: 'forgetting',
    setUps: [],
    measures: [],
    measured: notOfRuns,
    change: { values: [20, 80], run: adapters },
  },
};

/** Whether two runs have the same settings, whatever they are called. */
const isAlike = (run: Run, wanted: Run): boolean => sameRun({ ...run, name: wanted.name }, wanted);

const isRunOf = (id: LessonId, wanted: Run) => (record: RunRecord) =>
  record.status === 'done' && originOf(record) === id && isAlike(record.run, wanted);

/** Whether settings are a set-up's, whatever they are called. */
export const isSetUp = (setUp: SetUp, run: Run): boolean => isAlike(run, setUp.run());

/** The record of a lesson's set-up that has been trained to its end. */
export const trainedAs = (id: LessonId, { run }: SetUp, runs: readonly RunRecord[]): RunRecord | undefined =>
  runs.findLast(isRunOf(id, run()));

/** A lesson's finished runs that are none of its set-ups: its learner's own. */
export const ownRuns = (id: LessonId, runs: readonly RunRecord[]): RunRecord[] => {
  const wanted = lessons[id].setUps.map(({ run }) => run());
  const isOfLesson = (record: RunRecord) => wanted.some((run) => isRunOf(id, run)(record));
  return runs.filter((record) => record.status === 'done' && originOf(record) === id && !isOfLesson(record));
};

/** What the two experiments gave that are not made of whole runs, as the lesson has them. */
export const measuredStrengths = ({ identity }: Pick<LessonsState, 'identity'>) =>
  identity.find(({ steps }) => steps === identitySteps);
export const measuredForgetting = ({ forgetting }: Pick<LessonsState, 'forgetting'>) =>
  forgetting.find(({ steps }) => steps === forgettingSteps);

/** What an experiment gave, in the prediction's terms; null until all of it is there. */
export function measuredIn(
  id: LessonId,
  runs: readonly RunRecord[],
  state: Pick<LessonsState, 'identity' | 'forgetting'>,
): Guess | null {
  if (id === 'identity') {
    const found = measuredStrengths(state);
    return found ? 100 * found.after : null;
  }
  if (id === 'forgetting') {
    return measuredForgetting(state)?.course ?? null;
  }
  const { setUps, measured } = lessons[id];
  const records = setUps.flatMap((setUp) => trainedAs(id, setUp, runs) ?? []);
  if (records.length < setUps.length) return null;
  const value = measured(records);
  return [value].flat().every((one) => typeof one === 'string' || Number.isFinite(one)) ? value : null;
}

/** Whether anything of an experiment has been measured: its prediction then stands. */
export const hasBegun = (
  id: LessonId,
  runs: readonly RunRecord[],
  state: Pick<LessonsState, 'identity' | 'forgetting'>,
): boolean =>
  lessons[id].setUps.some((setUp) => trainedAs(id, setUp, runs)) ||
  (id === 'identity' && state.identity.length > 0) ||
  (id === 'forgetting' && state.forgetting.length > 0);

/** The prediction that stands for a lesson; null: none of its kind. */
export function guessOf({ predicted }: Pick<LessonsState, 'predicted'>, id: LessonId): Guess | null {
  const guess = predicted[id];
  return guess !== undefined && answersTo(lessons[id].predicts, guess) ? guess : null;
}

/** Whether a prediction is of the kind that is asked for; an earlier version may have asked for another. */
function answersTo(predicts: Lesson['predicts'], guess: Guess): boolean {
  if (predicts === 'outcome') return typeof guess === 'string';
  return 'at' in predicts ? Array.isArray(guess) && guess.length === predicts.at.length : typeof guess === 'number';
}

/** The curve that has been drawn for a lesson, and stands. */
export function drawnFor(state: Pick<LessonsState, 'predicted'>, id: LessonId): Curve | null {
  const guess = guessOf(state, id);
  return Array.isArray(guess) ? guess : null;
}

import { createStore } from 'zustand/vanilla';
import type { Run } from '../../training/run.ts';
import { callTrainer } from '../../workers/trainer/client.ts';
import { forgettingStore, startForgetting, stopForgetting } from '../forgetting/state.ts';
import { canTrain, isBusy, stepsDone } from '../page/selectors.ts';
import { type PageState, pageStore } from '../page/state.ts';
import { openPart } from '../page/view.ts';
import { continueQueue, queueStore, startQueue, stopQueue } from '../queue/state.ts';
import { openRun, pauseTraining, runSetUp, trainSteps } from '../run/actions.ts';
import { runTitle } from '../runs/naming.ts';
import { drawBeside, reopenRun, runsStore } from '../runs/state.ts';
import { showError } from '../trainer-errors.ts';
import {
  adapters,
  atFullRate,
  forgettingSteps,
  forgettingTasks,
  identitySteps,
  lessons,
  ownRuns,
  type SetUp,
  trainedAs,
} from './experiments.ts';
import { comeFrom, type LessonId, originNow } from './origin.ts';
import { type Forgotten, keepForgotten, keepStrengths } from './state.ts';

/** Sets a lesson's experiment up, and runs it, at one press. */

/** The experiment at work that is not made of whole runs; null: none. */
export const experimentStore = createStore<{ running: 'identity' | 'forgetting' | null }>(() => ({ running: null }));

const named = (run: Run): Run => ({ ...run, name: runTitle(run) });

/** Trains runs of a lesson one after another, its charts in sight. */
function train(id: LessonId, runs: readonly Run[]): void {
  comeFrom(id);
  openPart('charts');
  startQueue(runs.map(named));
}

/** Trains those runs of a lesson's experiment that have not been trained; or runs what it has in their place. */
export function runExperiment(id: LessonId): void {
  if (id === 'identity') void measureStrengths(identitySteps);
  else if (id === 'forgetting') void measureForgetting(forgettingSteps);
  else if (waits(id)) continueQueue();
  else {
    const { runs } = runsStore.getState();
    const left = lessons[id].setUps.filter((setUp) => !trainedAs(id, setUp, runs));
    const settings = left.map(({ run }) => run());
    if (settings.length > 0) train(id, settings);
  }
}

/** Whether runs of a lesson were broken off, and can be gone on with. */
function waits(id: LessonId): boolean {
  const { origin, pending } = queueStore.getState();
  return origin === id && pending.length > 0;
}

/** Trains a single run of an experiment, also where it has been trained before. */
export function trainSetUp(id: LessonId, setUp: SetUp): void {
  train(id, [setUp.run()]);
}

/** Runs a learner's own change of an experiment. */
export function runChange(id: LessonId, value: OwnValue): void {
  if (id === 'identity') void measureStrengths(Number(value));
  else if (id === 'forgetting') void measureForgetting(Number(value));
  else train(id, [lessons[id].change.run(value)]);
}
type OwnValue = (typeof lessons)[LessonId]['change']['values'][number];

/** Breaks an experiment off; whole runs can be gone on with. */
export function stopExperiment(): void {
  if (forgettingStore.getState().running) stopForgetting();
  else if (experimentStore.getState().running) pauseTraining();
  else stopQueue();
}

/** Draws what a lesson's runs gave once more: the latest, with the others beside it. */
export function showExperiment(id: LessonId): void {
  const { runs } = runsStore.getState();
  const trained = [...lessons[id].setUps.flatMap((setUp) => trainedAs(id, setUp, runs) ?? []), ...ownRuns(id, runs)];
  const last = trained.sort((a, b) => a.startedAt - b.startedAt).at(-1);
  if (!last) return;
  openPart('charts');
  void reopenRun(last.id);
}

// Beside a lesson's run the others of its experiment are drawn, and nothing else.
runSetUp.listen(() => {
  const origin = originNow();
  if (origin === 'playground') return;
  const { runs } = runsStore.getState();
  const others = lessons[origin].setUps.flatMap((setUp) => trainedAs(origin, setUp, runs)?.id ?? []);
  drawBeside(others.filter((id) => id !== pageStore.getState().runId));
});

/** Waits for a state of the page; null: its run is not this one any more, or something went wrong. */
function when(run: Run, isThere: (state: PageState) => boolean): Promise<PageState | null> {
  return new Promise((resolve) => {
    const stop = pageStore.subscribe(look);
    look(pageStore.getState());

    function look(state: PageState): void {
      const isLost = state.run !== run || state.error !== null || state.missingEncoder !== null;
      if (!isLost && !isThere(state)) return;
      stop();
      resolve(isLost ? null : state);
    }
  });
}

/** Sets a run of a lesson up. @returns the page's state with it; null: it could not be */
function setUpRun(id: LessonId, settings: Run): Promise<PageState | null> {
  const run = named(settings);
  openRun(run);
  comeFrom(id);
  return when(run, canTrain);
}

/** Does one of the two experiments that are not made of whole runs. */
async function doing(what: 'identity' | 'forgetting', work: () => Promise<void>): Promise<void> {
  if (experimentStore.getState().running || isBusy(pageStore.getState())) return;
  experimentStore.setState({ running: what });
  try {
    await work();
  } catch (error) {
    showError('predict', error);
  } finally {
    experimentStore.setState({ running: null });
  }
}

/** The most that a probability of the sentence in the box moves when the adapters' strength goes from 0 to 1.5. */
async function spread(text: string): Promise<number> {
  const at = async (strength: number) =>
    (await callTrainer('predict', { text, adapter: null, strength }))?.adapted ?? [];
  const [without, strong] = [await at(0), await at(1.5)];
  return Math.max(0, ...without.map((share, i) => Math.abs(share - (strong[i] ?? share))));
}

/** Measures how far the strength moves the answer before any step, and after so many. */
const measureStrengths = (steps: number): Promise<void> =>
  doing('identity', async () => {
    const ready = await setUpRun('identity', atFullRate());
    if (!ready) return;
    const text = ready.sentence.trim() || (ready.task?.examples[0]?.text ?? '');
    const before = await spread(text);
    trainSteps(steps);
    const trained = await when(ready.run, (state) => !isBusy(state) && stepsDone(state) > 0);
    // One that was paused on the way has had other steps than it is kept under.
    if (trained && stepsDone(trained) >= steps) keepStrengths({ steps, before, after: await spread(text) });
  });

/** Learns one task, then another, and keeps what became of the first. */
const measureForgetting = (steps: number): Promise<void> =>
  doing('forgetting', async () => {
    if (!(await setUpRun('forgetting', adapters()))) return;
    await startForgetting(forgettingTasks.first, forgettingTasks.second, steps);
    const result = forgottenIn(forgettingStore.getState().points, steps);
    if (result) keepForgotten(result);
  });

type Points = ReturnType<typeof forgettingStore.getState>['points'];

/** What the demonstration's points say; null where it was ended early. */
export function forgottenIn(points: Points, steps: number): Forgotten | null {
  const of = (way: 'adapters' | 'full') => {
    const mine = points.filter((point) => point.way === way);
    const before = mine.find(({ stage, step }) => stage === 'first' && step === steps);
    const after = mine.find(({ stage, step }) => stage === 'second' && step === 2 * steps);
    return before && after ? { before: before.first, after: after.first, untouched: after.untouched } : null;
  };
  const [small, full] = [of('adapters'), of('full')];
  if (!small || !full) return null;
  const course = points.flatMap(({ way, first }) => (way === 'full' ? 100 * first : []));
  const plain = ({ before, after }: { before: number; after: number }) => ({ before, after });
  return { steps, adapters: plain(small), full: plain(full), untouched: small.untouched, course };
}

import { builtInTask } from '../../data/built-in/tasks.ts';
import { type Run, taskName, withData } from '../../training/run.ts';
import { dropWanted } from '../dataset/send.ts';
import { isOwn, sendRows } from '../dataset/state.ts';
import { requireEncoder } from '../encoder/state.ts';
import { comeFrom } from '../lessons/origin.ts';
import { initialState, noResults, type PageState, pageStore } from '../page/state.ts';
import { viewStore } from '../page/view.ts';
import { runTitle } from '../runs/naming.ts';
import { stateFor } from '../runs/saved-state.ts';
import { send } from '../trainer.ts';
import { withRate } from './settings.ts';
import { dropStart, startOf } from './start.ts';

/** Verbs of the run in the worker. */

const { getState, setState } = pageStore;

/** Grows with every change of the run, and every time that it is to start anew. */
let edition = 0;
/** The editions that the worker has been asked for and has not answered, in the order of its answers. */
const asked: number[] = [];

/** Nothing of the run as it was counts any more. */
const withoutResults = (): typeof noResults => {
  edition++;
  return noResults;
};

/** The worker has set a run up, or could not: whether it is the page's, as it is now. To be asked once an answer. */
export const isAnswered = (): boolean => asked.shift() === edition;

/** The run by the name that says what it does: the same run where it has that name, so that a queue knows it again. */
function titled(run: Run): Run {
  const name = runTitle(run);
  return run.name === name ? run : { ...run, name };
}

/** A run that is changed outside the lessons is no longer a lesson's. */
function leaveLesson(): void {
  if (viewStore.getState().view !== 'lessons') comeFrom('playground');
}

/** The run answers the sentence again, where an adapter from elsewhere did: what is trained or set up is what one watches. */
function letRunAnswer(): void {
  if (getState().answering.adapter !== null) setState({ answering: initialState.answering, prediction: null });
}

/** Switches to another built-in task with the rows, length and epochs that suit it; the run starts anew. */
export function chooseTask(name: string): void {
  leaveLesson();
  letRunAnswer();
  const { run } = getState();
  const { limit, maxLength, epochs } = builtInTask(name).defaults;
  const { testLimit, validationShare } = run.data;
  const onTask = withData(run, { task: name, limit, testLimit, validationShare });
  const next: Run = { ...onTask, training: { ...onTask.training, maxLength, epochs } };
  setState({
    run: titled(withRate(next, run.method.type)),
    task: null,
    sentence: initialState.sentence,
    ...withoutResults(),
  });
  sendRows(getState().run);
}

/** Changes the run's settings; whatever was trained so far is dropped. */
export function changeRun(change: (run: Run) => Run): void {
  leaveLesson();
  const { run: before } = getState();
  const run = titled(change(before));
  // The seed also cuts a person's own rows in two.
  if (isOwn(run) && run.training.seed !== before.training.seed) {
    openRun(run);
    return;
  }
  setState({ run, ...withoutResults() });
  configureSoon();
}

/**
 * Replaces the whole run, its task included.
 * @param reload the task's rows are sent anew, even under the same name: they have changed
 */
export function openRun(run: Run, { reload = isOwn(run) } = {}): void {
  letRunAnswer();
  void requireEncoder(run.model);
  const sameTask = !reload && taskName(run) === getState().task?.name;
  setState({ run: reload ? titled(run) : run, ...withoutResults() });
  if (sameTask) {
    configureSoon();
    return;
  }
  setState({ task: null, sentence: initialState.sentence, example: initialState.example });
  sendRows(run);
}

/** A slider sends many changes; the worker hears of the last. */
const configureDelay = 250;
let configureTimer: ReturnType<typeof setTimeout> | undefined;

function configureSoon(): void {
  clearTimeout(configureTimer);
  configureTimer = setTimeout(configure, configureDelay);
}

/** A run from elsewhere is on its way into the worker; the device before it. */
let foreign: { device: PageState['device'] } | null = null;

/** Until that run is there, or is refused, nothing else is set up: it would take its place unseen. */
export function giveWay(): void {
  clearTimeout(configureTimer);
  edition++;
  dropWanted();
  foreign = { device: getState().device };
}

/** The run from elsewhere is the one that is set up. */
export function giveWayForGood(): void {
  foreign = null;
}

/** The run from elsewhere was refused: what was to be set up meanwhile is, and what had to leave another engine for it. */
export function comeBack(): void {
  const moved = foreign !== null && foreign.device !== getState().device;
  foreign = null;
  if (moved) setState(withoutResults());
  if (getState().task === null) sendRows(getState().run);
  else if (getState().plan === null) configure();
}

/** Sets the run up in the worker, as soon as encoder and task are there. */
export function configure(): void {
  clearTimeout(configureTimer);
  const { device, encoder, task, run } = getState();
  if (foreign || !device?.available || encoder?.name !== run.model || task?.name !== taskName(run)) return;
  edition++;
  asked.push(edition);
  send({ type: 'configure', run, start: startOf(run, task), state: stateFor(run, task) });
}

export function startTraining(): void {
  letRunAnswer();
  setState({ phase: 'training', error: null });
  send({ type: 'train' });
}

export function pauseTraining(): void {
  send({ type: 'pause' });
}

/** Trains so many batches, then pauses. */
export function trainSteps(count: number): void {
  letRunAnswer();
  setState({ phase: 'training', error: null });
  send({ type: 'step', count });
}

/** Drops what was trained and sets the same run up again. */
export function resetRun(): void {
  letRunAnswer();
  setState(withoutResults());
  configure();
}

/** Trains the run that has ended once more: from the same beginning, so that it can be watched again. */
export function trainAgain(): void {
  resetRun();
  // The worker carries requests out in their order: this one waits until the run is set up.
  send({ type: 'train' });
}

/** Lets go of the adapter that the run begins with, and sets the run up as seeded. */
export function beginFromScratch(): void {
  dropStart();
  resetRun();
}

export function dismissError(): void {
  setState({ error: null });
}

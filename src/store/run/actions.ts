import { builtInTask, speakOtherLanguages, usualEncoders } from '../../data/built-in/tasks.ts';
import { type Run, taskName, withData } from '../../training/run.ts';
import { callTrainer } from '../../workers/trainer/client.ts';
import { isOwn, openRowsOf } from '../dataset/state.ts';
import { createEmitter } from '../emitter.ts';
import { requireEncoder } from '../encoder/state.ts';
import { closeOnnxExport } from '../export/onnx.ts';
import { closeInspect } from '../inspect/state.ts';
import { comeFrom } from '../lessons/origin.ts';
import { initialState, noResults, pageStore } from '../page/state.ts';
import { viewStore } from '../page/view.ts';
import { runTitle } from '../runs/naming.ts';
import { newId, type SavedState } from '../runs/records.ts';
import { noteRows, sameRows } from '../runs/saved-state.ts';
import { order, showError } from '../trainer-errors.ts';
import { onEncoder, withRate } from './settings.ts';
import { dropStart, startOf } from './start.ts';
import { anotherExample, predictSoon } from './try-it.ts';

/** Actions on the run in the worker. */

const { getState, setState } = pageStore;

/**
 * Aborted with every change of the run, and every time that it is to start anew: the run being set up is then another.
 */
let configuring = new AbortController();

/** A record, by its id, and its saved state. */
export interface LeftAt {
  id: string;
  kept: SavedState;
}

/** The saved state that the page's run is to go on from; null: it begins anew, or the worker has it already. */
let goesOnFrom: (LeftAt & { run: Run }) | null = null;

/**
 * Emits every run that has been set up, or could not be. `from`: the record that it goes on from; null: it stands at
 * its beginning.
 */
export const runSetUp = createEmitter<{ ready: true; from: LeftAt | null } | { ready: false }>();

/** The page's state without results of the run as it was; what is being set up is aborted. */
function withoutResults(from: typeof goesOnFrom = null): typeof noResults {
  configuring.abort();
  goesOnFrom = from;
  return noResults;
}

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

/**
 * Switches to another built-in task with the rows, length and epochs that suit it, and to an encoder of its language where a
 * built-in one of another is in use; the run starts anew.
 */
export function chooseTask(name: string): void {
  leaveLesson();
  letRunAnswer();
  const { run } = getState();
  const { language, defaults } = builtInTask(name);
  const { limit, maxLength, epochs } = defaults;
  const { testLimit, validationShare } = run.data;
  const onTask = withData(run, { task: name, limit, testLimit, validationShare });
  const suited: Run = { ...onTask, training: { ...onTask.training, maxLength, epochs } };
  const usual = usualEncoders[language];
  const next = speakOtherLanguages(run.model, name) ? onEncoder(suited, usual.name, usual) : suited;
  if (next !== suited) void requireEncoder(next.model);
  setState({
    run: titled(withRate(next, run.method.type)),
    task: null,
    sentence: initialState.sentence,
    second: initialState.second,
    ...withoutResults(),
  });
  void loadRows(getState().run);
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
 * @param options.reload the task's rows are sent anew, even under the same name: they have changed
 * @param options.from the saved state that it is to go on from
 */
export function openRun(run: Run, { reload = isOwn(run), from = null as LeftAt | null } = {}): void {
  letRunAnswer();
  void requireEncoder(run.model);
  const sameTask = !reload && taskName(run) === getState().task?.name;
  const next = reload ? titled(run) : run;
  setState({ run: next, ...withoutResults(from && { ...from, run: next }) });
  if (sameTask) {
    configureSoon();
    return;
  }
  const { sentence, second, example } = initialState;
  setState({ task: null, sentence, second, example });
  void loadRows(run);
}

/** Milliseconds to wait: a slider sends many changes, of which the worker receives the last. */
const configureDelay = 250;
let configureTimer: ReturnType<typeof setTimeout> | undefined;

function configureSoon(): void {
  clearTimeout(configureTimer);
  configureTimer = setTimeout(() => void configure(), configureDelay);
}

let loading = new AbortController();

/** Has the worker open a run's rows, and sets the run up on them. */
export async function loadRows(run: Run): Promise<void> {
  loading.abort();
  loading = new AbortController();
  const { signal } = loading;
  try {
    const task = await openRowsOf(run, signal);
    if (!task) return;
    setState({ task });
    anotherExample();
    void configure();
  } catch (error) {
    if (!signal.aborted) showError(isOwn(run) ? 'loadRows' : 'loadTask', error);
  }
}

/** Breaks off what is being set up: what comes of it, a failure too, is no longer the page's. */
export function breakOff(): void {
  clearTimeout(configureTimer);
  configuring.abort();
  loading.abort();
}

/** Whether a run from elsewhere is on its way into the worker. */
let givesWay = false;

/**
 * Gives way to a run from elsewhere: until that is there, or is refused, nothing else is set up, for it would take its place
 * unseen. Where it is refused, what was to be set up meanwhile is, and what had to leave another engine for it.
 * @throws what `resume` throws
 */
export async function giveWayTo<T>(resume: () => Promise<T>): Promise<T> {
  breakOff();
  const { device } = getState();
  givesWay = true;
  try {
    const resumed = await resume();
    // A change meanwhile was to the run that has given way.
    clearTimeout(configureTimer);
    return resumed;
  } catch (error) {
    givesWay = false;
    if (getState().device !== device) setState(withoutResults(goesOnFrom));
    if (getState().task === null) void loadRows(getState().run);
    else if (getState().plan === null) void configure();
    throw error;
  } finally {
    givesWay = false;
  }
}

/**
 * Sets the run up in the worker, as soon as encoder and task are there.
 * @returns whether it is, and is still the page's
 */
export async function configure(): Promise<boolean> {
  clearTimeout(configureTimer);
  const { device, encoder, task, run } = getState();
  if (givesWay || !device?.available || encoder?.name !== run.model || task?.name !== taskName(run)) return false;
  configuring.abort();
  configuring = new AbortController();
  const { signal } = configuring;
  const from = goesOnFrom?.run === run && sameRows(goesOnFrom.kept, task) ? goesOnFrom : null;
  const runId = from?.id ?? newId();
  try {
    const ask = { runId, run, start: startOf(run, task), state: from?.kept.state };
    const { totalSteps, stepsPerEpoch, memory, sharedHeap } = await callTrainer('configure', ask, { signal });
    goesOnFrom = null;
    closeInspect();
    closeOnnxExport();
    noteRows(runId, task);
    setState({ ...noResults, engineProgress: null, runId, plan: { totalSteps, stepsPerEpoch }, memory, sharedHeap });
    runSetUp.emit({ ready: true, from });
    predictSoon();
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    goesOnFrom = null;
    setState({ engineProgress: null });
    runSetUp.emit({ ready: false });
    showError('configure', error);
    return false;
  }
}

/** Trains on, unless another tab trains. */
export function startTraining(): void {
  if (getState().trainsElsewhere) return;
  letRunAnswer();
  setState({ phase: 'training', error: null });
  order('train', null);
}

export function pauseTraining(): void {
  order('pause', null);
}

/** Trains `count` batches, then pauses. */
export function trainSteps(count: number): void {
  if (getState().trainsElsewhere) return;
  letRunAnswer();
  setState({ phase: 'training', error: null });
  order('step', { count });
}

/**
 * Drops what was trained and sets the same run up again.
 * @returns whether it is
 */
export function resetRun(): Promise<boolean> {
  letRunAnswer();
  setState(withoutResults(goesOnFrom));
  return configure();
}

/** Trains the run that has ended once more: from the same beginning, so that it can be watched again. */
export async function trainAgain(): Promise<void> {
  if (await resetRun()) startTraining();
}

/** Drops the adapter that the run begins with, and sets the run up as seeded. */
export function beginFromScratch(): void {
  dropStart();
  void resetRun();
}

export function dismissError(): void {
  setState({ error: null });
}

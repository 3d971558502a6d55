import type { Run } from '../training/run.ts';
import { runTitle } from './naming.ts';
import { initialState, noResults, pageStore, taskName } from './page.ts';
import { send } from './wire.ts';

/** Verbs of the run in the worker. */

const { getState, setState } = pageStore;

const titled = (run: Run): Run => ({ ...run, name: runTitle(run) });

/** Switches to another built-in task; the run starts anew. */
export function chooseTask(name: string): void {
  const { run } = getState();
  setState({
    run: titled({ ...run, data: { ...run.data, task: name } as Run['data'] }),
    task: null,
    sentence: initialState.sentence,
    ...noResults,
  });
  send({ type: 'load-task', name });
}

/** Changes the run's settings; whatever was trained so far is dropped. */
export function changeRun(change: (run: Run) => Run): void {
  setState({ run: titled(change(getState().run)), ...noResults });
  configureSoon();
}

/** Replaces the whole run, its task included. */
export function openRun(run: Run): void {
  const name = taskName(run);
  const sameTask = name === getState().task?.name;
  setState({ run, ...noResults });
  if (sameTask) {
    configureSoon();
    return;
  }
  setState({ task: null, sentence: initialState.sentence });
  send({ type: 'load-task', name });
}

/** A slider sends many changes; the worker hears of the last. */
const configureDelay = 250;
let configureTimer: ReturnType<typeof setTimeout> | undefined;

function configureSoon(): void {
  clearTimeout(configureTimer);
  configureTimer = setTimeout(configure, configureDelay);
}

/** Sets the run up in the worker, as soon as encoder and task are there. */
export function configure(): void {
  clearTimeout(configureTimer);
  const { device, encoder, task, run } = getState();
  if (!device?.available || !encoder || task?.name !== taskName(run)) return;
  send({ type: 'configure', run });
}

export function startTraining(): void {
  setState({ phase: 'training', error: null });
  send({ type: 'train' });
}

export function pauseTraining(): void {
  send({ type: 'pause' });
}

/** Trains a single batch. */
export function stepOnce(): void {
  setState({ phase: 'training', error: null });
  send({ type: 'step' });
}

/** Drops what was trained and sets the same run up again. */
export function resetRun(): void {
  setState({ ...noResults });
  configure();
}

export function dismissError(): void {
  setState({ error: null });
}

import { createStore } from 'zustand/vanilla';
import type { FolderFile } from '../../base/file-set.ts';
import { type Message, messageOf } from '../../base/message.ts';
import { builtInTasks } from '../../data/built-in/tasks.ts';
import { kindOf, type Run, readRun, taskName, withData } from '../../training/run.ts';
import type { Opened, RefusalKind } from '../../workers/archive/api.ts';
import { openFiles, RefusedError } from '../../workers/archive/client.ts';
import type { ResumedRun } from '../../workers/trainer/api.ts';
import { callTrainer } from '../../workers/trainer/client.ts';
import { answerWith, saveAdapter, saveTrained } from '../adapters/state.ts';
import { rowsWithClasses } from '../adapters/task.ts';
import { takeRowsOfRun } from '../dataset/actions.ts';
import { datasetStore, splitOf } from '../dataset/state.ts';
import { closeOnnxExport } from '../export/onnx.ts';
import { closeInspect } from '../inspect/state.ts';
import { comeFrom } from '../lessons/origin.ts';
import { firstRun, initialState, noResults, pageStore } from '../page/state.ts';
import { waitQueue } from '../queue/state.ts';
import { giveWayTo, openRun } from '../run/actions.ts';
import { withSteps } from '../run/history.ts';
import { beginWith, dropStart } from '../run/start.ts';
import { anotherExample } from '../run/try-it.ts';
import { runTitle } from '../runs/naming.ts';
import { newId } from '../runs/records.ts';
import { hasEnded, keepState, noteRows } from '../runs/saved-state.ts';
import { closeRun, recordRun } from '../runs/state.ts';

/** Import of what was trained elsewhere: inspected first, used when the person says so. A refusal changes nothing. */

export type ImportCandidate = Opened;
type Bundle = Extract<ImportCandidate, { kind: 'bundle' }>['bundle'];

export interface AdapterImportState {
  open: boolean;
  /** Whether files are being read, or a run is being resumed. */
  busy: boolean;
  refusal: { kind: RefusalKind; message: Message } | null;
  found: ImportCandidate | null;
}

const nothing: AdapterImportState = { open: false, busy: false, refusal: null, found: null };
export const adapterImportStore = createStore<AdapterImportState>(() => nothing);
const { getState, setState } = adapterImportStore;

/** Aborts the reading of files. */
let reading = new AbortController();
/** Whether a bundle's run is being resumed. */
let resuming = false;

export function openAdapterImport(): void {
  reading.abort();
  setState({ ...nothing, open: true });
}

/** Closes the dialog, except while a run is being resumed: a change of the page then would meet the worker halfway. */
export function closeAdapterImport(): void {
  if (resuming) return;
  reading.abort();
  setState(nothing);
}

/** Reads files that were picked or dropped. */
export async function lookAtFiles(files: FolderFile[] | Promise<FolderFile[]>): Promise<void> {
  const { encoder } = pageStore.getState();
  if (!encoder || resuming) return;
  reading.abort();
  reading = new AbortController();
  const { signal } = reading;
  setState({ busy: true, refusal: null, found: null });
  try {
    const found = await openFiles(await files, encoder.config, signal);
    if (!signal.aborted) setState({ busy: false, found });
  } catch (error) {
    if (signal.aborted) return;
    const kind = error instanceof RefusedError ? error.kind : 'unreadable';
    setState({ busy: false, refusal: { kind, message: messageOf(error) } });
  }
}

type BroughtAdapter = Extract<ImportCandidate, { kind: 'adapter' }>['adapter'];

/** Whether the person's own rows are those that a run names, labelled as it wants. */
function isHere(run: Run): boolean {
  const { data } = datasetStore.getState();
  return data?.name === taskName(run) && (data.kind ?? 'single-label') === kindOf(run);
}

/** Whether the rows that a run names are here. */
const hasRows = (run: Run): boolean =>
  'task' in run.data ? builtInTasks.some(({ name }) => name === taskName(run)) : isHere(run);

/** A run's name has this many characters at most. */
const maxNameLength = 200;

/** The run that an adapter stands for: what its files say, and for the rest what the page is set to. */
export function runOfAdapter({ name, method, pooling, maxLength, run: beside }: BroughtAdapter): Run {
  const { run: current, encoder } = pageStore.getState();
  const { training, ...from } = beside && hasRows(beside) ? beside : current;
  return readRun({
    ...from,
    name: name.trim().slice(0, maxNameLength) || runTitle(current),
    model: encoder?.name ?? current.model,
    engine: current.engine,
    // An adapter trained elsewhere stands on the weights as they are.
    frozenBits: beside?.frozenBits ?? 32,
    method,
    pooling: pooling ?? beside?.pooling ?? from.pooling,
    training: { ...training, maxLength: maxLength ?? training.maxLength },
  });
}

/** Test rows of a task, as far as they are known. */
function testRowsOf(run: Run): number {
  const { task } = pageStore.getState();
  const name = taskName(run);
  const rows = task?.name === name ? task.testRows : builtInTasks.find((known) => known.name === name)?.testRows;
  return Math.min(rows ?? 0, run.data.testLimit ?? Number.POSITIVE_INFINITY);
}

/** Saves an adapter with its head, under its own task, and lets it answer. */
export function tryAdapter(adapter: BroughtAdapter): void {
  const { tensors, labels, kind = 'single-label' } = adapter;
  if (!labels) return;
  const from = runOfAdapter(adapter);
  const known = adapter.run && kindOf(adapter.run) === kind ? adapter.run.data : null;
  // Where no rows have its classes, a task that has others: the adapter is then listed under none.
  const otherwise: Run['data'] = kind === 'single-label' ? firstRun.data : { train: from.name, kind };
  const data = known ?? rowsWithClasses({ labels, kind }, from.data) ?? otherwise;
  const run = withData(from, data);
  const testRows = testRowsOf(run);
  const id = newId();
  saveAdapter({ id, name: run.name, run, labels, accuracy: null, testRows }, tensors);
  void answerWith(id);
  closeAdapterImport();
}

/** Sets a run up that begins with an adapter. */
export function trainFromAdapter(adapter: BroughtAdapter): void {
  const { tensors, labels, kind } = adapter;
  const run = runOfAdapter(adapter);
  beginWith({ name: run.name, model: run.model, method: run.method, tensors, labels, kind });
  openRun({ ...run, name: runTitle(run) });
  comeFrom('playground');
  closeAdapterImport();
}

/** Resumes the run of a bundle; what is trained now gives way once everything has been checked. */
export async function resumeFound(): Promise<void> {
  const { found } = getState();
  if (found?.kind !== 'bundle') return;
  const { bundle } = found;
  const { data } = datasetStore.getState();
  const own = data && isHere(bundle.run) ? { name: data.name, kind: data.kind, ...splitOf(data, bundle.run) } : null;
  const runId = newId();
  resuming = true;
  setState({ busy: true, refusal: null });
  try {
    const resumed = await giveWayTo(() => callTrainer('resume', { runId, bundle, own }));
    resuming = false;
    showResumed(bundle, runId, resumed);
  } catch (error) {
    resuming = false;
    setState({ busy: false, refusal: { kind: 'bundle', message: messageOf(error) } });
  }
}

/** Shows the run of the bundle as it was left. */
function showResumed({ run, history, state }: Bundle, runId: string, resumed: ResumedRun): void {
  const { task, rows, outcome, totalSteps, stepsPerEpoch, memory, sharedHeap } = resumed;
  const done = hasEnded(state);
  comeFrom('playground');
  waitQueue();
  if (rows) takeRowsOfRun(rows);
  dropStart();
  closeRun();
  closeInspect();
  closeOnnxExport();
  pageStore.setState({
    ...noResults,
    run,
    task,
    runId,
    plan: { totalSteps, stepsPerEpoch },
    memory,
    sharedHeap,
    steps: withSteps([], history.steps),
    epochs: history.epochs,
    final: history.final,
    baseline: history.baseline,
    baselines: history.baselines,
    outcome,
    answering: initialState.answering,
    phase: done ? 'done' : state.step > 0 ? 'paused' : 'ready',
    missingEncoder: null,
  });
  noteRows(runId, task);
  recordRun();
  keepState();
  if (done) void saveTrained();
  anotherExample();
  closeAdapterImport();
}

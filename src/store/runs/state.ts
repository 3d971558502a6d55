import { createStore } from 'zustand/vanilla';
import { type SessionState, stateBytes } from '../../training/records/saved-run.ts';
import { type Run, taskName } from '../../training/run.ts';
import { madeAnew } from '../database.ts';
import { comeFrom, type Origin, originNow, originOf } from '../lessons/origin.ts';
import { type Changed, heard, tell } from '../page/channel.ts';
import { canTrain, costOf, stepsDone } from '../page/selectors.ts';
import { initialState, type PageState, pageStore } from '../page/state.ts';
import { type LeftAt, openRun, runSetUp, startTraining } from '../run/actions.ts';
import { thinned } from '../run/history.ts';
import { startStore } from '../run/start.ts';
import { heldIds, isHeld } from '../run/tab-lock.ts';
import { getAll, put, remove, removeOthers, storageStore } from '../storage.ts';
import { newId, type RunRecord } from './records.ts';
import { hasEnded, keepState, noteKept, placesOf, readSavedState } from './saved-state.ts';

type Weights = 'coming' | 'here' | 'not-kept' | 'other-rows' | 'elsewhere';

/** The runs made so far, newest last, saved in the browser. */
export interface RunsState {
  runs: readonly RunRecord[];
  /** The record that the run in the worker is written to; null before its first step. */
  current: string | null;
  /** Runs drawn in the charts beside the current one. */
  overlaid: readonly string[];
  /** The run reopened last, whether what it had trained came with it, and whether it is to train on once it is here. */
  reopened: { run: Run; name: string; weights: Weights; goesOn: boolean } | null;
}

export const initialRuns: RunsState = { runs: [], current: null, overlaid: [], reopened: null };
export const runsStore = createStore<RunsState>(() => initialRuns);
const { getState, setState } = runsStore;

/** Whether a run can be drawn beside the page's: its curves mean the same only on the same task; each lesson keeps to its own. */
export const canBeDrawn = (record: RunRecord, run: Run, origin: Origin): boolean =>
  taskName(record.run) === taskName(run) && originOf(record) === origin;

/** The runs drawn beside the page's, in the order chosen. */
export const drawnRuns = ({ runs, overlaid }: Pick<RunsState, 'runs' | 'overlaid'>, run: Run, origin: Origin) =>
  overlaid.flatMap((id) => runs.filter((record) => record.id === id && canBeDrawn(record, run, origin)));

/** Runs kept; beyond, the oldest that is not pinned goes. */
export const maxRuns = 200;
/** Points kept of a run's loss. */
const maxPoints = 400;
/** Runs drawn at once, at most: more lines are a tangle. */
export const maxOverlaid = 6;

/** Loads the runs of earlier visits. */
export async function loadRuns(): Promise<void> {
  const kept = await getAll('runs');
  if (!kept) return;
  const known = new Set(getState().runs.map(({ id }) => id));
  setState({ runs: [...kept.filter(({ id }) => !known.has(id)), ...getState().runs] });
  // Not at once when a run is deleted: it may be brought back. Nor where its record cannot be read: it may be mended.
  // A run that another tab has may be too new to be among them.
  const damaged = storageStore.getState().damaged.map((name) => name.replace(/^runs\//, ''));
  const wanted = [...withStates(getState().runs), ...damaged, ...(await heldIds())];
  await removeOthers('states', wanted.flatMap(placesOf));
}

/** Takes these records for those of the same runs that are here, and saves them. */
export function addRuns(records: readonly RunRecord[]): void {
  const ids = new Set(records.map(({ id }) => id));
  const others = getState().runs.filter(({ id }) => !ids.has(id));
  setState({ runs: [...others, ...records].sort((a, b) => a.startedAt - b.startedAt) });
  for (const record of records) void write(record);
}

madeAnew.listen(() => {
  const { runs, current } = getState();
  for (const run of runs) void put('runs', run.id, run);
  if (current !== null) keepState();
});

/** Bytes of the browser's storage that runs' states may take from one visit to the next. */
const maxStateBytes = 512e6;

/** Runs whose states are kept: the pinned ones, then the latest, as many as there is room for. */
export function withStates(runs: readonly RunRecord[]): string[] {
  const ordered = [...runs].sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.startedAt - a.startedAt);
  let bytes = 0;
  return ordered.flatMap((run) => {
    const ended = run.status === 'done';
    bytes += (ended ? 1 : placesOf(run.id).length) * stateBytes(run.counts.trainable, ended);
    return bytes <= maxStateBytes ? [run.id] : [];
  });
}

/** Ends the record of the run before: another run is in the worker. */
export const closeRun = (): void => setState({ current: null });

/** Saves a record of the run in the worker, as it is now. */
export function recordRun(): void {
  const page = pageStore.getState();
  if (page.steps.length === 0) return;
  const { runs, current } = getState();
  const before = runs.find(({ id }) => id === current);
  const record = recordOf(page, before);
  if (!record) return;
  const others = runs.filter(({ id }) => id !== record.id);
  setState({ runs: [...others, record], current: record.id });
  void write(record);
  const surplus = others.length + 1 > maxRuns ? others.find(({ pinned }) => !pinned) : undefined;
  if (surplus) deleteRun(surplus.id);
}

/** Whether steps have been trained since the run was recorded. */
export function isBehind(): boolean {
  const { runs, current } = getState();
  const recorded = runs.find(({ id }) => id === current)?.stepsDone ?? 0;
  return stepsDone(pageStore.getState()) > recorded;
}

/** Writes a record, and tells the other tabs. */
async function write(record: RunRecord): Promise<void> {
  if (await put('runs', record.id, record)) tell({ type: 'runs', id: record.id });
}

/** Takes records over that another tab has written or removed. Of the run in this tab's worker, this tab knows more. */
export async function readRuns(ids: ReadonlySet<string>): Promise<void> {
  const stored = await getAll('runs');
  if (!stored) return;
  const kept = stored.filter(({ id }) => ids.has(id));
  const { runs, current, overlaid } = getState();
  const there = new Set(kept.map(({ id }) => id));
  const isGone = (id: string) => ids.has(id) && !there.has(id);
  const others = runs.filter(({ id }) => id === current || !ids.has(id));
  const mine = current !== null && !isGone(current) ? current : null;
  setState({
    runs: [...others.filter(({ id }) => !isGone(id)), ...kept.filter(({ id }) => id !== mine)].sort(
      (a, b) => a.startedAt - b.startedAt,
    ),
    overlaid: overlaid.filter((id) => !isGone(id)),
    current: mine,
  });
}

function recordOf(page: PageState, before: RunRecord | undefined): RunRecord | null {
  const { run, runId, phase, plan, device, memory, steps } = page;
  const counts = costOf(page, run.method);
  if (!plan || !counts) return null;
  const done = stepsDone(page);
  const mean = steps.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / Math.max(1, steps.length);
  return {
    id: before?.id ?? runId ?? newId(),
    name: before?.name ?? nameOf(run),
    renamed: before?.renamed,
    origin: before ? before.origin : originNow(),
    startedAt: before?.startedAt ?? Date.now(),
    pinned: before?.pinned ?? false,
    run,
    status: phase === 'done' || phase === 'failed' ? phase : 'unfinished',
    device: device?.available ? device.name : '',
    counts,
    totalSteps: plan.totalSteps,
    stepsDone: done,
    steps: thinned(steps, maxPoints),
    epochs: page.epochs,
    final: page.final,
    baseline: page.baseline,
    baselines: page.baselines,
    outcome: page.outcome,
    latency: page.latency,
    milliseconds: mean * done,
    memoryBytes: memory ? Object.values(memory).reduce((sum, bytes) => sum + bytes, 0) : 0,
    memoryOf: 'run',
  };
}

/** The name of a run's record: one that did not begin as seeded says what it began with. */
function nameOf({ name }: Run): string {
  const { start } = startStore.getState();
  return start ? `${name} ← ${start.name}` : name;
}

function change(id: string, changed: Changed): void {
  showChange(id, changed);
  void writeChange(id, changed);
}

const showChange = (id: string, changed: Changed): void =>
  setState({ runs: getState().runs.map((run) => (run.id === id ? { ...run, ...changed } : run)) });

/** Writes a change into the record as it is stored: another tab may have written it meanwhile, or removed it. */
async function writeChange(id: string, changed: Changed): Promise<void> {
  const known = getState().current === id ? getState().runs : await getAll('runs');
  const record = known?.find((run) => run.id === id);
  if (!record) return;
  await put('runs', id, { ...record, ...changed });
  tell({ type: 'changed', id, changed });
}

heard.listen((news) => {
  if (news.type !== 'changed') return;
  showChange(news.id, news.changed);
  // The other tab may have written it into an earlier state of this tab's run.
  const { runs, current } = getState();
  const record = runs.find(({ id }) => id === news.id && id === current);
  if (record) void write(record);
});

const maxNameLength = 80;

export function renameRun(id: string, name: string): void {
  const trimmed = name.trim().slice(0, maxNameLength);
  if (trimmed) change(id, { name: trimmed, renamed: true });
}

export function togglePinned(id: string): void {
  const run = getState().runs.find((other) => other.id === id);
  if (run) change(id, { pinned: !run.pinned });
}

export function deleteRun(id: string): void {
  const { runs, current, overlaid } = getState();
  setState({
    runs: runs.filter((run) => run.id !== id),
    overlaid: overlaid.filter((other) => other !== id),
    current: current === id ? null : current,
  });
  void remove('runs', id).then(() => tell({ type: 'runs', id }));
}

/** Puts a run back that was deleted a moment ago. */
export function restoreRun(record: RunRecord): void {
  const others = getState().runs.filter(({ id }) => id !== record.id);
  setState({ runs: [...others, record].sort((a, b) => a.startedAt - b.startedAt) });
  void write(record);
}

/** Draws a run in the charts, or takes it out. */
export function toggleOverlay(id: string): void {
  const { overlaid } = getState();
  setState({
    overlaid: overlaid.includes(id) ? overlaid.filter((other) => other !== id) : [...overlaid, id].slice(-maxOverlaid),
  });
}

/** Draws these runs beside the current one, and no others. */
export const drawBeside = (ids: readonly string[]): void => setState({ overlaid: ids.slice(-maxOverlaid) });

/**
 * Sets the workbench as it was for a run, with what it had trained; where that was not saved, draws it beside the next.
 * @param options.goesOn whether it trains on as soon as it is there
 * @param options.change what is changed of it: nothing that its state depends on
 */
export async function reopenRun(id: string, { goesOn = false, change = (run: Run) => run } = {}): Promise<void> {
  const record = getState().runs.find((run) => run.id === id);
  if (!record) return;
  // Two tabs that go on with one run would write one record.
  const elsewhere = id !== getState().current && (await isHeld(id));
  const kept = elsewhere ? undefined : await readSavedState(id, record.run);
  openRun(change(record.run), kept ? { from: { id, kept } } : {});
  comeFrom(originOf(record));
  if (!kept) drawBeside([id]);
  const { run } = pageStore.getState();
  setState({
    reopened: { run, name: record.name, weights: kept ? 'coming' : elsewhere ? 'elsewhere' : 'not-kept', goesOn },
  });
}

/** The worker has set the page's run up. Where it goes on from a record, the record's curves go on, too. */
function takeUp(from: LeftAt | null): void {
  closeRun();
  const { runs, reopened } = getState();
  const record = from && runs.find(({ id }) => id === from.id);
  if (record) {
    noteKept(record.id, from.kept);
    pageStore.setState({ ...curvesUpTo(record, from.kept.state), answering: initialState.answering });
    setState({ current: record.id, overlaid: getState().overlaid.filter((id) => id !== record.id) });
  }
  if (reopened?.weights !== 'coming' || reopened.run !== pageStore.getState().run) return;
  setState({ reopened: { ...reopened, weights: record ? 'here' : 'other-rows' } });
  if (record && reopened.goesOn && canTrain(pageStore.getState())) startTraining();
}

runSetUp.listen((setUp) => {
  if (setUp.ready) takeUp(setUp.from);
});

/** A record's curves up to its saved state: the tab may have closed later than that. */
function curvesUpTo(record: RunRecord, state: SessionState) {
  const { steps, epochs, final, baseline, baselines, outcome, latency } = record;
  const ended = hasEnded(state);
  return {
    phase: ended ? ('done' as const) : ('paused' as const),
    steps: steps.filter(({ step }) => step < state.step),
    epochs: epochs.slice(0, state.epochs),
    final: ended ? final : null,
    baseline: state.baseline ? baseline : [],
    baselines: state.baseline ? baselines : null,
    outcome: state.epochs > 0 ? outcome : null,
    latency: ended ? (latency ?? null) : null,
  };
}

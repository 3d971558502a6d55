import { createStore } from 'zustand/vanilla';
import { type Message, messageOf } from '../../base/message.ts';
import type { NamedTensors } from '../../engine/contract.ts';
import { averageOf } from '../../training/adapters.ts';
import { testScoresOf } from '../../training/records/standing.ts';
import { kindOf, type Run, withData } from '../../training/run.ts';
import { measureOf } from '../../training/scores/measures.ts';
import { callTrainer } from '../../workers/trainer/client.ts';
import { madeAnew } from '../database.ts';
import { tell } from '../page/channel.ts';
import { pageStore } from '../page/state.ts';
import { predictSoon } from '../run/try-it.ts';
import type { Named } from '../runs/naming.ts';
import { newId, type SavedAdapter } from '../runs/records.ts';
import { runsStore } from '../runs/state.ts';
import { get, getAll, put, remove } from '../storage.ts';
import { order, showError } from '../trainer-errors.ts';
import { measuredOn, rowsOfAdapter, type Unmeasurable } from './task.ts';

/** Trained adapters, saved in the browser, several on one encoder. */
export interface AdaptersState {
  kept: readonly SavedAdapter[];
  /** Ids of those that the worker has loaded, ready to answer. */
  held: readonly string[];
  /** The measure of its kind (accuracy) last measured, null where it has no value, and the strength that it was measured at; keyed by adapter. */
  scores: Readonly<Record<string, { strength: number; accuracy: number | null }>>;
  /** Why adapters that were to be measured cannot be; keyed by adapter. */
  unmeasurable: Readonly<Record<string, Unmeasurable>>;
  /** Why something could not be done, in words. */
  problem: Message | null;
}

export const initialAdapters: AdaptersState = { kept: [], held: [], scores: {}, unmeasurable: {}, problem: null };
export const adaptersStore = createStore<AdaptersState>(() => initialAdapters);
const { getState, setState } = adaptersStore;

/** Bytes of a run's tensors that are saved without asking; full fine-tuning of a large encoder has more. */
const maxBytesUnasked = 32e6;

export async function loadAdapters(): Promise<void> {
  const kept = await getAll('adapters');
  if (!kept) return;
  const known = new Set(getState().kept.map(({ id }) => id));
  setState({ kept: [...kept.filter(({ id }) => !known.has(id)), ...getState().kept] });
}

/** Saves the adapter of a run that has ended. */
export async function saveTrained(): Promise<void> {
  const { current } = runsStore.getState();
  try {
    const adapter = await callTrainer('readAdapter', null);
    const record = runsStore.getState().runs.find(({ id }) => id === current);
    if (!adapter || !record || bytesOf(adapter.tensors) > maxBytesUnasked) return;
    const { run, labels, tensors } = adapter;
    const { id, name, renamed } = record;
    const accuracy = measureOf(kindOf(run), testScoresOf(record));
    saveAdapter({ id, name, renamed, run, labels, accuracy, testRows: record.outcome?.rows ?? 0 }, tensors);
  } catch (error) {
    showError('readAdapter', error);
  }
}

const bytesOf = (tensors: NamedTensors) => [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0);

/** Saves an adapter and loads it into the worker, where there is an encoder. */
export function saveAdapter(adapter: Omit<SavedAdapter, 'bytes' | 'startedAt'>, tensors: NamedTensors): void {
  const whole: SavedAdapter = { ...adapter, startedAt: Date.now(), bytes: bytesOf(tensors) };
  setState({ kept: [...getState().kept.filter(({ id }) => id !== whole.id), whole] });
  void put('tensors', whole.id, tensors);
  void write(whole);
  if (pageStore.getState().encoder) void hold(whole, tensors);
}

/** Writes an adapter's record, and tells the other tabs. */
async function write(adapter: SavedAdapter): Promise<void> {
  if (await put('adapters', adapter.id, adapter)) tell({ type: 'adapters', id: adapter.id });
}

/** Takes records over that another tab has written or removed. */
export async function takeAdapters(ids: ReadonlySet<string>): Promise<void> {
  const stored = await getAll('adapters');
  if (!stored) return;
  const there = stored.filter(({ id }) => ids.has(id));
  const { kept } = getState();
  for (const { id } of kept) if (ids.has(id) && !there.some((other) => other.id === id)) letGo(id);
  const others = getState().kept.filter(({ id }) => !ids.has(id));
  // What the worker has of them may be an earlier one.
  setState({
    kept: [...others, ...there].sort((a, b) => a.startedAt - b.startedAt),
    held: getState().held.filter((id) => !ids.has(id)),
  });
}

/** An adapter as the worker is given it: measured on its own task's rows, whichever its run names. */
function holdable({ id, run, labels }: SavedAdapter): { id: string; run: Run; labels: string[] } {
  const data = rowsOfAdapter({ run, labels }) ?? run.data;
  return { id, run: withData(run, data), labels };
}

/** Loads an adapter into the worker, unless it is there. */
async function load(id: string): Promise<boolean> {
  if (getState().held.includes(id)) return true;
  const adapter = getState().kept.find((other) => other.id === id);
  const tensors = await get('tensors', id);
  if (!adapter) return false;
  if (!tensors) {
    setState({ problem: toldGone });
    return false;
  }
  void hold(adapter, tensors);
  return true;
}

const toldGone: Message = 'The tensors of this adapter are no longer in the browser’s storage.';

// Tensors are in the worker alone: of the run that has just ended they can be had once more.
madeAnew.listen(() => {
  if (pageStore.getState().phase === 'done') void saveTrained();
});

/** Has the worker load an adapter: whatever is asked of it from now on finds it there. */
async function hold(adapter: SavedAdapter, tensors: NamedTensors): Promise<void> {
  const { id } = adapter;
  try {
    await callTrainer('loadAdapter', { ...holdable(adapter), tensors });
    setState({ held: [...getState().held.filter((other) => other !== id), id] });
  } catch (error) {
    showError('loadAdapter', error);
  }
}

/** Forgets which adapters are loaded: another encoder is in the worker, and those on the one before are gone. */
export function forgetLoaded(): void {
  setState({ held: [] });
  if (pageStore.getState().answering.adapter !== null)
    pageStore.setState({ answering: { adapter: null, strength: 1 }, prediction: null });
}

/** Lets a saved adapter answer in the sentence box; null: the run being trained. */
export async function answerWith(adapter: string | null): Promise<void> {
  if (adapter !== null && !(await load(adapter))) return;
  pageStore.setState({ answering: { adapter, strength: 1 }, prediction: null });
  predictSoon();
}

/** How strongly the adapter that answers is added: 0 to 1.5. */
export function setStrength(strength: number): void {
  pageStore.setState({ answering: { ...pageStore.getState().answering, strength } });
  predictSoon();
}

/** Measures a saved adapter at a strength, on its own task's test rows; where there are none, says so. */
export async function measure(id: string, strength: number): Promise<void> {
  const adapter = getState().kept.find((other) => other.id === id);
  if (!adapter) return;
  const { [id]: _, ...others } = getState().unmeasurable;
  const answer = measuredOn(adapter);
  setState({ problem: null, unmeasurable: 'why' in answer ? { ...others, [id]: answer.why } : others });
  if ('run' in answer && (await load(id))) await score(id, strength);
}

/** Measures an adapter that the worker has loaded. */
async function score(id: string, strength: number): Promise<void> {
  try {
    const { scores } = await callTrainer('scoreAdapter', { id, strength });
    const adapter = getState().kept.find((other) => other.id === id);
    const accuracy = adapter ? measureOf(kindOf(adapter.run), scores) : null;
    setState({ scores: { ...getState().scores, [id]: { strength, accuracy } } });
    const fresh = getState().kept.find((adapter) => adapter.id === id && adapter.accuracy === null);
    if (!fresh || strength !== 1) return;
    const measured = { ...fresh, accuracy };
    setState({ kept: getState().kept.map((adapter) => (adapter.id === id ? measured : adapter)) });
    void write(measured);
  } catch (error) {
    setState({ problem: messageOf(error) });
  }
}

/** The fields that name an adapter, without the rest of it. */
const namedOf = ({ name, renamed, averageOf, run }: SavedAdapter): Named => ({ name, renamed, averageOf, run });

/** Averages two adapters of one shape into a third, which is measured at once. */
export async function average(one: SavedAdapter, other: SavedAdapter): Promise<void> {
  setState({ problem: null });
  const [first, second] = await Promise.all([get('tensors', one.id), get('tensors', other.id)]);
  if (!first || !second) return setState({ problem: toldGone });
  try {
    const tensors = averageOf(first, second);
    const id = newId();
    const name = `(${one.name} + ${other.name}) / 2`;
    const { run, labels, testRows } = one;
    saveAdapter(
      { id, name, averageOf: [namedOf(one), namedOf(other)], run, labels, accuracy: null, testRows },
      tensors,
    );
    if ('run' in measuredOn(one)) void score(id, 1);
  } catch (error) {
    setState({ problem: messageOf(error) });
  }
}

/** Takes an adapter out of the page and the worker. */
function letGo(id: string): void {
  const { kept, held } = getState();
  setState({ kept: kept.filter((adapter) => adapter.id !== id), held: held.filter((other) => other !== id) });
  if (pageStore.getState().answering.adapter === id) void answerWith(null);
  order('releaseAdapter', { id });
}

export function deleteAdapter(id: string): void {
  letGo(id);
  void remove('adapters', id).then(() => tell({ type: 'adapters', id }));
  void remove('tensors', id);
}

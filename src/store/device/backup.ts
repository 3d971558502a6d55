import { createStore } from 'zustand/vanilla';
import { type Message, messageOf } from '../../base/message.ts';
import { decodeValue, encodeValue } from '../../training/records/plain-values.ts';
import { openBackup, packBackup } from '../../workers/archive/client.ts';
import { isOfOwn } from '../dataset/state.ts';
import type { Packed } from '../export/state.ts';
import { loadStored } from '../page/stored.ts';
import { readSavedState } from '../runs/saved-state.ts';
import { bytesIn, get, getAll, getDamaged, keysUnder } from '../storage.ts';
import { type Entry, type Taken, takeEntries } from './take.ts';

/** Everything that this browser keeps of a person's work as one file, out and in; and what of it could not be read. */

export interface BackupState {
  /** What is being done; null: nothing. */
  work: 'packing' | 'opening' | null;
  /** The file that was packed last; `leftOut`: states of runs that it has no room for. */
  packed: { bytes: number; leftOut: number } | null;
  /** What was taken from the file that was opened last. */
  taken: Taken | null;
  /** Why something could not be done, in words. */
  problem: Message | null;
}

const nothing: BackupState = { work: null, packed: null, taken: null, problem: null };
export const backupStore = createStore<BackupState>(() => nothing);
const { getState, setState } = backupStore;

/** Bytes of a file's entries in memory, at most: the file itself is written beside them. */
const mostBytes = 400e6;

/** Notes that are a person's work; the others are of this browser. */
const isWork = (key: string) => isOfOwn(key) || key === 'lessons' || key === 'queue';

/** All that can be read: the small things first, then what runs had trained, the latest first. */
async function everything(): Promise<{ entries: Entry[]; leftOut: number }> {
  const entries: Entry[] = [];
  let bytes = 0;
  const add = (store: string, key: string, value: unknown) => {
    bytes += bytesIn(value);
    entries.push({ store, key, value });
  };
  const runs = (await getAll('runs')) ?? [];
  for (const run of runs) add('runs', run.id, run);
  for (const key of (await keysUnder('notes', '')) ?? []) if (isWork(key)) add('notes', key, await get('notes', key));
  for (const adapter of (await getAll('adapters')) ?? []) {
    const tensors = await get('tensors', adapter.id);
    if (!tensors) continue;
    add('adapters', adapter.id, adapter);
    add('tensors', adapter.id, tensors);
  }
  let leftOut = 0;
  for (const { id, run } of runs.reverse()) {
    const state = await readSavedState(id, run);
    if (!state) continue;
    if (bytes + bytesIn(state) > mostBytes) leftOut++;
    else add('states', id, state);
  }
  return { entries, leftOut };
}

const today = () => new Date().toISOString();
const fileName = (what: string) => `bottleneck-${what}-${today().slice(0, 10)}.zip`;

/** Does one thing at a time, and says why it could not be done. */
async function work<T>(what: 'packing' | 'opening', task: () => Promise<T>): Promise<T | null> {
  if (getState().work) return null;
  setState({ ...nothing, work: what });
  try {
    return await task();
  } catch (error) {
    setState({ problem: messageOf(error) });
    return null;
  } finally {
    setState({ work: null });
  }
}

/** Packs everything, ready to be saved; null with a problem to show where it cannot be. */
export const packEverything = (): Promise<Packed | null> =>
  work('packing', async () => {
    const { entries, leftOut } = await everything();
    const bytes = await packBackup(entries, today());
    setState({ packed: { bytes: bytes.byteLength, leftOut } });
    return { name: fileName('everything'), bytes };
  });

/** Takes what a file has and this browser has not; runs that are further there. */
export const openEverything = (file: File): Promise<unknown> =>
  work('opening', async () => {
    const taken = await takeEntries(await openBackup(file.name, file));
    await loadStored();
    setState({ taken });
  });

/** A value as a file can hold it: one that is nested too deep does not arrive in a worker. */
const cut = (value: unknown): unknown => decodeValue(encodeValue(value));

/** What could not be read as a file, for whoever can mend it; a later version may read it by "Import such a file". */
export const packDamaged = (names: readonly string[]): Promise<Packed | null> =>
  work('packing', async () => {
    const entries: Entry[] = [];
    for (const name of names) entries.push({ store: 'damaged', key: name, value: cut(await getDamaged(name)) });
    return { name: fileName('damaged'), bytes: await packBackup(entries, today()) };
  });

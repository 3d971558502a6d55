import { adaptersStore } from '../adapters/state.ts';
import { isOfOwn, takeOwn } from '../dataset/state.ts';
import { takeAnswers } from '../lessons/state.ts';
import { takeQueue } from '../queue/state.ts';
import { type Records, readRecord, recordStores } from '../runs/record-schemas.ts';
import type { RunRecord } from '../runs/records.ts';
import { placesOf, readSavedState, runOfPlace } from '../runs/saved-state.ts';
import { addRuns, maxRuns, runsStore } from '../runs/state.ts';
import { get, put, remove } from '../storage.ts';

/** Takes the entries of a file into this browser's storage. Nothing in it is trusted. */

/** An entry of a file, in any form. */
export interface Entry {
  store: string;
  key: string;
  value: unknown;
}

/** What came of the entries, counted. */
export interface Taken {
  /** Runs that were not here, or are further in the file. */
  runs: number;
  adapters: number;
  /** Own rows: taken, or left because there are some here; null: the file has none. */
  rows: 'taken' | 'kept' | null;
  /** Runs and adapters of which this browser has as much, or more. */
  kept: number;
  /** Runs for which there is no place in the table. */
  surplus: number;
  /** Entries that cannot be read. */
  refused: number;
}

type Read = { [S in keyof Records]: Map<string, Records[S]> };

/** A damaged entry may be one that this version can read. */
function placeOf({ store, key }: Entry): { store: string; key: string } {
  const [, inner, rest] = (store === 'damaged' && /^(\w+)\/(.*)$/s.exec(key)) || [];
  return inner !== undefined && rest !== undefined ? { store: inner, key: rest } : { store, key };
}

/** Whether one record of a run is further than another. */
const isFurther = (one: RunRecord, other: RunRecord): boolean =>
  one.stepsDone > other.stepsDone ||
  (one.stepsDone === other.stepsDone && one.status === 'done' && other.status !== 'done');

/** Takes what is not here, and runs that are further than they are here; the run at work stays as it is. */
export async function takeEntries(entries: readonly Entry[]): Promise<Taken> {
  const read: Read = { runs: new Map(), adapters: new Map(), tensors: new Map(), states: new Map() };
  const notes = new Map<string, unknown>();
  const taken: Taken = { runs: 0, adapters: 0, rows: null, kept: 0, surplus: 0, refused: 0 };
  const add = <S extends keyof Records>(store: S, key: string, value: unknown) => {
    const record = readRecord(store, key, value);
    if (record === undefined) taken.refused++;
    else read[store].set(key, record);
  };
  for (const entry of entries) {
    const { store, key } = placeOf(entry);
    const known = recordStores.find((name) => name === store);
    if (known) add(known, key, entry.value);
    else if (store === 'notes') notes.set(key, entry.value);
    else taken.refused++;
  }
  await takeRunsOf(read, taken);
  await takeAdaptersOf(read, taken);
  await takeNotesOf(notes, taken);
  return taken;
}

async function takeRunsOf({ runs, states }: Read, taken: Taken): Promise<void> {
  const { runs: here, current } = runsStore.getState();
  let places = maxRuns - here.length;
  const wanted: RunRecord[] = [];
  for (const run of runs.values()) {
    const mine = here.find(({ id }) => id === run.id);
    if (mine && (mine.id === current || !isFurther(run, mine))) taken.kept++;
    else if (!mine && places <= 0) taken.surplus++;
    else {
      if (!mine) places--;
      wanted.push(run);
    }
  }
  taken.runs = wanted.length;
  const ids = new Set(wanted.map(({ id }) => id));
  for (const [key, state] of states) {
    const owner = runOfPlace(key);
    const mine = owner === current ? undefined : here.find(({ id }) => id === owner);
    // What a run that stays had trained may have been lost here.
    if (!ids.has(owner) && (!mine || (await readSavedState(owner, mine.run)))) continue;
    for (const place of placesOf(owner)) await remove('states', place);
    await put('states', owner, state);
  }
  addRuns(wanted);
}

async function takeAdaptersOf({ adapters, tensors }: Read, taken: Taken): Promise<void> {
  const here = new Set(adaptersStore.getState().kept.map(({ id }) => id));
  for (const [id, adapter] of adapters) {
    const trained = tensors.get(id);
    if (!trained) taken.refused++;
    else if (here.has(id) && (await get('tensors', id)) !== undefined) taken.kept++;
    else if ((await put('tensors', id, trained)) && (await put('adapters', id, adapter))) taken.adapters++;
  }
}

async function takeNotesOf(notes: ReadonlyMap<string, unknown>, taken: Taken): Promise<void> {
  const own = new Map([...notes].filter(([key]) => isOfOwn(key)));
  if (own.size > 0) {
    const rows = await takeOwn(own);
    if (rows === 'refused') taken.refused++;
    else taken.rows = rows;
  }
  const takers = { lessons: takeAnswers, queue: takeQueue };
  for (const [key, value] of notes) {
    if (own.has(key)) continue;
    const take = key === 'lessons' || key === 'queue' ? takers[key] : null;
    if (!take?.(value)) taken.refused++;
  }
}

import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { createStore } from 'zustand/vanilla';
import type { NamedTensors } from '../engine/contract.ts';
import { RunFileError, readRun } from '../training/run.ts';
import type { RunRecord, SavedAdapter, SavedState } from './runs/records.ts';

/** The browser's own storage: runs, trained adapters, and small notes survive a reload. */

interface Schema extends DBSchema {
  runs: { key: string; value: RunRecord };
  adapters: { key: string; value: SavedAdapter };
  /** The trained tensors of a saved adapter, read only when it is used. */
  tensors: { key: string; value: NamedTensors };
  /** States of the runs, read only when one is reopened; by the run's id. */
  states: { key: string; value: SavedState };
  notes: { key: string; value: unknown };
}
const storeNames = ['runs', 'adapters', 'tensors', 'states', 'notes'] as const;
type StoreName = (typeof storeNames)[number];

const databaseName = 'bottleneck';
const databaseVersion = 2;

/** Why the storage failed last, in the browser's words; null: it did not. */
export const storageStore = createStore<{ problem: string | null }>(() => ({ problem: null }));

let opening: Promise<IDBPDatabase<Schema> | null> | null = null;

/** Opens the database once; null (and a problem to show) where the browser has none. */
function database(): Promise<IDBPDatabase<Schema> | null> {
  opening ??= open().catch(failed);
  return opening;
}

// Asynchronous, so that a browser without IndexedDB rejects like one that refuses it.
const open = async () =>
  openDB<Schema>(databaseName, databaseVersion, {
    upgrade(db) {
      for (const store of storeNames) if (!db.objectStoreNames.contains(store)) db.createObjectStore(store);
    },
  });

function failed(error: unknown): null {
  storageStore.setState({ problem: error instanceof Error ? error.message : String(error) });
  return null;
}

/**
 * Writes in the background; what goes wrong (a full disk, a private window) is shown, and the page goes on.
 * @returns whether it is written
 */
export async function put<S extends StoreName>(store: S, key: string, value: Schema[S]['value']): Promise<boolean> {
  const db = await database();
  const written = (await db?.put(store, value, key).catch(failed)) === key;
  // Room may have been made.
  if (written && storageStore.getState().problem !== null) storageStore.setState({ problem: null });
  return written;
}

export async function remove(store: StoreName, key: string): Promise<void> {
  const db = await database();
  await db?.delete(store, key).catch(failed);
}

/** Removes every entry whose key begins so, save some keys. */
export async function removeOthersUnder(store: StoreName, prefix: string, wanted: ReadonlySet<string>): Promise<void> {
  const db = await database();
  const keys = (await db?.getAllKeys(store, IDBKeyRange.bound(prefix, `${prefix}\uffff`)).catch(failed)) ?? [];
  for (const key of keys) if (!wanted.has(key)) await db?.delete(store, key).catch(failed);
}

export async function get<S extends 'tensors' | 'states' | 'notes'>(
  store: S,
  key: string,
): Promise<Schema[S]['value'] | undefined> {
  const db = await database();
  return (await db?.get(store, key).catch(failed)) ?? undefined;
}

/** Removes the entries of a store that belong to none of these ids. */
export async function removeOthers(store: 'states', ids: readonly string[]): Promise<void> {
  const db = await database();
  const keys = (await db?.getAllKeys(store).catch(failed)) ?? [];
  await Promise.all(keys.filter((key) => !ids.includes(key)).map((key) => remove(store, key)));
}

/** All entries of a store whose run this version can still read, in today's form, oldest first. */
export async function getAll<S extends 'runs' | 'adapters'>(store: S): Promise<Schema[S]['value'][]> {
  const db = await database();
  const all: (RunRecord | SavedAdapter)[] = (await db?.getAll(store).catch(failed)) ?? [];
  const readable = all.flatMap((record) => {
    try {
      return [{ ...record, run: readRun(record.run) }];
    } catch (error) {
      if (error instanceof RunFileError) return [];
      throw error;
    }
  });
  return readable.sort((a, b) => a.startedAt - b.startedAt) as Schema[S]['value'][];
}

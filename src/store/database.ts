import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { createStore } from 'zustand/vanilla';
import { type Message, messageOf, msg, UserError } from '../base/message.ts';
import { createEmitter } from './emitter.ts';
import type { Records } from './runs/record-schemas.ts';

/**
 * The browser's database: opened at its first use, within a deadline, and opened again where the browser or another tab has
 * closed it.
 */

export interface Schema extends DBSchema {
  runs: { key: string; value: Records['runs'] };
  adapters: { key: string; value: Records['adapters'] };
  /** The trained tensors of a saved adapter, read only when it is used. */
  tensors: { key: string; value: Records['tensors'] };
  /** States of the runs, read only when one is reopened; by the run's id. */
  states: { key: string; value: Records['states'] };
  notes: { key: string; value: unknown };
  /** What could not be read, under its store's name, a slash and its key. */
  damaged: { key: string; value: unknown };
}
const storeNames = ['runs', 'adapters', 'tensors', 'states', 'notes', 'damaged'] as const;
export type StoreName = (typeof storeNames)[number];
type Database = IDBPDatabase<Schema>;

const databaseName = 'bottleneck';
const databaseVersion = 3;
/** Milliseconds that the page waits for the database before it goes on without. */
const patience = 3000;

export interface StorageState {
  /** Why the storage failed last; null: it did not, or what failed has been made good. */
  problem: Message | null;
  /** Keys of the records that could not be read and were set aside, as in the store `damaged`. */
  damaged: readonly string[];
}
export const storageStore = createStore<StorageState>(() => ({ problem: null, damaged: [] }));

/** Emits that the database is there, though the page has gone on without: what it holds has not been read. */
export const cameLate = createEmitter<null>();
/** Emits that the browser has closed the database: what was being written was broken off. */
export const wasClosed = createEmitter<null>();
/** Emits that the database was deleted while the page was open, and made anew: it holds nothing of what the page does. */
export const madeAnew = createEmitter<null>();

const newer = msg`A newer version of this page has been opened in this browser; this tab can keep and read nothing any more. Reload it`;
const full = msg`The disk or this site's quota is full`;
const brokenOff = msg`The browser broke the write off; the disk or this site's quota may be full`;

/** Why the storage failed, in words: the browser's own are empty, or say nothing to a person. */
export function storageWords(error: unknown): Message {
  if (error instanceof UserError) return error.words;
  const { name = '', message = '' } = error instanceof Error ? error : {};
  if (name === 'QuotaExceededError') return full;
  if (name === 'VersionError') return newer;
  if (name === 'AbortError') return brokenOff;
  return message || name ? messageOf(error) : msg`The browser's storage failed and did not say why`;
}

let connection: Promise<Database> | null = null;
/** Whether there was a database on this visit. */
let wasOpen = false;

function connect(): Promise<Database> {
  if (typeof indexedDB === 'undefined') throw new UserError(msg`This browser offers no storage (IndexedDB)`);
  let isBlocked = false;
  let isNew = false;
  const lost = () => {
    connection = null;
  };
  const opening = openDB<Schema>(databaseName, databaseVersion, {
    upgrade(db, before) {
      isNew = before === 0;
      for (const store of storeNames) if (!db.objectStoreNames.contains(store)) db.createObjectStore(store);
    },
    blocked: () => {
      isBlocked = true;
    },
    // Another tab wants to upgrade or delete the database, and has to wait for as long as this one is connected.
    blocking: (_, version, { target }) => {
      (target as IDBDatabase).close();
      lost();
      if (version !== null) storageStore.setState({ problem: newer });
    },
    terminated: () => {
      lost();
      wasClosed.emit(null);
    },
  }).then((db) => {
    if (isNew && wasOpen) queueMicrotask(() => madeAnew.emit(null));
    wasOpen = true;
    return db;
  });
  return inTime(opening, () => isBlocked);
}

/** The database, unless it takes too long: until it comes, every use fails at once. */
function inTime(opening: Promise<Database>, isBlocked: () => boolean): Promise<Database> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      const words = isBlocked()
        ? msg`Another tab has an earlier version of this page open. Close that tab`
        : msg`The browser's storage does not answer`;
      reject(new UserError(words));
    }, patience);
    opening.then(
      (db) => {
        clearTimeout(timer);
        resolve(db);
        if (!isLate) return;
        connection = opening;
        cameLate.emit(null);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
        if (isLate) connection = null;
      },
    );
  });
}

/** Opens the database, if it is not open. */
async function open(): Promise<Database> {
  connection ??= Promise.resolve().then(connect);
  const mine = connection;
  try {
    return await mine;
  } catch (error) {
    // The next use tries again; a database that is only late is waited for.
    if (connection === mine && !isWaiting(error)) connection = null;
    throw error;
  }
}

const isWaiting = (error: unknown) => error instanceof UserError;

/**
 * Uses the database; once more where the connection was lost meanwhile.
 * @throws what the browser throws; UserError where there is no storage, or it does not answer
 */
export async function withDatabase<T>(use: (db: Database) => Promise<T>): Promise<T> {
  const db = await open();
  const mine = connection;
  try {
    return await use(db);
  } catch (error) {
    const isClosed = error instanceof Error && error.name === 'InvalidStateError';
    if (connection === mine && !isClosed) throw error;
    if (connection === mine) connection = null;
    return use(await open());
  }
}

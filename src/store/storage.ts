import { wait } from '../base/work.ts';
import { type Schema, type StoreName, storageStore, storageWords, wasClosed, withDatabase } from './database.ts';
import { createEmitter } from './emitter.ts';
import { type Records, readRecord, recordStores } from './runs/record-schemas.ts';

/**
 * The browser's own storage: runs, trained adapters, and small notes survive a reload. Nothing that is read is trusted; a
 * record that cannot be read is set aside. A write that fails is shown, and made good with the next that does not.
 */

export { storageStore };

function failed(error: unknown): void {
  storageStore.setState({ problem: storageWords(error) });
}

/** Reads; undefined where the storage fails, which is shown. */
const reading = <T>(use: Parameters<typeof withDatabase<T>>[0]): Promise<T | undefined> =>
  withDatabase(use).catch((error) => void failed(error));

/** A write that is to come: the value, or that the entry is removed. */
interface Write {
  store: StoreName;
  key: string;
  entry: { value: unknown } | null;
  /** Whether it is made good later, should it fail. */
  again: boolean;
}
const idOf = ({ store, key }: Pick<Write, 'store' | 'key'>) => `${store}/${key}`;

/** Emits each entry that has been written, or removed. */
export const written = createEmitter<Pick<Write, 'store' | 'key'>>();

/** Writes at work, by entry: there is one at a time. */
const underWay = new Map<string, Promise<boolean>>();
/** The latest write of each entry whose turn has not come. */
const waiting = new Map<string, { write: Write; result: Promise<boolean> }>();
/** The latest write of each entry that failed. */
const unwritten = new Map<string, Write>();

/** Writes in turn: of several writes of one entry that wait, the latest alone is made. */
function write(next: Write): Promise<boolean> {
  const id = idOf(next);
  const queued = waiting.get(id);
  if (queued) {
    queued.write = next;
    return queued.result;
  }
  const before = underWay.get(id);
  if (!before) return begin(id, next);
  const result = before.then(() => {
    const latest = waiting.get(id)?.write ?? next;
    waiting.delete(id);
    return begin(id, latest);
  });
  waiting.set(id, { write: next, result });
  return result;
}

function begin(id: string, next: Write): Promise<boolean> {
  const result = make(id, next).finally(() => {
    if (underWay.get(id) === result) underWay.delete(id);
  });
  underWay.set(id, result);
  return result;
}

async function make(id: string, next: Write): Promise<boolean> {
  const { store, key, entry } = next;
  unwritten.delete(id);
  try {
    await withDatabase(async (db) => {
      const transaction = db.transaction(store, 'readwrite');
      // What aborts a transaction is told by it, not by the request.
      transaction.done.catch(() => undefined);
      const done = entry
        ? transaction.store.put(entry.value as Schema[typeof store]['value'], key)
        : transaction.store.delete(key);
      await done.catch((error) => {
        throw transaction.error ?? error;
      });
      await transaction.done;
    });
  } catch (error) {
    if (next.again) unwritten.set(id, next);
    keepWithinBounds();
    failed(error);
    return false;
  }
  written.emit({ store, key });
  void makeGood();
  return true;
}

/** Bytes of tensors that wait in memory for room, at most. */
const mostUnwritten = 256e6;

/** Lets the oldest of the large values go that cannot be written. */
function keepWithinBounds(): void {
  const large = [...unwritten].filter(([, { store }]) => store === 'states' || store === 'tensors');
  let bytes = large.reduce((sum, [, { entry }]) => sum + bytesIn(entry), 0);
  for (const [id, { entry }] of large) {
    if (bytes <= mostUnwritten) return;
    bytes -= bytesIn(entry);
    unwritten.delete(id);
  }
}

/** Bytes of the arrays and texts in a value, about. */
export function bytesIn(value: unknown): number {
  if (typeof value === 'string') return 2 * value.length;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 8;
  const parts: unknown[] = value instanceof Map ? [...value].flat() : Object.values(value);
  return parts.reduce<number>((sum, part) => sum + bytesIn(part), 0);
}

let isMakingGood = false;

/** There is room again: what failed is written, one after another. */
async function makeGood(): Promise<void> {
  if (isMakingGood) return;
  isMakingGood = true;
  for (const [id, next] of unwritten) if (!underWay.has(id) && !(await write(next))) break;
  isMakingGood = false;
  if (unwritten.size === 0 && storageStore.getState().problem !== null) storageStore.setState({ problem: null });
}

/** Milliseconds between the tries to write what was broken off: while the browser deletes a database, it opens none. */
const retryDelays = [0, 300, 1000, 3000];
wasClosed.listen(async () => {
  for (const delay of retryDelays) {
    await wait(delay);
    await Promise.all(underWay.values());
    if (unwritten.size === 0) return;
    await makeGood();
  }
});

/**
 * Writes in the background; what goes wrong (a full disk, a private window) is shown, and the page goes on.
 * @param again whether a write that fails is made good later
 * @returns whether it is written, or a later value of the same entry
 */
export function put<S extends StoreName>(
  store: S,
  key: string,
  value: Schema[S]['value'],
  again = true,
): Promise<boolean> {
  return write({ store, key, entry: { value }, again });
}

export async function remove(store: StoreName, key: string): Promise<void> {
  await write({ store, key, entry: null, again: true });
}

/** Removes every entry whose key begins so, save some keys. */
export async function removeOthersUnder(store: StoreName, prefix: string, wanted: ReadonlySet<string>): Promise<void> {
  const keys = (await keysUnder(store, prefix)) ?? [];
  for (const key of keys) if (!wanted.has(key)) await remove(store, key);
}

export const keysUnder = (store: StoreName, prefix: string): Promise<string[] | undefined> =>
  reading((db) => db.getAllKeys(store, IDBKeyRange.bound(prefix, `${prefix}\uffff`)));

/**
 * A note in any form, or a record; undefined where there is none, or none that can be read. What could not be written is
 * what there is.
 */
export async function get<S extends 'tensors' | 'states' | 'notes'>(
  store: S,
  key: string,
): Promise<Schema[S]['value'] | undefined> {
  const unmade = unwritten.get(idOf({ store, key }));
  const value: unknown = unmade ? unmade.entry?.value : await reading((db) => db.get(store, key));
  if (value === undefined || store === 'notes') return value as Schema[S]['value'] | undefined;
  return read(store, key, value);
}

/** A record of storage by its schema; one that does not fit is set aside. */
async function read<S extends keyof Records>(store: S, key: IDBValidKey, value: unknown) {
  const record = readRecord(store, key, value);
  if (record === undefined) await setAside(store, key, value);
  return record;
}

/** Removes the entries of a store that belong to none of these ids. */
export async function removeOthers(store: 'states', ids: readonly string[]): Promise<void> {
  const keys = (await reading((db) => db.getAllKeys(store))) ?? [];
  await Promise.all(keys.filter((key) => !ids.includes(key)).map((key) => remove(store, key)));
}

type Entry = { key: IDBValidKey; value: unknown };

/** All that lies in a store, unread. */
export function entriesOf(store: StoreName): Promise<Entry[] | undefined> {
  return reading(async (db): Promise<Entry[]> => {
    const transaction = db.transaction(store);
    const [keys, values] = await Promise.all([transaction.store.getAllKeys(), transaction.store.getAll()]);
    return keys.map((key, i) => ({ key, value: values[i] }));
  });
}

/** All entries of a store that this version can read, in today's form, oldest first; null: the storage fails. */
export async function getAll<S extends 'runs' | 'adapters'>(store: S): Promise<Records[S][] | null> {
  recalled ??= recall();
  await recalled;
  const entries = await entriesOf(store);
  if (!entries) return null;
  const records: Records[S][] = [];
  for (const { key, value } of entries) {
    const record = await read(store, key, value);
    if (record) records.push(record);
  }
  return records.sort((a, b) => a.startedAt - b.startedAt);
}

/** Moves an entry that cannot be read to the damaged ones. Where there is no room for that, it stays where it is. */
export async function setAside(store: StoreName, key: IDBValidKey, value: unknown): Promise<void> {
  const name = `${store}/${typeof key === 'string' ? key.slice(0, 1000) : JSON.stringify(key)}`;
  await reading(async (db) => {
    const transaction = db.transaction([store, 'damaged'], 'readwrite');
    // A key may be of any kind there.
    const entry = transaction.objectStore(store);
    await Promise.all([
      transaction.objectStore('damaged').put(value, name),
      entry.delete(key as string),
      transaction.done,
    ]);
  });
  const { damaged } = storageStore.getState();
  if (!damaged.includes(name)) storageStore.setState({ damaged: [...damaged, name] });
}

let recalled: Promise<void> | null = null;

/** Looks through what was set aside: what this version can read goes back to where it was. */
async function recall(): Promise<void> {
  const entries = await entriesOf('damaged');
  if (!entries) {
    recalled = null;
    return;
  }
  const left: string[] = [];
  for (const { key: name, value } of entries) {
    const store = recordStores.find((known) => String(name).startsWith(`${known}/`));
    const key = String(name).slice(`${store}/`.length);
    const record = store && readRecord(store, key, value);
    if (store && record && (await put(store, key, record))) await remove('damaged', String(name));
    else left.push(String(name));
  }
  const { damaged } = storageStore.getState();
  storageStore.setState({ damaged: [...new Set([...left, ...damaged])] });
}

/** What was set aside under a name. */
export const getDamaged = (name: string): Promise<unknown> => reading((db) => db.get('damaged', name));

/** Deletes what was set aside. */
export async function discardDamaged(names: readonly string[]): Promise<void> {
  const { damaged } = storageStore.getState();
  storageStore.setState({ damaged: damaged.filter((name) => !names.includes(name)) });
  await Promise.all(names.map((name) => remove('damaged', name)));
}

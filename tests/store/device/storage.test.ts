import 'fake-indexeddb/auto';
import { forceCloseDatabase, IDBFactory } from 'fake-indexeddb';
import { openDB } from 'idb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { toEnglish } from '../../../src/base/message.ts';
import { runRecord } from '../../support/records.ts';

/** The browser's storage when it fails: each test is a visit or two of a page, on one browser. */

type Storage = typeof import('../../../src/store/storage.ts');
type Database = typeof import('../../../src/store/database.ts');

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** A page that is opened anew, in a tab of its own. */
async function visit(): Promise<Storage & Pick<Database, 'madeAnew' | 'cameLate'> & { problem: () => string | null }> {
  vi.resetModules();
  const storage: Storage = await import('../../../src/store/storage.ts');
  const { madeAnew, cameLate }: Database = await import('../../../src/store/database.ts');
  const problem = () => {
    const words = storage.storageStore.getState().problem;
    return words && toEnglish(words);
  };
  return { ...storage, madeAnew, cameLate, problem };
}

const ids = async ({ getAll }: Storage) => (await getAll('runs'))?.map(({ id }) => id);

/** Fails writes as a full disk does: the transaction is aborted, and its request says nothing. */
function fillDisk(name = 'QuotaExceededError'): () => void {
  const { put } = IDBObjectStore.prototype;
  const spy = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
    const request = put.apply(this, args);
    const { transaction } = this;
    queueMicrotask(() => {
      Object.defineProperty(transaction, 'error', { value: new DOMException('', name) });
      transaction.abort();
    });
    return request;
  });
  return () => spy.mockRestore();
}

test('a full disk is told in words, and what failed is written with the next write that does not', async () => {
  const page = await visit();
  expect(await page.put('runs', 'a', runRecord('a'))).toBe(true);
  const makeRoom = fillDisk();
  expect(await page.put('runs', 'b', runRecord('b'))).toBe(false);
  expect(page.problem()).toBe("The disk or this site's quota is full");
  makeRoom();
  expect(await page.put('notes', 'lessons', {})).toBe(true);
  await expect.poll(page.problem).toBeNull();
  expect(await ids(await visit())).toEqual(['a', 'b']);
});

test('of writes of one record that come while it is written, the latest alone is made', async () => {
  const page = await visit();
  const put = vi.spyOn(IDBObjectStore.prototype, 'put');
  const all = Array.from({ length: 50 }, (_, stepsDone) => page.put('runs', 'a', { ...runRecord('a'), stepsDone }));
  expect(await Promise.all(all)).toEqual(Array(50).fill(true));
  expect(put.mock.calls.length).toBe(2);
  expect((await (await visit()).getAll('runs'))?.[0]?.stepsDone).toBe(49);
  const last = [page.put('runs', 'a', runRecord('a')), page.remove('runs', 'a')];
  await Promise.all(last);
  expect(await ids(await visit())).toEqual([]);
});

test('another tab that deletes the database or opens a newer one does not wait for this page', async () => {
  const page = await visit();
  const renewed = vi.fn();
  page.madeAnew.listen(renewed);
  await page.put('runs', 'a', runRecord('a'));
  await new Promise<void>((resolve, reject) => {
    const deleting = indexedDB.deleteDatabase('bottleneck');
    deleting.onsuccess = () => resolve();
    deleting.onblocked = () => reject(new Error('blocked'));
  });
  expect(await page.put('runs', 'b', runRecord('b'))).toBe(true);
  expect(renewed).toHaveBeenCalledTimes(1);
  expect(page.problem()).toBeNull();

  const newer = await openDB('bottleneck', 4, { blocked: () => expect.unreachable() });
  expect(page.problem()).toMatch(/^A newer version of this page/);
  expect(await page.put('runs', 'c', runRecord('c'))).toBe(false);
  expect(page.problem()).toMatch(/^A newer version of this page/);
  newer.close();
  const next = await visit();
  expect(await next.getAll('runs')).toBeNull();
  expect(next.problem()).toMatch(/^A newer version of this page/);
});

test('a database that the browser closes is opened again, and the write is made', async () => {
  let opened: IDBDatabase | null = null;
  const { open } = indexedDB;
  vi.spyOn(indexedDB, 'open').mockImplementation(function (this: IDBFactory, ...args) {
    const request = open.apply(indexedDB, args);
    request.addEventListener('success', () => {
      opened = request.result;
    });
    return request;
  });
  const page = await visit();
  await page.put('runs', 'a', runRecord('a'));
  if (opened) forceCloseDatabase(opened);
  expect(await page.put('runs', 'b', runRecord('b'))).toBe(true);
  expect(await ids(page)).toEqual(['a', 'b']);
  expect(page.problem()).toBeNull();
});

test('a write that the browser breaks off to delete the database is made once the browser has done so', async () => {
  const opened: IDBDatabase[] = [];
  const { open } = indexedDB;
  let refusals = 0;
  vi.spyOn(indexedDB, 'open').mockImplementation(function (this: IDBFactory, ...args) {
    if (refusals-- > 0) throw new DOMException('The connection was closed.', 'AbortError');
    const request = open.apply(indexedDB, args);
    request.addEventListener('success', () => opened.push(request.result));
    return request;
  });
  const page = await visit();
  await page.put('runs', 'a', runRecord('a'));
  const mend = fillDisk('AbortError');
  const writing = page.put('runs', 'b', runRecord('b'));
  await expect.poll(page.problem).toMatch(/^The browser broke the write off/);
  expect(await writing).toBe(false);
  mend();
  refusals = 2;
  for (const db of opened) forceCloseDatabase(db as never);
  await expect.poll(page.problem, { timeout: 5000 }).toBeNull();
  expect(await ids(page)).toEqual(['a', 'b']);
});

/** Uses the storage until its patience is at an end. */
async function waitInVain(page: Awaited<ReturnType<typeof visit>>): Promise<void> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const reading = page.getAll('runs');
  const writing = page.put('runs', 'a', runRecord('a'));
  // That it is blocked is told at once.
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
  await vi.advanceTimersByTimeAsync(3000);
  vi.useRealTimers();
  expect(await reading).toBeNull();
  expect(await writing).toBe(false);
}

test('a database that does not answer is gone on without', async () => {
  vi.spyOn(indexedDB, 'open').mockImplementation(() => new IDBOpenDBRequest());
  const page = await visit();
  await waitInVain(page);
  expect(page.problem()).toBe("The browser's storage does not answer");
});

test('a tab with an earlier version is told of, and the database used once that is closed', async () => {
  const earlier = await openDB('bottleneck', 2, { upgrade: (db) => void db.createObjectStore('runs') });
  const page = await visit();
  const came = vi.fn();
  page.cameLate.listen(came);
  await waitInVain(page);
  expect(page.problem()).toMatch(/^Another tab has an earlier version/);
  expect(await page.put('runs', 'b', runRecord('b'))).toBe(false);
  earlier.close();
  await expect.poll(() => came.mock.calls.length).toBe(1);
  expect(await page.put('runs', 'c', runRecord('c'))).toBe(true);
  await expect.poll(page.problem).toBeNull();
  expect(await ids(page)).toEqual(['a', 'b', 'c']);
});

test('a browser without storage, and one that refuses it, are told of', async () => {
  const { indexedDB: real } = globalThis;
  Reflect.deleteProperty(globalThis, 'indexedDB');
  const without = await visit();
  expect(await without.put('notes', 'a', 1)).toBe(false);
  expect(without.problem()).toBe('This browser offers no storage (IndexedDB)');
  globalThis.indexedDB = real;
  vi.spyOn(real, 'open').mockImplementation(() => {
    throw new DOMException('The operation is insecure.', 'SecurityError');
  });
  const refused = await visit();
  expect(await refused.get('notes', 'a')).toBeUndefined();
  expect(refused.problem()).toBe('The operation is insecure.');
});

const garbage: [string, unknown][] = [
  ['null', null],
  ['a text', 'garbage'],
  ['a number', 7],
  ['nothing', {}],
  ['a list', [1, 2]],
  ['a map', new Map([['a', { shape: [2, 2], data: new Float32Array(3) }]])],
  ['bytes', new Uint8Array(9)],
  ['a date', new Date(0)],
  ['a run alone', { run: runRecord('x').run }],
  ['a wrong id', runRecord('another')],
  ['steps that are no list', { ...runRecord('x'), steps: 'many' }],
  ['a deep value', Array.from({ length: 500 }).reduce((inner) => ({ averageOf: [inner] }), {})],
];

test.each(['runs', 'adapters', 'tensors', 'states'] as const)('garbage in %s is set aside, once', async (store) => {
  const first = await visit();
  await first.put('runs', 'good', runRecord('good'));
  for (const [name, value] of garbage) await first.put(store, name, value as never);
  const page = await visit();
  if (store === 'tensors' || store === 'states')
    for (const [name] of garbage) expect(await page.get(store, name), name).toBeUndefined();
  else await page.getAll(store);
  expect([...page.storageStore.getState().damaged].sort()).toEqual(garbage.map(([name]) => `${store}/${name}`).sort());
  expect(await ids(page)).toEqual(['good']);
  expect(page.problem()).toBeNull();

  const next = await visit();
  await next.getAll('runs');
  const { damaged } = next.storageStore.getState();
  expect(damaged).toHaveLength(garbage.length);
  expect(await next.getDamaged(`${store}/a text`)).toBe('garbage');
  await next.discardDamaged(damaged);
  const last = await visit();
  expect(await ids(last)).toEqual(['good']);
  expect(last.storageStore.getState().damaged).toEqual([]);
});

test('what an earlier version could not read goes back to its place', async () => {
  const first = await visit();
  await first.put('damaged', 'runs/later', runRecord('later'));
  const page = await visit();
  expect(await ids(page)).toEqual(['later']);
  expect(page.storageStore.getState().damaged).toEqual([]);
});

test('states outlive a visit on which the runs cannot be read', async () => {
  const first = await visit();
  await first.put('runs', 'bad', { ...runRecord('bad'), steps: null } as never);
  await first.put('states', 'bad', {} as never);
  vi.resetModules();
  const { loadRuns } = await import('../../../src/store/runs/state.ts');
  await loadRuns();
  const db = await openDB('bottleneck');
  expect(await db.getAllKeys('states')).toEqual(['bad']);
  db.close();
});

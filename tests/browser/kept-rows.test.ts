import { openDB } from 'idb';
import { beforeEach, expect, test } from 'vitest';
import { toEnglish } from '../../src/base/message.ts';
import { rowsInPiece } from '../../src/data/rows/packed-rows.ts';
import { datasetStore, readSavedOwn } from '../../src/store/dataset/state.ts';
import { storageStore, put as storePut } from '../../src/store/storage.ts';

/** A person's own rows in the browser's storage, as one visit leaves them and the next finds them. */

const rowsOf = (count: number, text = 'text') =>
  Array.from({ length: count }, (_, i) => ({ text: `${text} ${i}`, label: i % 2 ? 'odd' : 'even', line: i + 2 }));

let visits = 0;

/** The module anew, as after a reload. */
const visit = (): Promise<typeof import('../../src/store/dataset/persist.ts')> =>
  import(/* @vite-ignore */ `/src/store/dataset/persist.ts?visit=${visits++}`);

const notes = async () => {
  const db = await openDB('bottleneck');
  const keys = (await db.getAllKeys('notes')).map(String);
  return { db, pieces: keys.filter((key) => key.startsWith('own-rows/')) };
};

beforeEach(async () => {
  const { saveRows } = await visit();
  await saveRows({ name: 'nothing.csv', rows: [], test: null });
});

test('rows are there at the next visit; a change writes the pieces that changed, and leaves none behind', async () => {
  const first = await visit();
  const rows = rowsOf(2 * rowsInPiece + 5);
  await first.saveRows({ name: 'mine.csv', rows, test: rowsOf(3) });
  const { db, pieces } = await notes();
  expect(pieces).toHaveLength(4);

  const second = await visit();
  const recalled = await second.readSavedRows();
  expect(recalled).toEqual({ name: 'mine.csv', rows, test: rowsOf(3) });
  if (!recalled) return;
  const changed = recalled.rows.map((row, i) => (i === rowsInPiece ? { ...row, label: 'other' } : row));
  await second.saveRows({ ...recalled, rows: changed, test: null });
  const after = (await notes()).pieces;
  expect(after).toHaveLength(3);
  expect(after.filter((key) => pieces.includes(key))).toHaveLength(2);
  expect((await (await visit()).readSavedRows())?.rows).toEqual(changed);
  db.close();
});

test('validation rows that a run brought along stay with the others', async () => {
  const data = { name: 'brought.csv', rows: rowsOf(4), test: rowsOf(3), validation: rowsOf(2) };
  await (await visit()).saveRows(data);
  expect(await (await visit()).readSavedRows()).toEqual(data);
});

test('of changes in quick succession the last counts', async () => {
  const { saveRows } = await visit();
  const written = [1, 2, 3].map((n) =>
    saveRows({ name: `${n}.csv`, rows: rowsOf(3 * rowsInPiece, `v${n}`), test: null }),
  );
  await Promise.all(written);
  const recalled = await (await visit()).readSavedRows();
  expect([recalled?.name, recalled?.rows[0]?.text]).toEqual(['3.csv', 'v3 0']);
  expect((await notes()).pieces).toHaveLength(3);
});

test('a damaged piece gives no rows rather than half of them', async () => {
  await (await visit()).saveRows({ name: 'mine.csv', rows: rowsOf(3 * rowsInPiece), test: null });
  const { db, pieces } = await notes();
  await db.put('notes', { texts: 'none' }, pieces[1] ?? '');
  expect(await (await visit()).readSavedRows()).toBeNull();
  // What is left of them is out of the way of new rows.
  expect((await db.getAllKeys('notes')).map(String).filter((key) => key.startsWith('own-rows'))).toEqual([]);
  expect(await db.count('damaged')).toBeGreaterThanOrEqual(pieces.length + 1);
  db.close();
});

test('a full disk leaves the rows of before, until there is room for the new ones', async () => {
  await (await visit()).saveRows({ name: 'mine.csv', rows: rowsOf(5), test: null });
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = () => {
    throw new DOMException('The disk is full.', 'QuotaExceededError');
  };
  await (await visit()).saveRows({ name: 'larger.csv', rows: rowsOf(9), test: null });
  IDBObjectStore.prototype.put = put;
  expect(toEnglish(storageStore.getState().problem ?? '')).toBe("The disk or this site's quota is full");
  expect((await (await visit()).readSavedRows())?.name).toBe('mine.csv');
  await storePut('notes', 'lessons', {});
  await expect.poll(async () => (await (await visit()).readSavedRows())?.name).toBe('larger.csv');
});

test('rows that were kept whole, with their run, are brought over', async () => {
  const run = { data: { train: 'mine.csv' } };
  const { db } = await notes();
  await db.put('notes', { name: 'mine.csv', rows: rowsOf(4), test: null, run }, 'own-data');
  expect(await readSavedOwn()).toEqual(run);
  expect(datasetStore.getState().data?.rows).toEqual(rowsOf(4));
  expect(await db.get('notes', 'own-data')).toBeUndefined();
  datasetStore.setState({ data: null });
  expect(await readSavedOwn()).toEqual(run);
  expect(datasetStore.getState().data?.name).toBe('mine.csv');
  db.close();
});

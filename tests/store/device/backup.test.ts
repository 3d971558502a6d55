import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import { packRows } from '../../../src/data/rows/packed-rows.ts';
import type { NamedTensors } from '../../../src/engine/contract.ts';
import { type BackupEntry, readBackup, writeBackup } from '../../../src/files/backup.ts';
import type { RunRecord, SavedState } from '../../../src/store/runs/records.ts';
import { runRecord } from '../../support/records.ts';
import { sessionState } from '../../support/reports.ts';

/** Everything out of one browser and into another. The archive worker's two verbs are called without the worker. */

vi.mock('../../../src/workers/archive/client.ts', () => ({
  packBackup: writeBackup,
  openBackup: async (name: string, blob: Blob) => readBackup(new Uint8Array(await blob.arrayBuffer()), name),
}));

beforeEach(() => newBrowser());
function newBrowser(): void {
  globalThis.indexedDB = new IDBFactory();
}

/** The page, opened anew. */
async function visit() {
  vi.resetModules();
  const { loadStored } = await import('../../../src/store/page/stored.ts');
  const { runsStore } = await import('../../../src/store/runs/state.ts');
  const { adaptersStore } = await import('../../../src/store/adapters/state.ts');
  const { datasetStore, readSavedOwn } = await import('../../../src/store/dataset/state.ts');
  const { lessonsStore } = await import('../../../src/store/lessons/state.ts');
  const { queueStore } = await import('../../../src/store/queue/state.ts');
  const backup = await import('../../../src/store/device/backup.ts');
  const storage = await import('../../../src/store/storage.ts');
  await loadStored();
  const run = await readSavedOwn();
  const seen = () => ({
    runs: runsStore.getState().runs,
    adapters: adaptersStore.getState().kept,
    rows: datasetStore.getState().data?.rows,
    answers: lessonsStore.getState().given,
    queue: queueStore.getState().pending,
  });
  const open = async (bytes: Uint8Array<ArrayBuffer>) => {
    await backup.openEverything(new File([bytes], 'all.zip'));
    return backup.backupStore.getState();
  };
  const load = async () => {
    await loadStored();
    await readSavedOwn();
  };
  return { ...backup, ...storage, seen, run, open, load };
}

const tensors = (): NamedTensors =>
  new Map([
    ['heads.a.1.weight', { shape: [2, 3], data: Float32Array.of(1, -0, Number.NaN, 2 ** -149, -3.4e38, 0.1) }],
    ['heads.a.1.bias', { shape: [2], data: Float32Array.of(0.5, -0.5) }],
  ]);
const savedState = (step: number): SavedState => ({
  labels: ['a', 'b'],
  trainRows: 4,
  testRows: 2,
  state: { ...sessionState, step, trainable: tensors(), logits: [[-0, Number.POSITIVE_INFINITY]] },
});
const rows = Array.from({ length: 5 }, (_, i) => ({
  text: `text ${i} “”\u2028`,
  label: i % 2 ? 'a' : 'b',
  line: i + 1,
}));
const piece = '43a81c44-73cd-4e65-b752-e4c8e84137e0';
const { id: _, run, name } = runRecord('a');
const adapter = { id: 'a', name, run, startedAt: 3, labels: ['a', 'b'], accuracy: null, testRows: 2, bytes: 32 };

async function fill({ put }: Pick<typeof import('../../../src/store/storage.ts'), 'put'>): Promise<void> {
  for (const id of ['a', 'b']) await put('runs', id, runRecord(id));
  await put('states', 'a', savedState(3));
  await put('adapters', 'a', adapter);
  await put('tensors', 'a', tensors());
  await put('notes', 'own-rows', { name: 'mine.csv', rows: [piece], test: null });
  await put('notes', `own-rows/${piece}`, packRows(rows));
  await put('notes', 'own-run', { name: 'mine.csv', run: { ...run, data: { train: 'mine.csv' } } });
  await put('notes', 'lessons', { freeze: 'b', places: 'a' });
  await put('notes', 'queue', { total: 2, pending: [run], origin: 'playground' });
}

async function packed(): Promise<Uint8Array<ArrayBuffer>> {
  await fill(await visit());
  const bytes = (await (await visit()).packEverything())?.bytes;
  if (!bytes) throw new Error('nothing was packed');
  return bytes;
}

test('all of it is in another browser what it was, bit by bit, and once is enough', async () => {
  const bytes = await packed();
  const before = await visit();
  const seen = before.seen();
  newBrowser();
  const page = await visit();
  expect((await page.open(bytes)).taken).toEqual({
    runs: 2,
    adapters: 1,
    rows: 'taken',
    kept: 0,
    surplus: 0,
    refused: 0,
  });
  expect(page.seen()).toEqual(seen);
  const next = await visit();
  expect(next.seen()).toEqual(seen);
  expect(seen.rows).toEqual(rows);
  expect(next.run).toEqual(before.run);
  const bitsOf = (map: NamedTensors | undefined) =>
    [...(map ?? [])].map(([key, { shape, data }]) => [key, shape, [...new Uint32Array(data.buffer)]]);
  expect(bitsOf(await next.get('tensors', 'a'))).toEqual(bitsOf(tensors()));
  const state = await next.get('states', 'a');
  expect(bitsOf(state?.state.trainable)).toEqual(bitsOf(tensors()));
  expect(Object.is(state?.state.logits[0]?.[0], -0)).toBe(true);
  expect((await next.open(bytes)).taken).toEqual({
    runs: 0,
    adapters: 0,
    rows: 'kept',
    kept: 3,
    surplus: 0,
    refused: 0,
  });
});

test('what is here stays, unless the file is further', async () => {
  const bytes = await packed();
  newBrowser();
  const first = await visit();
  const further: RunRecord = { ...runRecord('a'), stepsDone: 4, status: 'done' };
  await first.put('runs', 'a', further);
  await first.put('states', 'a', savedState(4));
  await first.put('runs', 'b', { ...runRecord('b'), stepsDone: 1 });
  await first.put('notes', 'lessons', { freeze: 'a' });
  const page = await visit();
  expect((await page.open(bytes)).taken).toMatchObject({ runs: 1, kept: 1 });
  const next = await visit();
  expect(next.seen().runs.map(({ id, stepsDone }) => [id, stepsDone])).toEqual([
    ['a', 4],
    ['b', 3],
  ]);
  expect((await next.get('states', 'a'))?.state.step).toBe(4);
  expect(next.seen().answers).toEqual({ freeze: 'a', places: 'a' });
});

test('a single flipped bit is refused in words, or changes nothing', async () => {
  const bytes = await packed();
  const whole = JSON.stringify(await readBackup(bytes, 'all.zip'));
  let refused = 0;
  for (let i = 0; i < 300; i++) {
    const copy = bytes.slice();
    const at = Math.floor((i / 300) * copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << (i % 8));
    const read = await readBackup(copy, 'all.zip').catch((error: Error) => error);
    if (!(read instanceof Error)) expect(JSON.stringify(read), `byte ${at}`).toBe(whole);
    else {
      refused++;
      expect(read, `byte ${at}`).toHaveProperty('words');
    }
  }
  expect(refused).toBeGreaterThan(200);
  newBrowser();
  const page = await visit();
  const copy = bytes.slice();
  copy[200] = (copy[200] ?? 0) ^ 1;
  expect(await page.open(copy)).toMatchObject({ taken: null, problem: expect.anything() });
  expect(page.seen().runs).toEqual([]);
});

test('of a hostile file nothing is taken that does not fit', async () => {
  const hostile: BackupEntry[] = [
    { store: 'runs', key: 'a', value: { ...runRecord('a'), id: '__proto__' } },
    { store: 'runs', key: 'b', value: null },
    { store: 'runs', key: 'c', value: { ...runRecord('c'), steps: [{}] } },
    { store: 'adapters', key: 'a', value: adapter },
    { store: 'tensors', key: 'a', value: new Map([['w', { shape: [9, 9], data: new Float32Array(3) }]]) },
    { store: 'notes', key: 'own-rows', value: { name: 'x', rows: [piece], test: null } },
    { store: 'notes', key: 'queue', value: { total: 1, pending: [{}] } },
    { store: 'notes', key: 'last-run', value: {} },
    { store: 'elsewhere', key: 'a', value: 1 },
    { store: 'damaged', key: 'runs/d', value: runRecord('d') },
    ...Array.from({ length: 250 }, (_, i) => ({ store: 'runs', key: `m${i}`, value: runRecord(`m${i}`) })),
  ];
  const page = await visit();
  const { taken } = await page.open(await writeBackup(hostile, 'today'));
  // The adapter comes without its tensors, which do not fit.
  expect(taken).toEqual({ runs: 200, adapters: 0, rows: null, kept: 0, surplus: 51, refused: 9 });
  expect((await visit()).seen().runs).toHaveLength(200);
});

test('garbage under the name of any note changes nothing, and is set aside', async () => {
  const page = await visit();
  const kinds = [
    null,
    'garbage',
    7,
    {},
    [],
    [1],
    new Map(),
    new Uint8Array(9),
    new Date(0),
    { pending: 3, rows: ['x'] },
  ];
  const notes = ['queue', 'lessons', 'own-rows', 'own-data', `own-rows/${piece}`];
  const seen = page.seen();
  for (const kind of kinds)
    for (const note of notes) {
      await page.put('notes', note, kind);
      if (note === `own-rows/${piece}`) await page.put('notes', 'own-rows', { name: 'x', rows: [piece], test: null });
      await page.load();
      expect(page.seen(), `${kind} as ${note}`).toEqual(seen);
      // No answers are answers.
      const isSound = note === 'lessons' && JSON.stringify(kind) === '{}' && !(kind instanceof Map);
      expect(page.storageStore.getState().damaged.includes(`notes/${note}`), `${kind} as ${note}`).toBe(!isSound);
      await page.discardDamaged(page.storageStore.getState().damaged);
    }
  expect(page.storageStore.getState().problem).toBeNull();
});

test('what could not be read is saved as a file that a later version can read', async () => {
  const circular: Record<string, unknown> = { when: new Date(0), big: 1n };
  circular.self = circular;
  const first = await visit();
  await first.put('damaged', 'runs/x', circular);
  const page = await visit();
  const file = await page.packDamaged(['runs/x']);
  const [entry] = await readBackup(file?.bytes ?? new Uint8Array(), 'damaged.zip');
  expect(entry).toMatchObject({ store: 'damaged', key: 'runs/x', value: { big: '1' } });
});

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { prepareFolder, readerOf, writeReason, writeWhole } from '../../commands/support/out-folder.ts';
import {
  type Checkpoint,
  checkpointNames,
  findCheckpoint,
  runDifferences,
  writeCheckpoint,
} from '../../commands/train/checkpoint.ts';
import { readRun, withPairs } from '../../src/training/run.ts';
import { soundBundle } from '../support/fuzz/samples.ts';

/** What `npm run train` writes and goes on with; tests/long/headless-faults.test.ts has the whole command. */

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'train-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a file is written whole or not at all, and the one before can be kept', async () => {
  const path = join(folder, 'a', 'x.zip');
  await writeWhole(path, 'one', 'old.zip');
  await writeWhole(path, 'two', 'old.zip');
  const contents = () => ['x.zip', 'old.zip'].map((name) => readFileSync(join(folder, 'a', name), 'utf8'));
  expect(contents()).toEqual(['two', 'one']);
  if (existsSync('/dev/full')) {
    // Where every byte is refused, as on a full disk.
    symlinkSync('/dev/full', `${path}.part`);
    await expect(writeWhole(path, 'three', 'old.zip')).rejects.toThrow(
      `${path} could not be written: no space is left`,
    );
  }
  expect(contents()).toEqual(['two', 'one']);
  expect(readdirSync(join(folder, 'a')).sort()).toEqual(['old.zip', 'x.zip']);
});

test('a folder is tried before anything else is done', async () => {
  await prepareFolder(join(folder, 'new/out'));
  expect(readdirSync(join(folder, 'new/out'))).toEqual([]);
  writeFileSync(join(folder, 'file'), '');
  await expect(prepareFolder(join(folder, 'file'))).rejects.toThrow('there is a file of that name (EEXIST)');
  await expect(prepareFolder(join(folder, 'file/out'))).rejects.toThrow('a folder above it is a file (ENOTDIR)');
  for (const [code, words] of [
    ['EACCES', 'may not write there'],
    ['EROFS', 'read-only'],
    ['EDQUOT', 'share of the disk'],
  ])
    expect(writeReason(Object.assign(new Error(`${code}: open`), { code }))).toContain(words);
});

const facts = {
  engine: 'wasm' as const,
  device: '2 threads',
  seconds: 3,
  baselineSeconds: 1,
  checkpointSeconds: 0.1,
  baselineSteps: [{ step: 0, loss: 0.1 + 0.2, learningRate: 1e-3, gradNorm: 1, milliseconds: 2 }],
};

test('the newest sound checkpoint is found, and says what was wrong with a newer one', async () => {
  const { rows: _, ...bundle } = soundBundle();
  const kept: Checkpoint = { bundle, facts };
  const write = (name: string, bytes: Uint8Array) => writeFileSync(join(folder, name), bytes);
  const find = () => findCheckpoint(readerOf(folder));
  expect(await find()).toBeNull();
  const bytes = writeCheckpoint(kept);
  write(checkpointNames.newest, bytes);
  expect(await find()).toEqual({ ...kept, name: checkpointNames.newest, problem: null });
  const damaged = new Uint8Array(bytes);
  damaged[bytes.length >> 1] = (damaged[bytes.length >> 1] ?? 0) ^ 1;
  write(checkpointNames.newest, damaged);
  await expect(find()).rejects.toThrow(/checkpoint\.zip: .* is damaged/);
  write(checkpointNames.previous, bytes);
  const problem = expect.stringMatching(/checkpoint\.zip: .* is damaged/);
  expect(await find()).toEqual({ ...kept, name: checkpointNames.previous, problem });
  write(checkpointNames.newest, bytes.slice(0, 5000));
  expect((await find())?.problem).toMatch(/checkpoint\.zip .*cut off/);
});

test('settings that differ from the checkpoint’s are named; the engine may be another one', () => {
  const { run } = soundBundle();
  expect(runDifferences(run, { ...run, engine: 'wasm' })).toEqual([]);
  // A run file need not say that its rows are pairs.
  const onFiles = readRun({ ...run, data: { train: 'x.csv', second: 'b' } });
  expect(runDifferences(withPairs(onFiles, true), onFiles)).toEqual([]);
  expect(runDifferences(onFiles, withPairs(onFiles, true))).toEqual([
    'data.pair: nothing in the checkpoint, true in the run file',
  ]);
  const other = readRun({ ...run, pooling: 'cls', training: { ...run.training, epochs: 9, clip: null } });
  expect(runDifferences(run, other)).toEqual([
    'pooling: "mean" in the checkpoint, "cls" in the run file',
    'training.epochs: 4 in the checkpoint, 9 in the run file',
    'training.clip: 1 in the checkpoint, null in the run file',
  ]);
});

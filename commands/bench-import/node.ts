/**
 * npm run bench-import: reads a CSV of 200 MB and a million rows, with the longest pause and the memory it took; in Node, or
 * with --page in the built page, as a person imports and browses it.
 */

import { openAsBlob, rmSync } from 'node:fs';
import { mkdtemp, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../../src/base/random.ts';
import { importGuessed } from '../../src/data/read-file.ts';
import { runCommand } from '../support/command.ts';
import { importInPage } from './in-page.ts';

const rows = 1_000_000;
const chunkRows = 10_000;
/** Interval of rows that repeat the one before them. */
const repeatEvery = 1000;
const words = 'the a film story with of and in actor scene plot long short great poor "quoted" comma, line'.split(' ');

async function writeTable(path: string): Promise<number> {
  const random = createRandom(7);
  const word = () => words[Math.floor(random.uniform() * words.length)] ?? '';
  const file = await open(path, 'w');
  await file.write('id,text,label\n');
  for (let from = 0; from < rows; from += chunkRows) {
    let msg = '';
    const lines = Array.from({ length: chunkRows }, (_, i) => {
      const again = i % repeatEvery === repeatEvery - 1;
      if (!again) msg = `"${Array.from({ length: 34 }, word).join(' ').replaceAll('"', '""')}",class ${i % 9}`;
      return `${from + i},${msg}\n`;
    });
    await file.write(lines.join(''));
  }
  const { size } = await file.stat();
  await file.close();
  return size;
}

async function importInNode(path: string): Promise<void> {
  let [longest, last, most] = [0, performance.now(), 0];
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
    most = Math.max(most, process.memoryUsage().rss);
  }, 1);
  const started = performance.now();
  const read = await importGuessed({ name: 'large.csv', blob: await openAsBlob(path) });
  clearInterval(timer);
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `${read.length} rows in ${seconds.toFixed(1)} s; longest pause ${longest.toFixed(0)} ms; resident ${(most / 1e6).toFixed(0)} MB`,
  );
}

runCommand(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'import-'));
  try {
    const path = join(folder, 'large.csv');
    console.log(`${((await writeTable(path)) / 1e6).toFixed(0)} MB, ${rows} rows`);
    await (process.argv.includes('--page') ? importInPage(path) : importInNode(path));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return 0;
});

import { expect, test } from 'vitest';
import { createRandom } from '../../src/base/random.ts';
import { doInSlices, finish, type Work } from '../../src/base/work.ts';
import { checkRows } from '../../src/data/checks/checks.ts';
import { readTexts, textKey } from '../../src/data/checks/same-texts.ts';
import { csvPieces, findRows, toCsv } from '../../src/data/rows/edit.ts';
import type { Row } from '../../src/data/rows/row.ts';
import { splitRows } from '../../src/data/rows/split.ts';
import { lookThrough, searchRows } from '../../src/store/dataset/report.ts';

/** A person's many rows are looked through between two frames, never instead of them. */

const words = 'A film  story with OF and in actor scene plot'.split(' ');
const random = createRandom(11);
const draw = (count: number) => Array.from({ length: count }, () => words[Math.floor(random.uniform() * words.length)]);
const rowsOf = (count: number, length: number): Row[] =>
  Array.from({ length: count }, (_, i) => ({ text: draw(length).join(' '), label: `class ${i % 3}`, line: i + 2 }));

const many = rowsOf(40_000, 34);
const cut = { testShare: 0.2, seed: 1 };

/** Milliseconds that a piece of work may keep the page from drawing. */
const bearable = 30;

/** The longest time that a piece takes; the best of some goes, as the machine has other things to do too. */
function maxPieceLength(begin: () => Work<unknown>): number {
  const goes = Array.from({ length: 3 }, () => {
    const work = begin();
    let longest = 0;
    for (let done = false; !done; ) {
      const started = performance.now();
      done = work.next().done ?? false;
      longest = Math.max(longest, performance.now() - started);
    }
    return longest;
  });
  return Math.min(...goes);
}

const split = splitRows([...many, ...many.slice(0, 1000)], cut);
const fix = finish(checkRows(split)).find(({ check }) => check === 'duplicate')?.fix;
if (!fix) throw new Error('Repeated rows were not found.');

const kinds: [name: string, begin: () => Work<unknown>][] = [
  ['checks', () => lookThrough({ name: 'many.csv', rows: many, test: null }, cut)],
  ['a fix', () => fix(split)],
  ['a search', () => searchRows(many, { words: 'nothing like it', label: undefined })],
  ['a download', () => csvPieces(many)],
];
test.each(kinds)('%s takes no piece that a person would notice', (_, begin) => {
  expect(maxPieceLength(begin)).toBeLessThan(bearable);
});

test('texts are numbered as comparing each with all others would', () => {
  const [train, test] = [rowsOf(300, 2), rowsOf(100, 2)];
  const all = [...train, ...test];
  const read = finish(readTexts({ train, test }));
  const first = all.map(({ text }) => all.findIndex((row) => textKey(row.text) === textKey(text)));
  expect([...read.train.texts, ...read.test.texts]).toEqual(first);
  const isAgain = (part: Row[]) =>
    part.map(({ text, label }, i) =>
      part.slice(0, i).some((row) => row.label === label && textKey(row.text) === textKey(text)) ? 1 : 0,
    );
  expect([...read.train.repeated]).toEqual(isAgain(train));
  expect([...read.test.repeated]).toEqual(isAgain(test));
});

test('small work is done before anything else is; longer work later, and not at all once it is given up', async () => {
  const few = many.slice(0, 50);
  let found: number[] = [];
  doInSlices(findRows(few, { label: 'class 1' }), (places) => {
    found = places;
  });
  expect(found).toHaveLength(17);

  const ended: string[] = [];
  const over = (name: string, resolve: () => void) => () => {
    ended.push(name);
    resolve();
  };
  function* long(): Work<void> {
    const until = performance.now() + 100;
    while (performance.now() < until) yield;
  }
  const giveUp = doInSlices(
    long(),
    over('given up', () => {}),
  );
  giveUp();
  await new Promise<void>((resolve) => {
    doInSlices(long(), over('kept', resolve));
    expect(ended).toEqual([]);
  });
  expect(ended).toEqual(['kept']);
});

test('rows written in pieces are one file', () => {
  const lines = toCsv(many.slice(0, 4500)).split('\n');
  expect(lines).toEqual(['"text","label"', ...many.slice(0, 4500).map(({ text, label }) => `"${text}","${label}"`)]);
  expect(toCsv([{ text: 'a, "b"\nc', label: '1', line: 1 }])).toBe('"text","label"\n"a, ""b""\nc","1"');
});

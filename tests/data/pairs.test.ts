import { describe, expect, test } from 'vitest';
import { finish } from '../../src/base/work.ts';
import { checkRows } from '../../src/data/checks/checks.ts';
import { fixAll } from '../../src/data/checks/fix-all.ts';
import { guessColumns } from '../../src/data/columns/guess-columns.ts';
import { isOfPairs, makeDataset } from '../../src/data/dataset.ts';
import { importGuessed, importRows, previewFile } from '../../src/data/read-file.ts';
import { addPairs, findRows, toCsv, typedPairs } from '../../src/data/rows/edit.ts';
import { linkedRowsChecksum, packLinkedRows, unpackLinkedRows } from '../../src/data/rows/linked-rows.ts';
import { packedRowsSchema, packRows, RowCollector } from '../../src/data/rows/packed-rows.ts';
import type { Row } from '../../src/data/rows/row.ts';
import { joinedText, pairMark } from '../../src/data/rows/texts.ts';
import { readRowLines, rowLines } from '../../src/files/formats/row-lines.ts';
import { isPair, type Run, readRun, textsFor, typedFor, withPairs } from '../../src/training/run.ts';

/** Rows of two texts: how they are read, checked, kept, sent and written. */

const pair = (text: string, second: string, label: string, line = 1): Row => ({ text, second, label, line });
const rows = Array.from({ length: 24 }, (_, i) => pair(`text ${i}`, `second ${i}, "x"`, i % 2 ? 'odd' : 'even', i + 2));
const joined = rows.map(({ label, line, ...texts }) => ({ text: joinedText(texts), label, line }));
const file = (name: string, text: string) => ({ name, blob: new Blob([text]) });

describe('from a file', () => {
  test.each([
    ['premise', 'hypothesis'],
    ['sentence1', 'sentence2'],
    ['question', 'answer'],
    ['question1', 'question2'],
    ['Text A', 'Text B'],
    ['query', 'passage'],
  ])('the columns %s and %s are taken for the two texts', async (first, second) => {
    const lines = rows.map(({ text, label }, i) => `${i},${text} of some words,${label},another text of words ${i}`);
    const csv = `idx,${first},label,${second}\n${lines.join('\n')}\n`;
    const read = await importGuessed(file('pairs.csv', csv));
    expect(read[1]).toEqual(pair('text 1 of some words', 'another text of words 1', 'odd', 3));
  });

  test('a label called answer is no second text', () => {
    const records = rows.map((_, i) => ({ place: i + 1, cells: [`is it ${i} of them?`, i % 2 ? 'yes' : 'no'] }));
    expect(guessColumns(['question', 'answer'], records)).toMatchObject({ second: null, label: 'answer' });
  });

  test('a column that is not there is named, and one column cannot be both texts', async () => {
    const preview = await previewFile(file('pairs.csv', 'a,b,label\none,two,x\nthree,four,y\n'));
    const mapped = (second: string) => importRows(preview, { mapping: { text: 'a', second, label: 'label' } });
    await expect(mapped('hypothesis')).rejects.toThrow('pairs.csv has no column hypothesis; it has a, b, label.');
    await expect(mapped('a')).rejects.toThrow('column a cannot be both texts of a pair');
  });

  test('rows saved as CSV come back as the same pairs, and joined ones as pairs', async () => {
    const back = async (list: readonly Row[]) =>
      (await importGuessed(file('x.csv', toCsv(list)))).map(({ line: _, ...row }) => row);
    const plain = rows.map(({ line: _, ...row }) => row);
    expect(await back(rows)).toEqual(plain);
    expect(await back(joined)).toEqual(plain);
  });
});

describe('checks', () => {
  const split = (train: Row[]) => ({ train: [...rows, ...train], test: [] });
  const found = (train: Row[], check: string) =>
    finish(checkRows(split(train))).find((finding) => finding.check === check);

  test('a pair with an empty text is found and removed; one with two is empty', () => {
    const halves = [pair('a text', ' ', 'odd', 40), pair('', 'a second', 'even', 41)];
    const finding = found([...halves, pair('', '', 'odd')], 'half-empty');
    expect(finding).toMatchObject({ count: 2, severity: 'warning' });
    expect(finding?.examples.map(({ row }) => row.line)).toEqual([40, 41]);
    expect(found([...halves, pair('', '', 'odd')], 'empty-text')?.count).toBe(1);
    expect(finish(fixAll(split([...halves, pair('', '', 'odd')]))).train).toEqual(rows);
    expect(found([{ text: 'alone', label: 'odd', line: 1 }], 'half-empty')).toBeUndefined();
  });

  test('pairs are the same only where both texts are', () => {
    expect(found([pair('text 1', 'another', 'odd')], 'duplicate')).toBeUndefined();
    expect(found([pair('Text 1', 'second 1,  "x"', 'odd')], 'duplicate')?.count).toBe(1);
  });
});

describe('in a data set', () => {
  const read = { train: rows, test: rows.slice(0, 4) };
  const options = { name: 'pairs', seed: 1 };

  test('both texts stay apart, or are joined for a run of an earlier version', () => {
    const dataset = makeDataset(read, options);
    expect([isOfPairs(dataset), dataset.train[1]]).toEqual([
      true,
      { text: 'text 1', second: 'second 1, "x"', label: 1 },
    ]);
    const before = makeDataset(read, { ...options, pair: false });
    expect(before).toEqual(makeDataset({ train: joined, test: joined.slice(0, 4) }, options));
    expect(isOfPairs(before)).toBe(false);
  });

  test('a row with one text among them is refused with its line', () => {
    const alone = { text: 'alone', label: 'odd', line: 77 };
    expect(() => makeDataset({ ...read, test: [alone] }, options)).toThrow('the row on line 77 has one text');
    expect(() => makeDataset({ train: joined, test: joined }, { ...options, pair: true })).toThrow('two each');
  });
});

describe('a run', () => {
  const run = (data: object): Run => readRun({ name: 'x', data, method: { type: 'houlsby' } });

  test('says whether its rows are pairs; a file of an earlier version does not', () => {
    const old = run({ train: 'x.csv', second: 'b' });
    expect(isPair(old)).toBe(false);
    const now = withPairs(old, true);
    expect([isPair(now), isPair(readRun(now)), withPairs(now, false)]).toEqual([true, true, old]);
    expect(() => run({ train: 'x.csv', pair: false })).toThrow('data');
    expect(() => run({ train: 'x.csv', pair: true, kind: 'token' })).toThrow('data.pair');
    expect(() => run({ task: 'sms_spam', pair: true })).toThrow('data');
  });

  test('reads both texts, or joined ones of rows and the first alone of what is typed', () => {
    const [old, now] = [run({ train: 'x.csv' }), run({ train: 'x.csv', pair: true })];
    const texts = { text: 'a', second: 'b' };
    expect([textsFor(now, texts), typedFor(now, texts), typedFor(now, { text: 'a' })]).toEqual([
      texts,
      texts,
      { text: 'a', second: '' },
    ]);
    expect([textsFor(old, texts), typedFor(old, texts)]).toEqual([{ text: `a${pairMark}b` }, { text: 'a' }]);
  });
});

describe('on their way', () => {
  test('to a worker and into storage', () => {
    const collector = new RowCollector();
    const packed = structuredClone(packRows(rows));
    expect(packedRowsSchema.safeParse(packed).success).toBe(true);
    collector.add(packed);
    expect(collector.rows).toEqual(rows);
    const short = { ...packed, seconds: packed.seconds?.slice(1) };
    expect(packedRowsSchema.safeParse(short).success).toBe(false);
  });

  test('in a link, whose checksum knows joined rows of an earlier version again', async () => {
    const packed = packLinkedRows({ rows, test: rows.slice(0, 2) }) ?? '';
    const numbered = rows.map((row, i) => ({ ...row, line: i + 1 }));
    expect(unpackLinkedRows(packed)).toEqual({ rows: numbered, test: numbered.slice(0, 2) });
    const sum = await linkedRowsChecksum({ rows, test: null });
    expect(sum).toBe(await linkedRowsChecksum({ rows: joined, test: null }));
  });

  test('in a bundle, as lines of two texts and the label', () => {
    const labels = ['even', 'odd'];
    const examples = [
      { text: 'a', second: '', label: 1 },
      { text: 'b', second: 'c', label: 0 },
    ];
    const lines = rowLines(examples, labels);
    expect(lines).toBe('["a","","odd"]\n["b","c","even"]\n');
    const bytes = new TextEncoder().encode(lines);
    expect(readRowLines(bytes, labels, 'train.jsonl')).toEqual(examples);
    const several = [{ text: 'a', second: 'b', label: [0, 1] }];
    const written = new TextEncoder().encode(rowLines(several, labels, 'multi-label'));
    expect(readRowLines(written, labels, 'train.jsonl', 'multi-label')).toEqual(several);
    const odd = new TextEncoder().encode('["a","b","c","odd"]\n');
    expect(() => readRowLines(odd, labels, 'train.jsonl')).toThrow('train.jsonl line 1');
  });
});

describe('editing', () => {
  test('finds words of the second text, and adds as many pairs as there are lines of both', () => {
    expect(finish(findRows(rows, { words: 'SECOND 3,' }))).toEqual([3]);
    expect(typedPairs('a\nb', 'c')).toBeNull();
    const typed = typedPairs('a\n\n b', 'c\r\nd\n') ?? [];
    expect(addPairs([], typed, ' x ')).toEqual([pair('a', 'c', 'x', 0), pair('b', 'd', 'x', 0)]);
  });
});

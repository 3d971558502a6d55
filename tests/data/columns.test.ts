import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { type LookReport, look } from '../../src/headless/look.ts';

/** Which columns are taken, with a header or without, in files as people have them: by hand, one kind a line. */

const texts = [
  'the soup was cold and the waiter rude',
  'a lovely evening, warm bread and good wine',
  'we waited an hour for a table by the door',
  'best pancakes in town, and quick',
  'never again, the fish was off',
  'friendly, quick and cheap for what it is',
  'the room was loud and the chairs hard',
  'they remembered us from last year',
  'my plate was still dirty when it came',
  'a small place with a big heart',
  'the bill was wrong twice',
  'come for the cake and stay for the view',
];
const cell = (value: unknown) => {
  const text = String(value);
  return /[,;"\t\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

type Column = (i: number) => unknown;
/** A table of 24 rows, or as many as are asked for. */
function table(columns: Record<string, Column> | Column[], { rows = 24, delimiter = ',', end = '\n' } = {}): string {
  const list = Array.isArray(columns) ? columns : Object.values(columns);
  const header = Array.isArray(columns) ? [] : [Object.keys(columns).map(cell).join(delimiter)];
  const body = Array.from({ length: rows }, (_, i) => list.map((column) => cell(column(i))).join(delimiter));
  return [...header, ...body, ''].join(end);
}

const text: Column = (i) => `${texts[i % 12]} ${['indeed', 'truly', 'again'][Math.floor(i / 12)] ?? i}`;
const mood: Column = (i) => (i % 2 ? 'positive' : 'negative');
const number: Column = (i) => i + 1;
const binary: Column = (i) => ((i * 7) % 3) % 2;
const one: Column = () => 'NO_QUERY';
const hex: Column = (i) => `f${((i + 1) * 2654435761).toString(16)}a${i}`;
const date: Column = (i) => `2024-03-${String((i % 28) + 1).padStart(2, '0')} 10:0${i % 10}:00`;
const url: Column = (i) => `https://example.org/a/rather/long/address/of/a/page/number/${i}`;
const float: Column = (i) => ((i * 0.37) % 1).toFixed(4);
const words: Column = (i) => 4 + ((i * 5) % 9);

type Expected = Partial<Pick<LookReport, 'format' | 'header' | 'text' | 'second' | 'label' | 'classes' | 'rows'>> & {
  error?: RegExp;
};
type Case = [what: string, name: string, content: string | Uint8Array, expected: Expected];

const moods = ['negative', 'positive'];
const named = (label: string, column: Column = mood): Case => [
  `a label called ${label}`,
  'x.csv',
  table({ id: number, review: text, [label]: column, url }),
  { header: true, text: 'review', label },
];

const csvCases: Case[] = [
  ...'category,target,class,sentiment,intent,Label,LABEL,airline_sentiment,true_label,Class Index,is_spam,emotion,topic,gold_label,标签'
    .split(',')
    .map((name) => named(name)),
  named('y', binary),
  named('stars', (i) => 1 + (i % 5)),
  named('Rating', (i) => 1 + (i % 5)),
  named('label', (i) => (i % 2 ? '1.0' : '0.0')),
  named('label', (i) => (i % 2 ? 'True' : 'False')),
  named('label', (i) => i % 4),
  [
    'a label that no list knows',
    'x.csv',
    table({ nr: number, zeug: text, sorte: mood }),
    { text: 'zeug', label: 'sorte', header: true },
  ],
  ['label first', 'x.csv', table({ label: mood, text }), { text: 'text', label: 'label' }],
  [
    'columns of all sorts',
    'x.csv',
    table({ hash: hex, when: date, link: url, score_p: float, n_words: words, tag_x: mood, text }),
    { text: 'text', label: 'tag_x' },
  ],
  [
    'measured numbers beside',
    'x.csv',
    table({ text, confidence: float, sentiment: mood }),
    { label: 'sentiment', classes: moods },
  ],
  [
    'a reason mostly empty',
    'x.csv',
    table({
      text,
      negativereason: (i) => (i % 9 ? '' : 'late'),
      airline_sentiment_gold: (i) => (i % 12 ? '' : 'a'),
      outcome: mood,
    }),
    { label: 'outcome' },
  ],
  [
    'a constant label',
    'x.csv',
    table({ text, label: one }),
    { text: 'text', label: null, error: /label cannot be the label: it has one value only/ },
  ],
  [
    'a label mostly empty',
    'x.csv',
    table({ text, label: (i) => (i % 5 ? '' : mood(i)) }),
    { label: null, error: /empty in most rows/ },
  ],
  ['a label of ids', 'x.csv', table({ text, label: hex }), { label: null, error: /another value in nearly every row/ }],
  ['a label that counts', 'x.csv', table({ text, label: number }), { label: null, error: /counts the rows/ }],
  ['a label of measured numbers', 'x.csv', table({ text, label: float }), { label: null, error: /measured numbers/ }],
  [
    'lists as Python prints them',
    'x.csv',
    table({ text, labels: (i) => (i % 2 ? "['joy', 'love']" : "['anger']"), id: hex }),
    { label: null, error: /labels.*several labels a row/ },
  ],
  [
    'several labels in a cell',
    'x.tsv',
    table([text, (i) => ['3', '27', '3,27', '5', '5,3'][i % 5], hex], { delimiter: '\t' }),
    { label: null, error: /several labels a row/ },
  ],
  [
    'six yes-or-no columns',
    'x.csv',
    table({
      id: hex,
      comment_text: text,
      ...Object.fromEntries(
        [2, 3, 4, 5, 6, 7].map((n) => [`kind_${String.fromCharCode(96 + n)}`, (i: number) => (i % n ? 0 : 1)]),
      ),
    }),
    { text: 'comment_text', label: null, error: /cannot be told/ },
  ],
  [
    'two texts',
    'x.csv',
    table({ title: (i) => `headline ${i}`, body: text, category: mood }),
    { text: 'body', second: null, label: 'category' },
  ],
  [
    'a pair',
    'x.csv',
    table({ premise: text, hypothesis: (i) => text(i + 1), label: mood }),
    { text: 'premise', second: 'hypothesis', label: 'label' },
  ],
  [
    'question and passage',
    'x.csv',
    table({ question: (i) => `is it ${i}`, passage: text, answer: (i) => i % 2 === 0 }),
    { text: 'question', second: 'passage', label: 'answer' },
  ],
  [
    'fifteen columns',
    'x.csv',
    table({
      tweet_id: (i) => 570300000 + i,
      airline_sentiment: mood,
      c1: float,
      c2: one,
      c3: () => '',
      airline: (i) => ['A', 'B', 'C'][i % 3],
      c5: () => '',
      name: (i) => `user${i}`,
      c7: () => '',
      retweet_count: (i) => i % 3,
      text,
      c10: () => '',
      created: date,
      location: (i) => (i % 2 ? 'Paris' : ''),
      user_timezone: (i) => (i % 3 ? 'Eastern Time' : 'Quito'),
    }),
    { text: 'text', label: 'airline_sentiment', classes: moods },
  ],
  [
    'an index without a name',
    'x.csv',
    table({ '': (i) => i, text, label: mood }),
    { header: true, text: 'text', label: 'label' },
  ],
  [
    'text, label and its name',
    'x.csv',
    table({ text, label: binary, label_text: (i) => (binary(i) ? 'yes' : 'no') }),
    { label: 'label' },
  ],
  [
    'no header: text, label',
    'x.csv',
    table([text, mood]),
    { header: false, text: 1, label: 2, classes: moods, rows: 24 },
  ],
  ['no header: label, text', 'x.csv', table([mood, text]), { header: false, text: 2, label: 1 }],
  [
    'no header: number, text',
    'x.csv',
    table([(i) => 1 + (i % 4), (i) => `headline ${i}`, text]),
    { header: false, text: 3, label: 1 },
  ],
  [
    'no header: Sentiment140',
    'x.csv',
    table([
      (i) => (i % 2 ? 4 : 0),
      (i) => 1467810369 + 311 * i,
      () => 'Mon Apr 06 22:19:45 PDT 2009',
      one,
      (i) => `user_${i}`,
      text,
    ]),
    { header: false, text: 6, label: 1, classes: ['0', '4'] },
  ],
  [
    'no header: CoLA',
    'x.tsv',
    table([(i) => `gj0${Math.floor(i / 8)}`, (i) => (i % 3 ? 1 : 0), (i) => (i % 3 ? '' : '*'), text], {
      delimiter: '\t',
    }),
    { header: false, text: 4, label: 2 },
  ],
  ['no header: id, text, label', 'x.csv', table([number, text, mood]), { header: false, text: 2, label: 3 }],
  [
    'no header: "question" is a value',
    'x.csv',
    table([(i) => (i % 2 ? 'question' : 'statement'), text]),
    { header: false, text: 2, label: 1 },
  ],
  ['no header, three rows', 'x.csv', table([text, mood], { rows: 3 }), { header: false, text: 1, label: 2 }],
  [
    'a header, three rows',
    'x.csv',
    table({ phrase: text, kind: mood }, { rows: 3 }),
    { header: true, text: 'phrase', label: 'kind' },
  ],
  [
    'a header over short texts',
    'x.csv',
    table({ fruit: (i) => `${['red', 'green', 'big'][i % 3]} thing ${i}`, sort: mood }),
    { header: true, text: 'fruit', label: 'sort' },
  ],
  [
    'numbers as names, as pandas writes',
    'x.csv',
    table({ 0: text, 1: mood }),
    { header: true, text: '0', label: '1', rows: 24 },
  ],
  ['a header over numbers only', 'x.csv', table({ zeug: text, wert: (i) => i % 2 }), { header: true, label: 'wert' }],
  [
    'semicolons and decimal commas',
    'x.csv',
    table({ text, preis: (i) => `${i},5`, klasse: mood }, { delimiter: ';' }),
    { text: 'text', label: 'klasse' },
  ],
  ['CRLF', 'x.csv', table({ text, label: mood }, { end: '\r\n' }), { text: 'text', label: 'label', rows: 24 }],
  ['a byte-order mark', 'x.csv', `\ufeff${table({ text, label: mood })}`, { text: 'text', label: 'label' }],
  [
    'UTF-16',
    'x.csv',
    Buffer.from(`\ufeff${table({ text, label: mood })}`, 'utf16le'),
    { text: 'text', label: 'label', rows: 24 },
  ],
  [
    'texts of several lines',
    'x.csv',
    table({ text: (i) => `${text(i)}\nand, more`, label: mood }),
    { rows: 24, label: 'label' },
  ],
  ['tabs', 'x.tsv', table({ text, label: mood }, { delimiter: '\t' }), { format: 'tsv', label: 'label' }],
  [
    'sep= with a delimiter of its own',
    'x.csv',
    `sep=^\n${table({ text, label: mood }, { delimiter: '^' })}`,
    { label: 'label', rows: 24 },
  ],
  [
    'sep= filled up',
    'x.csv',
    `sep=;;;\n${table({ text, label: mood, id: number }, { delimiter: ';' })}`,
    { label: 'label', rows: 24 },
  ],
  [
    'sep= after a mark, quoted, over no header',
    'x.csv',
    `\ufeff"sep=,"\r\n${table([text, mood], { end: '\r\n' })}`,
    { header: false, label: 2, rows: 24 },
  ],
  ['a text that begins with sep', 'x.csv', table({ text: (i) => `sep=${i}`, label: mood }), { rows: 24 }],
  [
    'Chinese',
    'x.csv',
    table({ 内容: (i) => `这个地方的菜很好吃第${i}次来`, 类别: (i) => (i % 2 ? '好评' : '差评') }),
    { header: true, text: '内容', label: '类别' },
  ],
  [
    'Chinese without a header',
    'x.csv',
    table([(i) => `这个地方的菜很好吃第${i}次来`, (i) => (i % 2 ? '好评' : '差评')]),
    { header: false, text: 1, label: 2 },
  ],
];

const object = (i: number, more = {}) => ({ text: text(i), label: mood(i), ...more });
const list = (more = {}) => Array.from({ length: 12 }, (_, i) => object(i, more));
const objects = Object.fromEntries(list().map((row, i) => [i, row]));
const json = (value: unknown) => JSON.stringify(value);
const asExpected: Expected = { format: 'json', header: null, text: 'text', label: 'label', rows: 12, classes: moods };
const column = (key: 'text' | 'label') => Object.fromEntries(list().map((row, i) => [i, row[key]]));
const lists = list().map((row) => [row.text, row.label]);
const jsonCases: Case[] = [
  ['records', 'x.json', json(list()), asExpected],
  ['orient index', 'x.json', json(objects), asExpected],
  ['orient index by names', 'x.json', json(Object.fromEntries(list().map((row, i) => [`row-${i}`, row]))), asExpected],
  ['orient columns', 'x.json', json({ text: column('text'), label: column('label') }), asExpected],
  [
    'orient split',
    'x.json',
    json({ columns: ['text', 'label'], index: lists.map((_, i) => i), data: lists }),
    asExpected,
  ],
  [
    'orient table',
    'x.json',
    json({ schema: { fields: [] }, data: list().map((row, index) => ({ index, ...row })) }),
    asExpected,
  ],
  ['orient values', 'x.json', json(lists), { ...asExpected, text: 'column 1', label: 'column 2' }],
  ['lists below names', 'x.json', json([['text', 'label'], ...lists]), asExpected],
  ['lists side by side', 'x.json', json({ text: lists.map(([a]) => a), label: lists.map(([, b]) => b) }), asExpected],
  ['data', 'x.json', json({ data: list() }), asExpected],
  [
    'rows with a version beside',
    'x.json',
    json({ version: 1, meta: { by: 'a' }, rows: list(), errors: [] }),
    asExpected,
  ],
  ['wrapped twice', 'x.json', json({ result: { items: list() } }), asExpected],
  [
    "the Hub's rows",
    'x.json',
    json({ features: [{ name: 'text' }], rows: list().map((row, row_idx) => ({ row_idx, row, truncated_cells: [] })) }),
    asExpected,
  ],
  ['train and test', 'x.json', json({ train: list(), test: list() }), { error: /several lists \(train, test\)/ }],
  [
    'nested values beside',
    'x.jsonl',
    list({ meta: { a: 1 }, spans: [[0, 2]] })
      .map(json)
      .join('\n'),
    { ...asExpected, format: 'jsonl' },
  ],
  [
    'lists of labels',
    'x.jsonl',
    list()
      .map((row, id) => json({ ...row, label: undefined, labels: ['a', row.label], id: `e${id}x${id}` }))
      .join('\n'),
    { label: null, error: /Column labels holds lists \(several labels a row\)/ },
  ],
  ['a notebook', 'x.json', json({ cells: [], nbformat: 4 }), { error: /Jupyter/ }],
  [
    'Python',
    'x.jsonl',
    "{'text': 'a', 'label': 'b'}\n{'text': 'c', 'label': 'd'}\n",
    { error: /line 1, column 2: not JSON \(single quotes/ },
  ],
  [
    'None',
    'x.json',
    '[\n{"text": "a", "label": "b"},\n{"text": "c", "label": None}\n]',
    { error: /line 3, column 24.*None/ },
  ],
  ['Infinity', 'x.json', '[{"text": "a",\n"label": -Infinity}]', { error: /line 2, column 10.*Infinity/ }],
  ['a comment', 'x.json', '[\n// rows\n{"text": "a"}]', { error: /line 2, column 1.*comments/ }],
  ['a name without quotes', 'x.json', '[\n{text: "a"}]', { error: /line 2, column 2.*text stands without/ }],
  ['a missing comma', 'x.json', '[{"text": "a"}\n{"text": "b"}]', { error: /line 2, column 1.*comma is missing/ }],
  ['a line break in a text', 'x.json', '[{"text": "a\nb"}]', { error: /line 1, column 13.*line break/ }],
  ['cut off', 'x.json', '[{"text": "a"},\n{"text": "b', { error: /line 2, column 12.*complete/ }],
  ['objects on lines in a list', 'x.json', '[1]\n[2]', { error: /line 2, column 1.*JSONL/ }],
];

const bytes = (value: string) => new TextEncoder().encode(value);
const csv = bytes(table({ text, label: mood }));
const zipped = (files: Record<string, Uint8Array>) => zipSync(files);
const folderOf = (folder: string, from: number) =>
  Object.fromEntries([0, 1, 2].map((i) => [`${folder}/${i}.txt`, bytes(String(text(from + i)))]));
const review = (root = '') => ({ ...folderOf(`${root}neg`, 0), ...folderOf(`${root}pos`, 3) });
const folders: Expected = { format: 'folders', header: null, text: 'text', label: 'label', classes: ['neg', 'pos'] };
const zipCases: Case[] = [
  ['folders', 'x.zip', zipped(review()), { ...folders, rows: 6 }],
  ['folders in one', 'x.zip', zipped(review('reviews/all/')), { ...folders, rows: 6 }],
  [
    'parts, a validation part too',
    'x.zip',
    zipped({ ...review('d/train/'), ...review('d/test/'), ...review('d/dev/') }),
    { ...folders, rows: 18 },
  ],
  [
    'parts inside the classes',
    'x.zip',
    zipped({
      ...folderOf('neg/train', 0),
      ...folderOf('neg/test', 3),
      ...folderOf('pos/train', 6),
      ...folderOf('pos/test', 9),
    }),
    { ...folders, rows: 12 },
  ],
  [
    'classes called test and dev',
    'x.zip',
    zipped({ ...folderOf('test', 0), ...folderOf('dev', 3) }),
    { classes: ['dev', 'test'], rows: 6 },
  ],
  [
    "a stray file, a Mac's and a thumbnail",
    'x.zip',
    zipped({ ...review('d/'), 'd/README.md': csv, '__MACOSX/d/neg/._0.txt': csv, 'd/pos/Thumbs.db': csv }),
    { ...folders, rows: 6 },
  ],
  ['a table', 'x.zip', zipped({ 'a/rows.csv': csv, 'a/README.txt': csv }), { format: 'csv', label: 'label', rows: 24 }],
  [
    'train.csv and test.csv',
    'x.zip',
    zipped({ 'train.csv': csv, 'test.csv': csv, 'val.csv': csv }),
    { format: 'csv', rows: 72 },
  ],
  [
    'a test part without labels',
    'x.zip',
    zipped({ 'train.csv': csv, 'test.csv': bytes(table({ text, id: number })) }),
    { rows: 24, label: 'label' },
  ],
  [
    'tables of other names',
    'x.zip',
    zipped({ 'a.csv': csv, 'b.csv': csv }),
    { error: /holds several files \(a.csv, b.csv\)/ },
  ],
  ['a gzipped table', 'x.csv.gz', gzipSync(csv), { format: 'csv', label: 'label', rows: 24 }],
  ['a gzipped zip', 'x.zip.gz', gzipSync(zipped(review())), { ...folders, rows: 6 }],
];

const check = async ([, name, content, { error, ...expected }]: Case) => {
  const report = await look({
    name,
    blob: new Blob([typeof content === 'string' ? content : new Uint8Array(content)]),
  });
  expect(report).toMatchObject(expected);
  if (error) expect(report.error).toMatch(error);
  else expect(report.error).toBeNull();
};

describe('tables', () => test.each(csvCases)('%s', (...each) => check(each)));
describe('JSON', () => test.each(jsonCases)('%s', (...each) => check(each)));
describe('archives', () => test.each(zipCases)('%s', (...each) => check(each)));

const latin = (value: string) => Uint8Array.from(value, (letter) => letter.charCodeAt(0));
function tar(name: string): Uint8Array {
  const block = new Uint8Array(1024);
  block.set(latin(name));
  block.set(latin('0000644\0'), 100);
  block.set(latin('00000000010\0'), 124);
  block.set(latin('        '), 148);
  const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  block.set(latin(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  return block;
}
const unsupported: [name: string, content: Uint8Array, names: RegExp][] = [
  ['a.tar', tar('a/b.txt'), /tar archive/],
  ['a.tar.gz', gzipSync(tar('a/b.txt')), /tar archive/],
  ['a.arrow', latin('ARROW1\0\0abc'), /Arrow IPC/],
  ['a.csv', latin('\xff\xff\xff\xff\x10\x02\0\0\x10\0\0\0'), /Arrow IPC/],
  ['a.feather', latin('FEA1\0\0'), /Feather/],
  ['a.pkl', latin('\x80\x04\x95\x10\0\0\0'), /pickle/],
  ['a.pkl', latin('\x80\x02}q\0'), /pickle/],
  ['a.db', latin('SQLite format 3\0'), /SQLite/],
  ['a.h5', latin('\x89HDF\r\n\x1a\n'), /HDF5/],
  ['a.7z', latin("7z\xbc\xaf'\x1c\0"), /7-Zip/],
  ['a.rar', latin('Rar!\x1a\x07\x01\0'), /RAR/],
  ['a.zst', latin('(\xb5/\xfd\x04'), /Zstandard/],
  ['a.xz', latin('\xfd7zXZ\0\0'), /xz/],
  ['a.bz2', latin('BZh91AY&SY'), /bzip2/],
  ['a.lz4', latin('\x04"M\x18'), /LZ4/],
  ['a.avro', latin('Obj\x01\x04'), /Avro/],
  ['a.orc', latin('ORC\n\x0b\x01'), /ORC/],
  ['a.pdf', latin('%PDF-1.7'), /PDF/],
  ['a.xls', latin('\xd0\xcf\x11\xe0\xa1\xb1'), /\.xls/],
  ['a.npy', latin('\x93NUMPY\x01'), /NumPy/],
  ['a.html', latin('<!DOCTYPE html><html>'), /web page/],
  ['a.csv', latin('version https://git-lfs.github.com/spec/v1\noid'), /Git LFS/],
  ['a.docx', zipped({ '[Content_Types].xml': csv, 'word/document.xml': csv }), /Word/],
  ['a.xlsx', zipped({ '[Content_Types].xml': csv, 'xl/workbook.xml': csv }), /Excel/],
  [
    'a.ods',
    zipped({ mimetype: bytes('application/vnd.oasis.opendocument.spreadsheet'), 'content.xml': csv }),
    /OpenDocument/,
  ],
  ['a.npz', zipped({ 'x.npy': csv }), /NumPy/],
  ['a.pt', zipped({ 'archive/data.pkl': csv }), /PyTorch/],
];

test.each(unsupported)('%s is named', async (name, content, names) => {
  const { error } = await look({ name, blob: new Blob([new Uint8Array(content)]) });
  expect(error).toMatch(names);
  expect(error).toMatch(/not a table\. \S/);
});

test('texts that begin like other formats are texts', async () => {
  for (const start of ['ORCA whales', 'PARENTS', 'ID3 tags', 'MZ and more', 'GIF89 is old', 'BZhang', 'Obj 1', 'cats'])
    expect(
      (await look({ name: 'x.csv', blob: new Blob([`${start},label\n${table([text, mood])}`]) })).error,
    ).toBeNull();
});

describe('files as they were found', () => {
  const at = new URL('faults/', import.meta.url);
  const found: [string, Expected][] = [
    ['ag-news-headerless.csv', { header: false, text: 3, label: 1, classes: ['1', '2', '3', '4'], rows: 24 }],
    ['sentiment140-headerless.csv', { header: false, text: 6, label: 1, classes: ['0', '4'] }],
    ['tweets.csv', { text: 'text', label: 'airline_sentiment', rows: 240 }],
    ['aclImdb.zip', { format: 'folders', classes: ['neg', 'pos'], rows: 12 }],
    ['train-only.zip', { format: 'folders', classes: ['neg', 'pos'], rows: 6 }],
    ['aclImdb_v1.tar.gz', { error: /tar archive/ }],
    ['excel-sep.csv', { text: 'text', label: 'label', classes: moods, rows: 6 }],
    ['excel-sep-comma.csv', { text: 'text', label: 'label', classes: moods, rows: 6 }],
    ['excel-sep-quoted.csv', { text: 'text', label: 'label', classes: moods, rows: 4 }],
    ['excel-sep-tab.csv', { text: 'text', label: 'label', classes: moods, rows: 3 }],
    ['index.json', { text: 'text', label: 'label', rows: 6 }],
    ['two-members.csv.gz', { rows: 4, label: 'label' }],
    ['zero-padded.csv.gz', { rows: 4, label: 'label' }],
    ['nan-line-3.json', { error: /line 3, column 23.*NaN/ }],
    ['quote-line-3.json', { error: /line 3, column 24.*single quotes/ }],
    ['python-true-line-2.json', { error: /line 2, column 23.*True/ }],
    ['rows.jsonl', { error: /line 1, column 51.*NaN/ }],
    ['rows.json', { error: /line 1, column 52.*NaN/ }],
    [
      'formats/SMSSpamCollection',
      { format: 'tsv', header: false, text: 2, label: 1, classes: ['ham', 'spam'], rows: 6 },
    ],
    ['formats/cola.tsv', { header: false, text: 4, label: 2, classes: ['0', '1'] }],
    ['formats/emotions-train.txt', { header: false, text: 1, label: 2, rows: 7 }],
    ['formats/papa860.csv', { rows: 4 }],
    ['formats/papa1077.csv', { rows: 3, text: 'text', label: 'label' }],
    ['formats/unnamed.csv', { text: 'headline', label: 'is_sarcastic', rows: 40 }],
    ['formats/trec.label', { error: /one column only/ }],
    ['formats/fasttext.txt', { error: /one column only/ }],
    ['parquet/go-emotions.parquet', { text: 'text', label: null, rows: 6, error: /Column labels holds lists/ }],
    ['parquet/list-label.parquet', { label: null, error: /Column labels holds lists/ }],
    ['parquet/feather.parquet', { error: /Arrow IPC file \(Feather version 2\)/ }],
    ['parquet/data-00000-of-00001.arrow', { error: /Arrow IPC stream/ }],
    ['parquet/struct.parquet', { text: 'text', label: null, error: /label/ }],
    ['parquet/empty-groups.parquet', { error: /no rows/ }],
    ['parquet/dotted.parquet', { text: 'data.text', label: 'data.label', classes: ['neg', 'pos'], rows: 6 }],
    ...'binary category large-string-zstd lz4 multi-index null-type pandas-index string-view-brotli timestamp'
      .split(' ')
      .map((name): [string, Expected] => [
        `parquet/${name}.parquet`,
        { label: 'label', classes: ['neg', 'pos'], rows: 6 },
      ]),
    ...'byte-stream-split classlabel-dup-names decimal float float16'
      .split(' ')
      .map((name): [string, Expected] => [`parquet/${name}.parquet`, { label: 'label', classes: ['0', '1'], rows: 6 }]),
    ['parquet/uint64.parquet', { label: 'label', rows: 6 }],
    ['parquet/int8.parquet', { label: 'label', classes: ['-1', '1'] }],
    ['parquet/bool.parquet', { label: 'label', classes: ['false', 'true'] }],
    ['parquet/dup-columns.parquet', { label: 'label', rows: 6 }],
    ['parquet/classlabel-null.parquet', { label: 'label', rows: 5 }],
    ['parquet/float-null.parquet', { label: 'label', rows: 5 }],
    ['parquet/row-groups.parquet', { label: 'label', rows: 120 }],
    ['parquet/delta-byte-array.parquet', { label: 'label', rows: 300 }],
    ['parquet/v2-delta.parquet', { label: 'label', rows: 300 }],
  ];
  test.each(found)('%s', (name, expected) => check([name, name, readFileSync(new URL(name, at)), expected]));

  test('what an archive holds beside rows is named', async () => {
    const report = await look({ name: 'x.zip', blob: new Blob([readFileSync(new URL('aclImdb.zip', at))]) });
    expect(report.parts).toEqual({ train: 6, test: 6 });
    expect(report.notes.join(' ')).toMatch(/aclImdb\/README.*4 texts/);
  });
});

test('rows sorted by class: the label is told from all of the file', async () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => `${i < 10_000 ? 0 : 4},${i},NO_QUERY,"${text(i)}"\n`);
  const report = await look({ name: 'x.csv', blob: new Blob(rows) });
  expect(report).toMatchObject({ header: false, label: 1, text: 4, classes: ['0', '4'], rows: 20_000 });
});

import { describe, test } from 'vitest';
import { type Case, check, type Expected, mood, moods, text } from '../support/looks.ts';

/** Which columns of JSON are taken, in every form in which it holds rows, and what is said where it is not JSON. */

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

describe('JSON', () => test.each(jsonCases)('%s', (...each) => check(each)));

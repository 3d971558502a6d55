import { describe, expect, test } from 'vitest';
import { look } from '../../commands/look/report.ts';
import { type Case, type Column, check, mood, moods, number, table, text } from '../support/looks.ts';

/** Which columns of tables are taken, with a header or without, in files as people have them: by hand, one kind a line. */

const binary: Column = (i) => ((i * 7) % 3) % 2;
const one: Column = () => 'NO_QUERY';
const hex: Column = (i) => `f${((i + 1) * 2654435761).toString(16)}a${i}`;
const date: Column = (i) => `2024-03-${String((i % 28) + 1).padStart(2, '0')} 10:0${i % 10}:00`;
const url: Column = (i) => `https://example.org/a/rather/long/address/of/a/page/number/${i}`;
const float: Column = (i) => ((i * 0.37) % 1).toFixed(4);
const words: Column = (i) => 4 + ((i * 5) % 9);

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

describe('tables', () => test.each(csvCases)('%s', (...each) => check(each)));

test('rows sorted by class: the label is told from all of the file', async () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => `${i < 10_000 ? 0 : 4},${i},NO_QUERY,"${text(i)}"\n`);
  const report = await look({ name: 'x.csv', blob: new Blob(rows) });
  expect(report).toMatchObject({ header: false, label: 1, text: 4, classes: ['0', '4'], rows: 20_000 });
});

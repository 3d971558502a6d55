import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { importRows } from '../../src/data/read-file.ts';
import { previewKind } from '../../src/data/read-kind.ts';
import type { Labelling } from '../../src/data/rows/label-cells.ts';
import type { OffsetUnit } from '../../src/data/rows/offset-units.ts';
import { wordsInSpans } from '../../src/data/rows/spans.ts';

/** Spans of characters, as annotation tools write them, to words with a tag each; and lists in Parquet. */

const tag = (text: string, spans: unknown, { unit = 'code-points' as OffsetUnit, mend = false } = {}) => {
  let mended = 0;
  const cell = typeof spans === 'string' ? spans : JSON.stringify(spans);
  const tagged = wordsInSpans(
    text,
    cell,
    { unit, mend },
    () => 'here',
    () => {
      mended++;
    },
  );
  return { pairs: tagged?.words.map((word, at) => `${word}/${tagged.tags[at]}`).join(' '), mended };
};
const pairsOf = (...of: Parameters<typeof tag>) => tag(...of).pairs;

describe('words in spans', () => {
  test('begin with B-, go on with I-, and are O elsewhere', () => {
    expect(
      pairsOf('Ann Lee lives in Paris.', [
        [17, 22, 'LOC'],
        [0, 7, 'PER'],
      ]),
    ).toBe('Ann/B-PER Lee/I-PER lives/O in/O Paris/B-LOC ./O');
    expect(
      pairsOf('Ann, Bob', [
        [0, 3, 'P'],
        [5, 8, 'P'],
      ]),
    ).toBe('Ann/B-P ,/O Bob/B-P');
    expect(pairsOf('no span', '')).toBe('no/O span/O');
    expect(pairsOf(' \n', [])).toBeUndefined();
  });

  test('are cut at marks, and by the character in scripts without blanks', () => {
    expect(pairsOf("O'Neil's e-mail", [[9, 15, 'X']])).toBe("O/O '/O Neil/O '/O s/O e/B-X -/I-X mail/I-X");
    expect(
      pairsOf('王明住在北京。', [
        [0, 2, '人'],
        [4, 6, '地'],
      ]),
    ).toBe('王/B-人 明/I-人 住/O 在/O 北/B-地 京/I-地 。/O');
    expect(pairsOf('東京タワーへ go', [[0, 5, 'L']])).toBe('東/B-L 京/I-L タ/I-L ワ/I-L ー/I-L へ/O go/O');
    expect(pairsOf('cafe\u0301 x', [[0, 5, 'L']])).toBe('cafe\u0301/B-L x/O');
  });

  test('may have blanks about them, or be named twice', () => {
    expect(
      tag('in Paris now', [
        [2, 9, 'L'],
        [3, 8, 'L'],
      ]),
    ).toEqual({ pairs: 'in/O Paris/B-L now/O', mended: 0 });
  });

  test('have the forms that tools give them', () => {
    const forms = [
      [3, 8, 'L'],
      { start: 3, end: 8, label: 'L' },
      { id: 7, label: 'L', start_offset: 3, end_offset: 8 },
      { start: 3, end: 8, text: 'Paris', labels: ['L'] },
      { start: 3, end: 8, token_start: 1, token_end: 1, label: 'L' },
      { start: 3, end: 8, entity_group: 'L', score: 0.9 },
    ];
    for (const form of forms) expect(pairsOf('in Paris', [form])).toBe('in/O Paris/B-L');
  });

  test('count characters as Python does, or the units of UTF-16', () => {
    // A character beyond the first plane is one to Python and two to JavaScript.
    const text = '😀 in Paris';
    const asPython = [[5, 10, 'L']];
    expect(pairsOf(text, asPython)).toBe('😀/O in/O Paris/B-L');
    expect(pairsOf(text, [[6, 11, 'L']], { unit: 'utf-16' })).toBe('😀/O in/O Paris/B-L');
    expect(() => tag(text, [[6, 11, 'L']])).toThrow('lies outside the text, which has 10 characters');
    expect(() => tag(text, asPython, { unit: 'utf-16' })).toThrow('cuts through the word “Paris”');
    expect(() => tag(text, [[1, 5, 'L']], { unit: 'utf-16' })).toThrow('cuts through the word “😀”');
  });

  test.each([
    [
      'cuts through a word at its end',
      [[3, 7, 'L']],
      'here: the span 3 to 7 (L) cuts through the word “Paris”.',
      'in/O Paris/B-L now/O',
    ],
    ['cuts through a word at its start', [[1, 8, 'L']], 'cuts through the word “in”', 'in/B-L Paris/I-L now/O'],
    [
      'overlaps',
      [
        [0, 8, 'A'],
        [3, 12, 'B'],
        [3, 8, 'C'],
      ],
      'the span 3 to 12 (B) overlaps the span 0 to 8 (A); a word has one tag',
      'in/B-A Paris/I-A now/O',
    ],
    [
      'lies beyond the end',
      [
        [3, 8, 'L'],
        [9, 13, 'X'],
      ],
      'the span 9 to 13 (X) lies outside the text, which has 12 characters',
      'in/O Paris/B-L now/O',
    ],
    ['lies before the start', [[-3, 2, 'L']], 'the span -3 to 2 (L) lies outside', 'in/O Paris/O now/O'],
    ['is empty', [[3, 3, 'L']], 'the span 3 to 3 (L) has no word in it', 'in/O Paris/O now/O'],
    ['is turned round', [[8, 3, 'L']], 'has no word in it', 'in/O Paris/O now/O'],
    ['covers blanks alone', [[2, 3, 'L']], 'has no word in it', 'in/O Paris/O now/O'],
  ])('a span that %s is named, and mended at wish', (_, spans, message, mended) => {
    expect(() => tag('in Paris now', spans)).toThrow(message);
    expect(pairsOf('in Paris now', spans, { mend: true })).toBe(mended);
    expect(tag('in Paris now', spans, { mend: true }).mended).toBeGreaterThan(0);
  });

  test.each([
    ['{"start": 1}', 'which is no JSON list of spans'],
    ['[[0, 2, "L"', 'which is no JSON list of spans'],
    ['[[0, 2]]', 'holds “[0,2]”, which is no span'],
    ['[[0, 2, ""]]', 'which is no span'],
    ['[[0, 1.5, "L"]]', 'which is no span'],
    ['[["0", 2, "L"]]', 'which is no span'],
    ['[{"start": 0, "end": 2, "labels": ["A", "B"]}]', 'which is no span'],
    ['[null]', 'which is no span'],
  ])('what is no span is refused, mended or not: %s', (cell, message) => {
    for (const mend of [true, false]) expect(() => tag('in Paris', cell, { mend })).toThrow(message);
  });

  test('take no longer than they are many', () => {
    const words = 20_000;
    const text = 'ab '.repeat(words);
    const spans = Array.from({ length: words }, (_, i) => [0, 3 * (words - i) - 1, `L${i}`]);
    const begun = performance.now();
    expect(tag(text, spans, { mend: true }).mended).toBe(words - 1);
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});

const text = (i: number) => `Ann saw day ${i} in Paris.`;
const end = (i: number) => text(i).length - 1;
const rowsOf = (row: (i: number) => object) => Array.from({ length: 12 }, (_, i) => row(i));
const lines = (row: (i: number) => object) =>
  rowsOf(row)
    .map((each) => JSON.stringify(each))
    .join('\n');

async function read(name: string, content: string | Uint8Array, options: Partial<Labelling> & { skip?: true } = {}) {
  const { skip, ...labels } = options;
  const preview = await previewKind({
    name,
    blob: new Blob([typeof content === 'string' ? content : new Uint8Array(content)]),
  });
  const { columnsOfKind: mapping } = preview;
  if (!mapping) throw new Error('no columns');
  const labelling = { ...preview.labelling, ...labels };
  let mended = 0;
  const onMended = () => {
    mended++;
  };
  const unlabelled = skip ? 'skip' : 'refuse';
  const rows = await importRows(preview, { mapping, labelling, unlabelled, onMended });
  return { rows, labelling, mapping, mended };
}

const expected = (i: number) => ({
  words: ['Ann', 'saw', 'day', String(i), 'in', 'Paris', '.'],
  tags: ['B-PER', 'O', 'O', 'O', 'O', 'B-LOC', 'O'],
});
const list = (i: number) => [
  [0, 3, 'PER'],
  [end(i) - 5, end(i), 'LOC'],
];
const objects = (i: number) => list(i).map(([start, end, label]) => ({ start, end, label }));

describe('files of spans', () => {
  const files: [string, string, string, { text: string; label: string }][] = [
    [
      'Doccano',
      'a.jsonl',
      lines((i) => ({ id: i, text: text(i), label: list(i), Comments: [] })),
      { text: 'text', label: 'label' },
    ],
    [
      'Doccano with relations',
      'a.jsonl',
      lines((i) => ({
        id: i,
        text: text(i),
        entities: list(i).map(([start_offset, end_offset, label], id) => ({ id, label, start_offset, end_offset })),
        relations: [],
      })),
      { text: 'text', label: 'entities' },
    ],
    [
      'spaCy',
      'a.json',
      JSON.stringify(rowsOf((i) => ({ text: text(i), entities: list(i) }))),
      { text: 'text', label: 'entities' },
    ],
    [
      'Prodigy',
      'a.jsonl',
      lines((i) => ({
        text: text(i),
        _input_hash: 1000 + 7 * i,
        tokens: [{ text: 'Ann', start: 0, end: 3, id: 0 }],
        spans: objects(i),
        answer: 'accept',
      })),
      { text: 'text', label: 'spans' },
    ],
    [
      'Label Studio, its smaller JSON',
      'a.json',
      JSON.stringify(
        rowsOf((i) => ({
          id: i,
          text: text(i),
          label: list(i).map(([start, end, label]) => ({ start, end, labels: [label] })),
          annotator: 1,
        })),
      ),
      { text: 'text', label: 'label' },
    ],
    [
      'Label Studio',
      'a.json',
      JSON.stringify(
        rowsOf((i) => ({
          id: i,
          annotations: [
            { was_cancelled: true, result: [] },
            {
              result: [
                ...list(i).map(([start, end, label]) => ({ type: 'labels', value: { start, end, labels: [label] } })),
                { type: 'choices', value: { choices: ['good'] } },
              ],
            },
          ],
          data: { text: text(i) },
        })),
      ),
      { text: 'text', label: 'spans' },
    ],
    [
      'spaCy’s training data',
      'a.json',
      JSON.stringify({
        classes: ['PER', 'LOC'],
        annotations: [...rowsOf((i) => [text(i), { entities: list(i) }]), null],
      }),
      { text: 'text', label: 'entities' },
    ],
    [
      'a table',
      'a.tsv',
      [
        'text\tspans',
        ...rowsOf((i) => [text(i), JSON.stringify(list(i))]).map((cells) => (cells as string[]).join('\t')),
      ].join('\n'),
      { text: 'text', label: 'spans' },
    ],
  ];

  test.each(files)('%s', async (_, name, content, columns) => {
    const { rows, labelling, mapping } = await read(name, content);
    expect(labelling).toEqual({ kind: 'token', spans: 'code-points' });
    expect(mapping).toEqual({ second: null, ...columns });
    expect(rows.map(({ tagged }) => tagged)).toEqual(rows.map((_, i) => expected(i)));
    expect(rows).toHaveLength(12);
    expect(rows[0]?.text).toBe('Ann saw day 0 in Paris .');
  });

  test('faults are named with line and column, left out by the row, or mended by the span', async () => {
    const faulty = (i: number) =>
      i === 4
        ? [[0, 2, 'PER']]
        : i === 7
          ? [
              [0, 99, 'LOC'],
              [0, 3, 'PER'],
            ]
          : list(i);
    const content = lines((i) => ({ text: text(i), label: faulty(i) }));
    await expect(read('a.jsonl', content)).rejects.toThrow(
      'a.jsonl line 5: column label: the span 0 to 2 (PER) cuts through the word “Ann”.',
    );
    await expect(read('a.jsonl', content)).rejects.toMatchObject({ unlabelled: true, spans: true });
    expect((await read('a.jsonl', content, { skip: true })).rows).toHaveLength(10);
    const { rows, mended } = await read('a.jsonl', content, { mend: true });
    expect([rows.length, mended]).toEqual([12, 2]);
    expect(rows[4]?.tagged?.tags[0]).toBe('B-PER');
    expect(rows[7]?.tagged?.tags.filter((tag) => tag !== 'O')).toEqual(['B-PER']);
  });

  test('of which more fit when they are counted in UTF-16, are', async () => {
    const shifted = (by: number) =>
      lines((i) => ({
        text: `😀 ${text(i)}`,
        label: list(i).map(([start, end, name]) => [Number(start) + by, Number(end) + by, name]),
      }));
    expect((await read('a.jsonl', shifted(2))).labelling.spans).toBe('code-points');
    const { labelling, rows } = await read('a.jsonl', shifted(3));
    expect(labelling.spans).toBe('utf-16');
    expect(rows[3]?.tagged).toEqual({ words: ['😀', ...expected(3).words], tags: ['O', ...expected(3).tags] });
  });

  test('lists of labels, and of words and tags, are none', async () => {
    const labels = lines((i) => ({ text: text(i), label: i % 2 ? ['a'] : ['a', 'b'] }));
    expect((await read('a.jsonl', labels)).labelling.kind).toBe('multi-label');
    const words = lines((i) => ({ tokens: ['day', String(i)], tags: ['O', 'B-X'] }));
    expect((await read('a.jsonl', words)).labelling).toEqual({ kind: 'token' });
    const counted = lines((i) => ({
      tokens: ['day', String(i)],
      ner_tags: ['O', 'B-X'],
      spans: [{ start: 1, end: 2, label: 'X' }],
    }));
    const { labelling, mapping } = await read('a.jsonl', counted);
    expect([labelling, mapping.label]).toEqual([{ kind: 'token' }, 'ner_tags']);
  });
});

describe('lists in Parquet', () => {
  const parquet = (name: string) =>
    read(`${name}.parquet`, readFileSync(`tests/data/faults/parquet/${name}.parquet`), { skip: true });

  test.each(['ner-sequence', 'ner-list-v2', 'ner-strings'])(
    'words and tags: %s, the tags by their names',
    async (name) => {
      const { rows, labelling, mapping } = await parquet(name);
      expect([labelling, mapping]).toEqual([{ kind: 'token' }, { text: 'tokens', second: null, label: 'ner_tags' }]);
      // Every fourth row has no words.
      expect(rows).toHaveLength(18);
      expect(rows.slice(0, 3).map(({ label, line }) => [label, line])).toEqual([
        ['B-PER O O B-LOC I-LOC', 1],
        ['O O O', 2],
        ['B-PER O', 4],
      ]);
      expect(rows[17]?.tagged).toEqual({ words: ['Bob', 'waits'], tags: ['B-PER', 'O'] });
    },
  );

  test('several labels, of which a row may have none', async () => {
    const { rows, labelling } = await parquet('label-lists');
    expect(labelling).toEqual({ kind: 'multi-label' });
    expect(rows.slice(0, 4).map(({ label }) => JSON.parse(label))).toEqual([['joy', 'love'], [], ['joy'], []]);
  });

  test('spans of characters', async () => {
    const { rows, labelling } = await parquet('spans');
    expect(labelling.spans).toBe('code-points');
    expect(rows[1]?.tagged).toEqual({
      words: ['Ann', 'lives', 'in', 'New', 'York', '1'],
      tags: ['O', 'O', 'O', 'B-LOC', 'I-LOC', 'O'],
    });
  });
});

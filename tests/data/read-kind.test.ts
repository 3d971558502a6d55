import { expect, test } from 'vitest';
import { finish } from '../../src/base/work.ts';
import { checkRows } from '../../src/data/checks/checks.ts';
import { fixesOfAll } from '../../src/data/checks/fix-all.ts';
import { importRows } from '../../src/data/read-file.ts';
import { previewKind } from '../../src/data/read-kind.ts';
import { conllPieces } from '../../src/data/rows/edit.ts';
import type { Row } from '../../src/data/rows/row.ts';
import { labelOf } from '../../src/data/rows/row-labels.ts';
import type { TaskKind } from '../../src/model/task-kind.ts';

/** What a file's answers are guessed to be, and its rows. */

const file = (name: string, lines: readonly string[]) => ({ name, blob: new Blob([lines.join('\n')]) });
const count = 30;
const lines = (line: (i: number) => string) => Array.from({ length: count }, (_, i) => line(i));
const text = (i: number) => `a sentence about the thing of day ${i}`;

const guesses: [string, string, string[], object][] = [
  [
    'one class',
    'a.csv',
    ['text,label', ...lines((i) => `${text(i)},${i % 2 ? 'odd' : 'even'}`)],
    { kind: 'single-label', label: 'label' },
  ],
  [
    'commas between labels',
    'a.tsv',
    ['text\temotions', ...lines((i) => `${text(i)}\t${['joy, love', 'joy', 'love', 'anger, joy'][i % 4]}`)],
    { kind: 'multi-label', label: 'emotions' },
  ],
  [
    'lists of labels',
    'a.jsonl',
    lines((i) => JSON.stringify({ text: text(i), labels: i % 2 ? ['a'] : ['a', 'b'] })),
    { kind: 'multi-label', label: 'labels' },
  ],
  [
    'a column a label',
    'a.csv',
    [
      'id,comment,toxic,insult,threat',
      ...lines((i) => `${i},${text(i)},${i % 2},${Number(i % 3 === 0)},${Number(i % 5 === 0)}`),
    ],
    { kind: 'multi-label', text: 'comment', classes: ['toxic', 'insult', 'threat'] },
  ],
  [
    'measured numbers',
    'a.csv',
    ['sentence,score', ...lines((i) => `${text(i)},${(i * 0.137).toFixed(3)}`)],
    { kind: 'regression', label: 'score', decimal: undefined },
  ],
  [
    'numbers with commas',
    'a.csv',
    ['sentence;score', ...lines((i) => `${text(i)};${(i * 0.137).toFixed(3).replace('.', ',')}`)],
    { kind: 'regression', label: 'score', decimal: ',' },
  ],
  [
    'words and tags in lists',
    'a.jsonl',
    lines((i) => JSON.stringify({ tokens: ['day', String(i)], ner_tags: ['O', 'B-DAY'] })),
    { kind: 'token', text: 'tokens', label: 'ner_tags' },
  ],
  [
    'words and tags beside a text',
    'a.jsonl',
    lines((i) => JSON.stringify({ id: i, text: text(i), words: ['day', String(i)], tags: ['O', 'B-DAY'] })),
    { kind: 'token', text: 'words', label: 'tags' },
  ],
  [
    'a word a line, by the ending',
    'a.conllu',
    lines((i) => `day NOUN\n${i} NUM\n`),
    { kind: 'token', text: 'words', label: 'tags' },
  ],
  [
    'a word a line, by its tags',
    'pasted.txt',
    lines((i) => `Ann B-PER\nwaits O\n${i} O\n`),
    { kind: 'token', text: 'words', label: 'tags' },
  ],
];

test.each(guesses)('%s', async (_, name, content, expected) => {
  const { labelling, columnsOfKind } = await previewKind(file(name, content));
  expect({ ...columnsOfKind, decimal: undefined, ...labelling }).toMatchObject(expected);
});

test.each<[TaskKind, object]>([
  ['multi-label', { text: 'text', label: 'label' }],
  ['regression', { text: 'text', label: 'label' }],
  ['single-label', { text: 'text', label: 'label' }],
])('what a person says counts: %s', async (kind, columns) => {
  const content = ['text,label', ...lines((i) => `${text(i)},${i % 3}`)];
  const { labelling, columnsOfKind } = await previewKind(file('a.csv', content), {}, kind);
  expect(labelling.kind).toBe(kind);
  expect(columnsOfKind).toMatchObject(columns);
});

async function read(name: string, content: readonly string[], unlabelled: 'refuse' | 'skip') {
  const preview = await previewKind(file(name, content));
  const left: unknown[] = [];
  const { labelling, columnsOfKind: mapping } = preview;
  if (!mapping) throw new Error('no columns');
  const rows = await importRows(preview, { mapping, labelling, unlabelled, onLeftOut: (why) => left.push(why) });
  return { rows, left };
}

test('rows whose label cannot be read end the import, or are left out and told', async () => {
  const content = ['sentence,score', ...lines((i) => `${text(i)},${i === 4 ? 'none' : i === 6 ? '' : `${i}.5`}`)];
  await expect(read('a.csv', content, 'refuse')).rejects.toThrow(
    'a.csv line 6: column score holds “none”, not a number.',
  );
  const { rows, left } = await read('a.csv', content, 'skip');
  expect(rows).toHaveLength(count - 2);
  expect(left).toHaveLength(2);
  expect(JSON.stringify(left[0])).toContain('none');
  expect(left[1]).toBeNull();
});

test('checks of several labels find spellings, rare labels and test rows of unknown ones, and mend them', () => {
  const row = (i: number, labels: string[]): Row => ({ text: text(i), label: JSON.stringify(labels), line: i });
  const train = Array.from({ length: 40 }, (_, i) =>
    row(i, i === 3 ? ['Joy', 'rare'] : i % 2 ? ['joy'] : ['joy', 'love']),
  );
  const test = [row(100, ['joy']), row(101, ['unseen']), row(102, [])];
  const found = finish(checkRows({ train, test }, 'multi-label')).map(({ check }) => check);
  expect(found).toEqual(['label-spelling', 'rare-class', 'test-only-class']);
  const mended = finish(fixesOfAll['multi-label']({ train, test }));
  expect(finish(checkRows(mended, 'multi-label'))).toEqual([]);
  expect(mended.train[3]?.label).toBe('["joy"]');
  expect(mended.test.map((one) => labelOf('multi-label', one))).toEqual(['joy', '–']);
});

test('numbers that are all the same cannot be learnt; tags are respelt word by word', () => {
  const same = Array.from({ length: 9 }, (_, i) => ({ text: text(i), label: i % 2 ? '3' : '3.0', line: i }));
  expect(finish(checkRows({ train: same, test: [] }, 'regression')).map(({ check }) => check)).toContain('one-number');
  const tagged = Array.from({ length: 20 }, (_, i) => {
    const tags = i === 0 ? ['o', 'B-X'] : ['O', 'B-X'];
    return { text: `day ${i}`, label: tags.join(' '), tagged: { words: ['day', String(i)], tags }, line: i };
  });
  const mended = finish(fixesOfAll.token({ train: tagged, test: [] }));
  expect(mended.train[0]).toMatchObject({ label: 'O B-X', tagged: { tags: ['O', 'B-X'] } });
  expect(finish(conllPieces(mended.train.slice(0, 2))).join('')).toBe('day\tO\n0\tB-X\n\nday\tO\n1\tB-X\n\n');
});

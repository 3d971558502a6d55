import { describe, expect, test } from 'vitest';
import { makeDatasetOf } from '../../src/data/dataset.ts';
import { importRows, previewFile } from '../../src/data/read-file.ts';
import type { Layout } from '../../src/data/readers/data-file.ts';
import type { Labelling } from '../../src/data/rows/label-cells.ts';
import { takesLists } from '../../src/data/rows/labelled-rows.ts';
import { splitRows } from '../../src/data/rows/split.ts';

/** Rows with several labels, a number, or a tag for each word: from the file to the data set. */

interface Wanted extends Labelling {
  text?: string;
  label?: string;
  unlabelled?: 'refuse' | 'skip';
  layout?: Partial<Layout>;
}

async function read(name: string, content: string, wanted: Wanted) {
  const { text = 'text', label = 'label', unlabelled, layout = {}, ...labelling } = wanted;
  const file = { name, blob: new Blob([content]) };
  const inspection = await previewFile(file, layout, takesLists(labelling));
  return importRows(inspection, { mapping: { text, label, second: null }, unlabelled, labelling });
}

const several = { kind: 'multi-label' } as const;
const number = { kind: 'regression' } as const;
const words = { kind: 'token', text: 'words', label: 'tags' } as const;
const labelsOf = async (name: string, content: string, wanted: Wanted) =>
  (await read(name, content, wanted)).map(({ label }) => JSON.parse(label));

describe('several labels', () => {
  test('stand between separators, which are told from the cells', async () => {
    expect(await labelsOf('a.csv', 'text,label\none,a;b\ntwo,\nthree, c ; a;\n', several)).toEqual([
      ['a', 'b'],
      [],
      ['c', 'a'],
    ]);
    expect(await labelsOf('a.csv', 'text,label\none,a|b\ntwo,b\n', several)).toEqual([['a', 'b'], ['b']]);
  });

  test('or in JSON lists, in a cell or of their own', async () => {
    expect(await labelsOf('a.tsv', 'text\tlabel\none\t["a", "b"]\ntwo\t[]\n', several)).toEqual([['a', 'b'], []]);
    const lines = '{"text": "one", "label": ["a", 7]}\n{"text": "two", "label": []}\n';
    expect(await labelsOf('a.jsonl', lines, several)).toEqual([['a', '7'], []]);
    expect(await labelsOf('a.json', '[{"text": "one", "label": ["a", "b, c"]}]', several)).toEqual([['a', 'b, c']]);
  });

  test('or a column each', async () => {
    const content = 'text,a,b\none,1,0\ntwo,,yes\nthree,FALSE,0.0\n';
    expect(await labelsOf('a.csv', content, { ...several, classes: ['a', 'b'] })).toEqual([['a'], ['b'], []]);
    await expect(read('a.csv', 'text,a,b\none,1,0\ntwo,2,0\n', { ...several, classes: ['a', 'b'] })).rejects.toThrow(
      'a.csv line 3: column a holds “2”',
    );
    await expect(read('a.csv', content, { ...several, classes: ['a', 'd'] })).rejects.toThrow('no column d');
  });

  test('whose separator cannot be told are named with line and column', async () => {
    const content = 'text\tlabel\none\ta;b\ntwo\ta,b\n';
    await expect(read('a.tsv', content, several)).rejects.toThrow('a.tsv line 3: column label holds “a,b”');
    expect(await labelsOf('a.tsv', content, { ...several, separator: ';' })).toEqual([['a', 'b'], ['a,b']]);
    await expect(read('a.tsv', 'text\tlabel\none\t[a, b\n', several)).rejects.toThrow('line 2: column label');
  });

  test('make a data set of sets of classes, empty ones too', async () => {
    const rows = await read('a.csv', 'text,label\none,b;a\ntwo,\nthree,c\n', several);
    const { labels, train } = makeDatasetOf('multi-label', { train: rows, test: rows }, { name: 'x', seed: 1 });
    expect(labels).toEqual(['a', 'b', 'c']);
    expect(train.map(({ label }) => label)).toEqual([[0, 1], [], [2]]);
    const test = await read('b.csv', 'text,label\none,d\n', several);
    expect(() => makeDatasetOf('multi-label', { train: rows, test }, { name: 'x', seed: 1 })).toThrow('label d');
  });
});

describe('numbers', () => {
  test('are read, and what is none is named', async () => {
    const rows = await read('a.csv', 'text,label\none,3.5\ntwo,-1e2\n', number);
    const { labels, train } = makeDatasetOf('regression', { train: rows, test: rows }, { name: 'x', seed: 1 });
    expect([labels, train.map(({ label }) => label)]).toEqual([[], [3.5, -100]]);
    await expect(read('a.csv', 'text,label\none,3.5\ntwo,good\n', number)).rejects.toThrow(
      'a.csv line 3: column label holds “good”, not a number.',
    );
    await expect(read('a.tsv', 'text\tlabel\none\t3,5\n', number)).rejects.toThrow('Write it with a point.');
    await expect(read('a.csv', 'text,label\none,Infinity\n', number)).rejects.toThrow('not a number');
  });

  test('are split whatever they are: hardly two rows have the same', () => {
    const rows = Array.from({ length: 40 }, (_, i) => ({ text: `${i}`, label: `${i / 7}`, line: i }));
    const { train, test } = splitRows(rows, { testShare: 0.25, seed: 3, stratified: false });
    expect([train.length, test.length]).toEqual([30, 10]);
  });
});

describe('tagged words', () => {
  const conll = { layout: { format: 'conll' as const }, ...words };

  test('stand in lists', async () => {
    const [row] = await read('a.jsonl', '{"words": ["New York", "is"], "tags": ["B-LOC", 0]}\n', words);
    expect(row).toEqual({
      text: 'New York is',
      label: 'B-LOC 0',
      line: 1,
      tagged: { words: ['New York', 'is'], tags: ['B-LOC', '0'] },
    });
    const [plain] = await read('a.csv', 'words,tags\nI am,O O\n', words);
    expect(plain?.tagged).toEqual({ words: ['I', 'am'], tags: ['O', 'O'] });
  });

  test('or a word a line, as in CoNLL-2003 and CoNLL-U', async () => {
    const content = '-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n\n\nPeter NNP B-NP B-PER';
    const rows = await read('a.conll', content, conll);
    expect(rows.map(({ tagged, line }) => [line, tagged])).toEqual([
      [3, { words: ['EU', 'rejects'], tags: ['B-ORG', 'O'] }],
      [7, { words: ['Peter'], tags: ['B-PER'] }],
    ]);
    const line = (cells: string) => cells.split(' ').join('\t');
    const conllu = [
      '# text = vámonos al mar',
      line('1-2 vámonos _ _ _ _ _ _ _ _'),
      line('1 vamos ir VERB _ _ 0 root _ _'),
      line('2 nos nosotros PRON _ _ 1 obj _ _'),
      line('2.1 x x X _ _ _ _ _ _'),
      line('3 mar mar NOUN _ _ 1 obl _ _'),
      '',
    ].join('\n');
    const [sentence] = await read('a.conllu', conllu, conll);
    expect(sentence?.tagged).toEqual({ words: ['vamos', 'nos', 'mar'], tags: ['VERB', 'PRON', 'NOUN'] });
  });

  test('that do not go together are named with their line', async () => {
    await expect(read('a.conll', 'good O\nday\n', conll)).rejects.toThrow('a.conll line 2: “day” has no tag');
    const uneven = '{"words": ["a", "b"], "tags": ["O"]}\n';
    await expect(read('a.jsonl', uneven, words)).rejects.toThrow('column words has 2 words, column tags has 1 tags');
    const empty = '{"words": ["a"], "tags": ["O"]}\n{"words": [], "tags": []}\n';
    await expect(read('a.jsonl', empty, words)).rejects.toThrow('line 2: column words has no words');
    expect(await read('a.jsonl', empty, { ...words, unlabelled: 'skip' })).toHaveLength(1);
  });
});

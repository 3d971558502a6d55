import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { pretrainedTokenizer } from '../../src/data/tokenizer/pretrained.ts';
import { Tokenizer } from '../../src/data/tokenizer/tokenizer.ts';
import { wordTargets } from '../../src/engine/labels.ts';
import { readEncoderFiles } from '../../src/files/encoder-files.ts';
import { notCounted } from '../../src/model/shapes.ts';

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const tiny = 'tests/golden/models/tiny';
const ofFile = new Tokenizer(json(`${tiny}/tokenizer.json`));
const tokenizers = {
  'tokenizer.json': ofFile,
  'vocab.txt': pretrainedTokenizer({
    'vocab.txt': readFileSync(`${tiny}/vocab.txt`, 'utf8'),
    'tokenizer_config.json': json(`${tiny}/tokenizer_config.json`),
  }),
};

interface RecordedRow {
  text: string;
  text2?: string;
  tokens?: string[];
  tags?: string[];
}

describe.each(Object.entries(tokenizers))('from %s', (_, tokenizer) => {
  test.each(readdirSync('tests/golden/task-kinds'))('every row of %s, as Python cut it', (name) => {
    const { rows, labels, max_length: most } = json(`tests/golden/task-kinds/${name}/run.json`);
    const recorded = json(`tests/golden/task-kinds/${name}/tokens.json`);
    (rows as RecordedRow[]).forEach(({ text, text2, tokens, tags = [] }, row) => {
      if (tokens) {
        const { ids, wordIds } = tokenizer.encodeWords(tokens, most);
        expect([ids, wordIds]).toEqual([recorded.input_ids[row], recorded.word_ids[row]]);
        const targets = wordTargets(
          wordIds,
          tags.map((tag) => labels.indexOf(tag)),
        );
        expect(targets.map((target) => (target === notCounted ? -100 : target))).toEqual(recorded.targets[row]);
      } else if (text2 === undefined) expect(tokenizer.encode(text, most)).toEqual(recorded.input_ids[row]);
      else {
        const { ids, types } = tokenizer.encodePair(text, text2, most);
        expect([ids, types]).toEqual([recorded.input_ids[row], recorded.token_type_ids[row]]);
      }
    });
  });
});

/** What transformers 4.57.6 made of pairs: python/tokens/record_pairs.py. */
const { pairs, recorded } = json('tests/tokens/pairs.json') as {
  pairs: [string, string][];
  recorded: Record<string, { length: number; ids: number[]; types: number[] | null }[]>;
};

describe.each(Object.entries(recorded))('pairs with the tokenizer of %s', (folder, rows) => {
  test('have the ids, and the types that its encoder knows, of Python', async () => {
    const { tokenizer } = await readEncoderFiles(async (name) =>
      existsSync(`tests/${folder}/${name}`) ? readFileSync(`tests/${folder}/${name}`) : null,
    );
    expect(rows.length).toBeGreaterThan(pairs.length);
    for (const [at, { length, ids, types }] of rows.entries()) {
      const [text, second] = pairs[at % pairs.length] ?? ['', ''];
      const ours = tokenizer.encodeRow({ text, second }, length);
      expect(ours, `${text} + ${second} in ${length}`).toEqual(types ? { ids, types } : { ids });
      expect(tokenizer.measure({ text, second }).count).toBeGreaterThanOrEqual(ids.length);
      const shown = tokenizer.view({ text, second }, length).filter(({ cutOff }) => !cutOff);
      expect(shown.map(({ id }) => id)).toEqual(ids);
      if (types) expect(shown.map(({ segment }) => segment)).toEqual(types);
    }
  });
});

const good = ofFile.encode('good', 8)[1] as number;

describe('pairs', () => {
  const goods = (count: number) => 'good '.repeat(count);

  test('are cut by the rule of longest_first, for all lengths', () => {
    for (let a = 0; a < 9; a++)
      for (let b = 0; b < 9; b++)
        for (let room = 0; room < 18; room++) {
          const { ids, types } = ofFile.encodePair(goods(a), goods(b), room + 3);
          const short = Math.min(a, b, Math.floor(room / 2));
          const long = Math.min(Math.max(a, b), room - short);
          // Of equal lengths the second has the odd one.
          const [first, second] = a > b ? [long, short] : [short, long];
          const expected = [2, ...Array(first).fill(good), 3, ...Array(second).fill(good), 3];
          expect(ids, `${a} + ${b} in ${room}`).toEqual(expected);
          expect(types).toEqual([...Array(first + 2).fill(0), ...Array(second + 1).fill(1)]);
        }
  });

  test('with an empty text keep its [SEP]', () => {
    expect(ofFile.encodePair('good', '', 8)).toEqual({ ids: [2, good, 3, 3], types: [0, 0, 0, 1] });
    expect(ofFile.encodePair('', '', 3)).toEqual({ ids: [2, 3, 3], types: [0, 0, 1] });
  });

  test('need room for their special tokens', () => {
    expect(() => ofFile.encodePair('good', 'good', 2)).toThrow('maxLength 2 is less than the 3 special tokens');
    expect(() => ofFile.encodeWords(['good'], 1)).toThrow('2 special tokens');
  });

  test('of RoBERTa have two separators and one type', () => {
    const roberta = new Tokenizer({
      ...json(`${tiny}/tokenizer.json`),
      post_processor: { type: 'RobertaProcessing', cls: ['[CLS]', 2], sep: ['[SEP]', 3] },
    });
    expect(roberta.encodePair('good', 'good', 9)).toEqual({ ids: [2, good, 3, 3, good, 3], types: Array(6).fill(0) });
    expect(() => roberta.encodePair('good', 'good', 3)).toThrow('4 special tokens');
  });

  test('have the types of a template', () => {
    const special = (id: string, type_id: number) => ({ SpecialToken: { id, type_id } });
    const text = (id: string, type_id: number) => ({ Sequence: { id, type_id } });
    const [cls, sep] = ['[CLS]', '[SEP]'];
    const pair = [special(cls, 1), text('A', 0), special(sep, 1), text('B', 1), special(sep, 0)];
    const named = (id: string, number: number) => ({ id, ids: [number], tokens: [id] });
    const other = new Tokenizer({
      ...json(`${tiny}/tokenizer.json`),
      post_processor: {
        ...{ type: 'TemplateProcessing', single: [special(cls, 0), text('A', 0), special(sep, 0)], pair },
        special_tokens: { [cls]: named(cls, 2), [sep]: named(sep, 3) },
      },
    });
    expect(other.encodePair('good good', 'good', 9).types).toEqual([1, 0, 0, 1, 1, 0]);
  });

  test('are refused where the template names a token that it does not list, and be it one of every object', () => {
    for (const id of ['[MASK]', 'constructor', 'toString']) {
      const missing = { SpecialToken: { id, type_id: 0 } };
      const template = { type: 'TemplateProcessing', single: [missing], pair: [missing], special_tokens: {} };
      const make = () => new Tokenizer({ ...json(`${tiny}/tokenizer.json`), post_processor: template });
      expect(make).toThrow(`lacks the token ${id}`);
    }
  });
});

describe('words', () => {
  test('without a piece, and beyond maxLength, have no token', () => {
    const words = ['', 'good', '\u200b', '\u00ad', '\u2009', 'good'];
    expect(ofFile.encodeWords(words, 9)).toEqual({ ids: [2, good, good, 3], wordIds: [null, 1, 5, null] });
    expect(ofFile.encodeWords(words, 3)).toEqual({ ids: [2, good, 3], wordIds: [null, 1, null] });
    expect(ofFile.encodeWords([], 9)).toEqual({ ids: [2, 3], wordIds: [null, null] });
  });

  test('may hold a space, or spell a special token', () => {
    expect(ofFile.encodeWords(['good good', '[SEP]'], 9)).toEqual({
      ids: [2, good, good, 3, 3],
      wordIds: [null, 0, 0, 1, null],
    });
    expect(ofFile.encodeWords(['[sep]'], 9).ids.slice(1, -1)).not.toContain(3);
  });

  test('are compared at their first piece', () => {
    expect(wordTargets([null, 0, 0, 2, 3, 3, null], [4, 5, 6, 7])).toEqual([
      notCounted,
      4,
      notCounted,
      6,
      7,
      notCounted,
      notCounted,
    ]);
  });
});

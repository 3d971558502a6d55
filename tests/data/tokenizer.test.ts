import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { pairMark } from '../../src/data/rows/texts.ts';
import { pretrainedTokenizer } from '../../src/data/tokenizer/pretrained.ts';
import { Tokenizer } from '../../src/data/tokenizer/tokenizer.ts';

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const tiny = 'tests/golden/models/tiny';

const tokenizers = {
  'tokenizer.json': new Tokenizer(json(`${tiny}/tokenizer.json`)),
  'vocab.txt': pretrainedTokenizer({
    'vocab.txt': readFileSync(`${tiny}/vocab.txt`, 'utf8'),
    'tokenizer_config.json': json(`${tiny}/tokenizer_config.json`),
  }),
};

describe.each(Object.entries(tokenizers))('from %s', (_, tokenizer) => {
  const { cases } = json('tests/golden/tokenizer/tiny.json') as { cases: { text: string; input_ids: number[] }[] };
  test.each(cases)('$text', ({ text, input_ids }) => {
    expect(tokenizer.encode(text, 512)).toEqual(input_ids);
  });

  test.each(readdirSync('tests/golden/runs'))('every row of %s', (run) => {
    const { rows, max_length } = json(`tests/golden/runs/${run}/run.json`);
    const { input_ids } = json(`tests/golden/runs/${run}/tokens.json`);
    expect(rows.map(({ text }: { text: string }) => tokenizer.encode(text, max_length))).toEqual(input_ids);
  });
});

test('fixed padding and truncation of a tokenizer file are ignored', () => {
  const file = {
    ...json(`${tiny}/tokenizer.json`),
    truncation: { max_length: 4, strategy: 'LongestFirst', stride: 0, direction: 'Right' },
    padding: {
      strategy: { Fixed: 128 },
      direction: 'Right',
      pad_id: 0,
      pad_type_id: 0,
      pad_token: '[PAD]',
      pad_to_multiple_of: null,
    },
  };
  expect(new Tokenizer(file).encode('don’t cut (hello)', 64)).toEqual(
    tokenizers['tokenizer.json'].encode('don’t cut (hello)', 64),
  );
});

describe('a definition for other programs', () => {
  const special = (id: string, type_id = 0) => ({ SpecialToken: { id, type_id } });
  const text = (id: string, type_id = 0) => ({ Sequence: { id, type_id } });

  test.each(Object.entries(tokenizers))(
    'from %s: cuts, pads and adds special tokens, and can be read again',
    (_, ours) => {
      const definition = ours.definition(24);
      expect(definition).toMatchObject({
        truncation: { max_length: 24, strategy: 'LongestFirst', direction: 'Right' },
        padding: { strategy: 'BatchLongest', direction: 'Right', pad_id: 0, pad_token: '[PAD]' },
        post_processor: {
          single: [special('[CLS]'), text('A'), special('[SEP]')],
          pair: [special('[CLS]'), text('A'), special('[SEP]'), text('B', 1), special('[SEP]', 1)],
          special_tokens: { '[CLS]': { ids: [2] }, '[SEP]': { ids: [3] } },
        },
      });
      const again = new Tokenizer(JSON.parse(JSON.stringify(definition)));
      expect(again.encode('don’t cut (hello)', 64)).toEqual(ours.encode('don’t cut (hello)', 64));
    },
  );

  test('RoBERTa has two separators between the texts of a pair', () => {
    const vocab = { '<s>': 0, '<pad>': 1, '</s>': 2, '<unk>': 3, a: 4 };
    const roberta = new Tokenizer({
      ...json(`${tiny}/tokenizer.json`),
      added_tokens: [],
      post_processor: { type: 'RobertaProcessing', cls: ['<s>', 0], sep: ['</s>', 2] },
      model: { type: 'BPE', vocab, merges: [], unk_token: '<unk>' },
    });
    expect(roberta.definition(8)).toMatchObject({
      padding: { pad_id: 1, pad_token: '<pad>' },
      post_processor: {
        pair: [special('<s>'), text('A'), special('</s>'), special('</s>'), text('B'), special('</s>')],
      },
    });
  });
});

// As Hugging Face's tokenizers cut with longest_first: python/check_onnx.py compares.
test.each([
  [7, 7, 5, [2, 3]],
  [7, 7, 6, [3, 3]],
  [9, 7, 5, [3, 2]],
  [1, 9, 5, [1, 4]],
  [9, 1, 5, [4, 1]],
  [2, 3, 5, [2, 3]],
])('a pair of %d and %d words keeps %d', (first, second, budget, kept) => {
  const [mark, word] = [3, 'a'];
  const pair = [first, second].map((count) => Array(count).fill(word).join(' ')).join(pairMark);
  const ids = tokenizers['tokenizer.json'].encode(pair, budget + 3);
  const between = ids.indexOf(mark);
  expect([between - 1, ids.length - between - 2]).toEqual(kept);
});

test('the built-in encoder tokenises English into pieces of its vocabulary', () => {
  const tokenizer = new Tokenizer(json('public/models/minilm-l3/tokenizer.json'));
  expect(tokenizer.tokens({ text: 'Who wrote Hamlet?' }, 32).slice(0, 3)).toEqual(['[CLS]', 'who', 'wrote']);
  expect(tokenizer.padId).toBe(0);
});

test.each([
  [{}, 'model'],
  [{ model: { type: 'SentencePiece', vocab: {} } }, 'model SentencePiece'],
  [{ model: { type: 'WordPiece', vocab: { '[PAD]': 0 } } }, '[UNK]'],
])('%j is refused', (file, reason) => {
  expect(() => new Tokenizer(file)).toThrow(reason);
});

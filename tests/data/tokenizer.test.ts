import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Tokenizer, tokenizerFromVocabulary } from '../../src/data/tokenizer.ts';

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const tiny = 'tests/golden/models/tiny';

const tokenizers = {
  'tokenizer.json': new Tokenizer(json(`${tiny}/tokenizer.json`)),
  'vocab.txt': tokenizerFromVocabulary(
    readFileSync(`${tiny}/vocab.txt`, 'utf8'),
    json(`${tiny}/tokenizer_config.json`),
  ),
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

test('the built-in encoder tokenises English into pieces of its vocabulary', () => {
  const tokenizer = new Tokenizer(json('public/models/encoder-small/tokenizer.json'));
  expect(tokenizer.tokens('Who wrote Hamlet?', 32).slice(0, 3)).toEqual(['[CLS]', 'who', 'wrote']);
  expect(tokenizer.padId).toBe(0);
});

test.each([
  [{}, 'model'],
  [{ model: { type: 'WordLevel', vocab: {} } }, 'WordPiece'],
  [{ model: { type: 'WordPiece', vocab: { '[PAD]': 0 } } }, '[CLS]'],
])('%j is refused', (file, reason) => {
  expect(() => new Tokenizer(file)).toThrow(reason);
});

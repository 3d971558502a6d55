import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ReadFile } from '../../src/base/file-set.ts';
import { readTokenizer } from '../../src/files/encoder-files.ts';

/** Token ids as transformers' AutoTokenizer (4.57.6) gave them; commands/check-tokens/node.ts asks it anew. */

const recordedSchema = z.object({
  texts: z.array(z.string()),
  recorded: z.array(
    z.object({ name: z.string(), files: z.record(z.string(), z.string()), ids: z.array(z.array(z.number())) }),
  ),
});
const bytes = gunzipSync(readFileSync('tests/tokens/recorded.json.gz'));
const { texts, recorded } = recordedSchema.parse(JSON.parse(bytes.toString()));

describe('recorded from Python', () => {
  test.each(recorded.map((one) => [one.name, one] as const))('%s', async (_, { files, ids }) => {
    const read: ReadFile = async (name) => {
      const file = files[name];
      return file === undefined ? null : new TextEncoder().encode(file);
    };
    const tokenizer = await readTokenizer(read);
    expect(texts.map((text) => tokenizer.ids(text))).toEqual(ids);
  });
});

const faults = 'tests/tokens/faults';
const read =
  (folder: string, changes: Record<string, string | null> = {}): ReadFile =>
  async (name) => {
    const change = changes[name];
    if (change !== undefined) return change === null ? null : new TextEncoder().encode(change);
    return readdirSync(folder).includes(name) ? readFileSync(`${folder}/${name}`) : null;
  };
const expectedSchema = z.array(
  z.object({ text: z.string(), expected_ids: z.array(z.number()), expected_tokens: z.array(z.string()) }),
);

describe('folders that people have', () => {
  const names = readdirSync(faults).filter((name) => !name.startsWith('japanese'));
  test.each(names)('%s', async (name) => {
    const folder = `${faults}/${name}`;
    const tokenizer = await readTokenizer(read(folder));
    for (const one of expectedSchema.parse(JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8')))) {
      const ids = tokenizer.ids(one.text);
      expect(ids, one.text).toEqual(one.expected_ids);
      expect(ids.map((id) => tokenizer.pieceOf(id))).toEqual(one.expected_tokens);
    }
  });

  test.each(['japanese', 'japanese-char'])('%s is refused by its class', async (name) => {
    await expect(readTokenizer(read(`${faults}/${name}`))).rejects.toThrow('BertJapaneseTokenizer');
  });

  test('the class of config.json counts where no settings name one', async () => {
    const changes = { 'tokenizer_config.json': null, 'config.json': '{"tokenizer_class": "BertJapaneseTokenizer"}' };
    await expect(readTokenizer(read(`${faults}/japanese`, changes))).rejects.toThrow('BertJapaneseTokenizer');
  });
});

const lower = `${faults}/case-json-lower-config-cased`;
const file = JSON.parse(readFileSync(`${lower}/tokenizer.json`, 'utf8'));
const changed = (change: object, settings: object = { tokenizer_class: 'PreTrainedTokenizerFast' }) =>
  readTokenizer(
    read(lower, {
      'tokenizer.json': JSON.stringify({ ...file, ...change }),
      'tokenizer_config.json': JSON.stringify(settings),
    }),
  );

test.each([
  [{ normalizer: { type: 'Transliterate' } }, 'normalizer Transliterate'],
  [{ normalizer: { type: 'Sequence', normalizers: [{ type: 'NFD' }, { type: 'Odd' }] } }, 'normalizer Odd'],
  [{ normalizer: { type: 'Lowercase', locale: 'tr' } }, 'locale'],
  [{ normalizer: { ...file.normalizer, lowercase: 'yes' } }, 'BertNormalizer: lowercase'],
  [{ normalizer: { type: 'Precompiled', precompiled_charsmap: 'AAAA' } }, 'damaged'],
  [{ pre_tokenizer: { type: 'UnicodeScripts' } }, 'UnicodeScripts'],
  [{ pre_tokenizer: { type: 'Digits', roman: true } }, 'Digits has the setting roman'],
  [{ pre_tokenizer: { type: 'Punctuation', behavior: 'Dropped' } }, 'Punctuation: behavior'],
  [{ pre_tokenizer: { type: 'Split', pattern: { Regex: 'a++' }, behavior: 'Isolated' } }, 'possessive'],
  [{ pre_tokenizer: { type: 'Split', pattern: { Regex: '(?>a)' }, behavior: 'Isolated' } }, 'atomic'],
  [{ pre_tokenizer: { type: 'Split', pattern: { Regex: '(a' }, behavior: 'Isolated' } }, 'cannot be read'],
  [{ pre_tokenizer: {} }, 'pre_tokenizer has no type'],
  [{ post_processor: { type: 'Wrap' } }, 'post_processor Wrap'],
  [{ model: { ...file.model, dropout: 0.1 } }, 'WordPiece has the setting dropout'],
  [{ model: { ...file.model, unk_token: '[NONE]' } }, 'lacks [NONE]'],
  [{ model: { ...file.model, type: 'CharBPE' } }, 'model CharBPE'],
  [{ sampling: {} }, 'sampling'],
])('%j is refused by name', async (change, words) => {
  await expect(changed(change)).rejects.toThrow(words);
});

test('settings of another kind are refused with the file', async () => {
  await expect(changed({}, { do_lower_case: 'no' })).rejects.toThrow('tokenizer_config.json: do_lower_case');
});

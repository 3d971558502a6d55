import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { taggedRows } from '../../commands/wordnet-tasks/tagged-words.ts';
import { readBuiltInTask } from '../../src/data/built-in/rows.ts';
import { textKey } from '../../src/data/checks/same-texts.ts';

/** The built-in task of tagged words is what its command makes of WordNet's examples. */

const rows = taggedRows();
const labels = new Map(rows.map(({ text, label }) => [text, label]));

test('the files hold every sentence that the command tags, with its tags, each on one side', async () => {
  const { train, test } = await readBuiltInTask(
    'wordnet_words',
    async (file) => new Uint8Array(readFileSync(`public/datasets/wordnet_words/${file}`)),
  );
  const both = [...train, ...test];
  expect(new Map(both.map(({ text, label }) => [text, label]))).toEqual(labels);
  expect(new Set(both.map(({ text }) => textKey(text))).size).toBe(both.length);
});

test.each([
  // The word shown: "marches" is a noun and a verb.
  ['England marches with Scotland', 'noun verb preposition noun'],
  // "to" before a verb, and before a noun.
  ['too upset to say anything', 'adverb adjective particle verb pronoun'],
  ['they migrated eastward to Sweden', 'pronoun verb adverb preposition noun'],
  // "do" that helps a verb, and that is one; marks stay with the word before them.
  ['Did you ever visit Paris?', 'auxiliary pronoun adverb verb noun'],
  ['he did his homework promptly', 'pronoun verb pronoun noun adverb'],
  // A name that WordNet does not list is a noun.
  ['play the casinos in Trouville', 'verb determiner noun preposition noun'],
])('%s', (text, tags) => {
  expect(labels.get(text)).toBe(tags);
});

test('a sentence with a word that nothing tells apart is left out', () => {
  const texts = rows.map(({ text }) => ` ${text.toLowerCase()} `);
  for (const word of ['that', 'like', 'will', 'spoke', 'found', 'two'])
    expect(texts.filter((text) => text.includes(` ${word} `))).toEqual([]);
});

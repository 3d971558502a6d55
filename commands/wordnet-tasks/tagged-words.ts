/** Sentences with a part of speech for each word, of WordNet's examples. */

import { textKey } from '../../src/data/checks/same-texts.ts';
import type { Row } from '../../src/data/rows/row.ts';
import { closedWords, helpingVerbs, openQuestions } from './closed-words.ts';
import { type FilePart, fileParts, linesOf, readSynsets } from './dictionary.ts';

const tagOf: Readonly<Record<FilePart, string>> = { noun: 'noun', verb: 'verb', adj: 'adjective', adv: 'adverb' };

/** Words of a sentence: a phrase of three is mostly a word and its article. */
const [fewestWords, mostWords] = [4, 14];
/** Tags that tell more of a sentence than of a short list of words, and their least share in it. */
const openTags: readonly string[] = Object.values(tagOf);
const leastOpen = 0.6;

type Ending = readonly [ending: string, base: string];
/** Endings of inflected forms, and what the listed form has in their place (morphy(7WN)). */
const endings: Readonly<Record<FilePart, readonly Ending[]>> = {
  noun: [
    ['s', ''],
    ['es', ''],
    ['ies', 'y'],
  ],
  verb: [
    ['s', ''],
    ['es', ''],
    ['ies', 'y'],
    ['ed', ''],
    ['ed', 'e'],
    ['ied', 'y'],
    ['ing', ''],
    ['ing', 'e'],
  ],
  adj: [
    ['er', ''],
    ['er', 'e'],
    ['ier', 'y'],
    ['est', ''],
    ['est', 'e'],
    ['iest', 'y'],
  ],
  adv: [],
};
/** Endings before which a consonant is doubled: "stopped", "bigger". */
const doubling = ['ed', 'ing', 'er', 'est'];

/** Forms that a word may be listed under: its own, and those that it may be inflected from. */
function basesOf(form: string, part: FilePart): string[] {
  const inflected = endings[part].filter(([ending]) => form.endsWith(ending) && form.length - ending.length >= 2);
  return [
    form,
    ...inflected.flatMap(([ending, base]) => {
      const stem = form.slice(0, -ending.length);
      const isDoubled = base === '' && doubling.includes(ending) && /([^aeiou])\1$/.test(stem);
      return isDoubled ? [stem, stem.slice(0, -1)] : [stem + base];
    }),
  ];
}

/** What WordNet knows of a word's parts of speech. */
interface Lexicon {
  /** Listed forms that a word may be of, by part of speech. */
  found(form: string): { part: FilePart; bases: string[] }[];
  /** How often a listed form stands in the texts that WordNet's authors tagged by hand. */
  uses(base: string, part: FilePart): number;
}

/** Parts of speech in the keys of senses (senseidx(5WN)). */
const partsOfSenses: Readonly<Record<string, FilePart>> = { 1: 'noun', 2: 'verb', 3: 'adj', 4: 'adv', 5: 'adj' };

function readLexicon(): Lexicon {
  const listed = fileParts.map((part) => {
    const forms = new Set(linesOf(`index.${part}`).map((line) => line.split(' ', 1)[0]));
    return { part, forms };
  });
  const counts = new Map<string, number>();
  for (const line of linesOf('index.sense')) {
    const [key = '', , , count] = line.split(' ');
    const [word, sense = ''] = key.split('%');
    const at = `${word} ${partsOfSenses[sense.charAt(0)]}`;
    counts.set(at, (counts.get(at) ?? 0) + Number(count));
  }
  return {
    found: (form) =>
      listed
        .map(({ part, forms }) => ({ part, bases: basesOf(form, part).filter((base) => forms.has(base)) }))
        .filter(({ bases }) => bases.length > 0),
    uses: (base, part) => counts.get(`${base} ${part}`) ?? 0,
  };
}

/** Uses of a word in the texts tagged by hand that are enough to say that it has no other part of speech. */
const enoughUses = 5;

/** The only part of speech of a word: that is listed, or that was ever met. Null where it may have several. */
function onlyPart(form: string, { found, uses }: Lexicon): FilePart | null {
  const possible = found(form);
  if (possible.length <= 1) return possible[0]?.part ?? null;
  const met = possible
    .map(({ part, bases }) => ({ part, bases, count: Math.max(...bases.map((base) => uses(base, part))) }))
    .filter(({ count }) => count > 0);
  const [first] = met;
  if (met.length !== 1 || !first || first.count < enoughUses) return null;
  // "dryer": the uses are those of "dry", and the word is listed by itself, too.
  const isListedItself = possible.some(({ bases }) => bases.includes(form));
  return isListedItself && !first.bases.includes(form) ? null : first.part;
}

/**
 * Words without the marks behind them; null where one is something else (an abbreviation, a genitive, something in brackets),
 * or more than one sentence is there.
 */
function bareWords(words: readonly string[]): string[] | null {
  const bare = words.map((word) => /^([A-Za-z]+(?:-[A-Za-z]+)*)[,.;:!?]*$/.exec(word)?.[1] ?? '');
  const endsBefore = words.slice(0, -1).some((word) => /[.;:!?]$/.test(word));
  return endsBefore || bare.includes('') ? null : bare;
}

/** A word that WordNet's authors gave as their example's. */
interface Shown {
  /** Words of the synset, in small letters. */
  words: readonly string[];
  part: FilePart;
}

/** The tag of a word that is not the one shown; "to" is told by what follows. */
function tagOfOther(word: string, at: number, lexicon: Lexicon): string | null {
  const form = word.toLowerCase();
  // "US" is no pronoun.
  const isAbbreviation = /^[A-Z]{2,}$/.test(word);
  if (openQuestions.has(form)) return null;
  const known = form === 'to' ? form : closedWords.get(form);
  if (known && !isAbbreviation) return known;
  const isUnknownName = at > 0 && /^[A-Z][a-z]/.test(word) && lexicon.found(form).length === 0;
  const part = isUnknownName ? 'noun' : onlyPart(form, lexicon);
  return part && tagOf[part];
}

/** @returns the tags; null where a word has no sure one, or the word that is shown does not stand there just once */
function tagsOf(words: readonly string[], shown: Shown, lexicon: Lexicon): string[] | null {
  const forms = words.map((word) => word.toLowerCase());
  const isShown = forms.map((form) => basesOf(form, shown.part).some((base) => shown.words.includes(base)));
  const own = forms[isShown.indexOf(true)] ?? '';
  if (isShown.filter(Boolean).length !== 1 || closedWords.has(own) || openQuestions.has(own)) return null;
  const tags = words.map((word, at) => (isShown[at] ? tagOf[shown.part] : tagOfOther(word, at, lexicon)));
  const isBase = (form = '') => lexicon.found(form).some(({ part, bases }) => part === 'verb' && bases[0] === form);
  /** The first place behind another one whose word is of none of these kinds. */
  const behind = (at: number, ...skipped: (string | null)[]) => {
    let next = at + 1;
    while (skipped.includes(tags[next] ?? null) && next < words.length) next++;
    return next;
  };
  const all = tags.flatMap((tag, at) => {
    const next = behind(at, 'adverb');
    if (tag === 'to') return [tags[next] === 'verb' && isBase(forms[next]) ? 'particle' : 'preposition'];
    // "he is reading", "do you read", but "he is tall".
    const helps = helpingVerbs.has(forms[at] ?? '') && tags[behind(at, 'adverb', 'pronoun')] === 'verb';
    return helps ? ['auxiliary'] : (tag ?? []);
  });
  return all.length === words.length ? all : null;
}

/** WordNet's example sentences of which every word has a sure part of speech, each once. */
export function taggedRows(): Row[] {
  const lexicon = readLexicon();
  const rows = new Map<string, Row | null>();
  for (const part of fileParts)
    for (const synset of readSynsets(part)) {
      const shown = { words: synset.words.map((word) => word.toLowerCase()), part };
      for (const text of synset.examples) {
        const words = text.split(/\s+/);
        if (words.length < fewestWords || words.length > mostWords) continue;
        const bare = bareWords(words);
        const tags = bare && tagsOf(bare, shown, lexicon);
        if (!tags || tags.filter((tag) => openTags.includes(tag)).length < leastOpen * tags.length) continue;
        const row = { text: words.join(' '), label: tags.join(' '), tagged: { words, tags }, line: 0 };
        const key = textKey(row.text);
        const known = rows.get(key);
        // An example of two words, whose tags are not the same: it is not told which is right.
        rows.set(key, known === undefined || known?.label === row.label ? row : null);
      }
    }
  return [...rows.values()].filter((row) => row !== null);
}

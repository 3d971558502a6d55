/** npx tsx commands/unicode-tables/node.ts > src/data/tokenizer/unicode/unicode-tables.ts: PYTHON names an interpreter with tokenizers 0.22.2 */
import { execFileSync } from 'node:child_process';
import { z } from 'zod';

type Range = [first: number, last: number];
const dump = z
  .object({
    classes: z.record(z.string(), z.array(z.tuple([z.number(), z.number()]))),
    forms: z.record(z.enum(['NFC', 'NFD', 'NFKC', 'NFKD']), z.record(z.string(), z.string())),
  })
  .parse(
    JSON.parse(
      execFileSync(process.env.PYTHON ?? 'python3', ['python/tokens/unicode_tables.py'], {
        maxBuffer: 2 ** 28,
      }).toString(),
    ),
  );

/** Distances and lengths in base 36, one after another. */
function packed(ranges: readonly Range[]): string {
  let at = 0;
  return ranges
    .map(([first, last]) => {
      const distance = (first - at).toString(36);
      at = last + 1;
      return last > first ? `${distance}.${(last - first).toString(36)}` : distance;
    })
    .join(' ');
}

/** Code points that the browser's form changes and the Rust library's, of an older Unicode, does not. */
function keptBy(names: ('NFC' | 'NFD' | 'NFKC' | 'NFKD')[]): Range[] {
  const ranges: Range[] = [];
  for (let point = 0; point < 0x110000; point++) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const character = String.fromCodePoint(point);
    const differs = names.some((form) => {
      const theirs = dump.forms[form][point] ?? character;
      const ours = character.normalize(form);
      if (ours !== theirs && theirs !== character) throw new Error(`U+${point.toString(16)} has another ${form}.`);
      return ours !== theirs;
    });
    // A mark that the library does not know yet stays in its position.
    const isNew = /\p{M}/u.test(character) && !dump.classes.mark?.some(([a, b]) => point >= a && point <= b);
    if (!differs && !isNew) continue;
    const last = ranges.at(-1);
    if (last && last[1] === point - 1) last[1] = point;
    else ranges.push([point, point]);
  }
  return ranges;
}

/** Code points that the browser takes for part of a word and the library does not know yet. */
function newerWords(): Range[] {
  const ranges: Range[] = [];
  for (let point = 0; point < 0x110000; point++) {
    const isWord = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u.test(String.fromCodePoint(point));
    if (!isWord || dump.classes.word?.some(([a, b]) => point >= a && point <= b)) continue;
    const last = ranges.at(-1);
    if (last && last[1] === point - 1) last[1] = point;
    else ranges.push([point, point]);
  }
  return ranges;
}

const line = (name: string, ranges: readonly Range[]) => `  ${name}:\n    '${packed(ranges)}',`;
console.log(`// Made by commands/unicode-tables/node.ts from tokenizers 0.22.2. Do not edit.

/** Ranges of code points of each class, as the Rust library has them. */
export const classRanges = {
${Object.entries(dump.classes)
  .map(([name, ranges]) => line(name, ranges))
  .join('\n')}
};

/** Code points that the library's normal forms leave as they are, though newer Unicode changes them. */
export const keptRanges = {
${line('canonical', keptBy(['NFC', 'NFD']))}
${line('compatible', keptBy(['NFC', 'NFD', 'NFKC', 'NFKD']))}
};

/** Code points of newer Unicode that the browser's expressions take for part of a word and the library's do not. */
export const newerRanges =
  '${packed(newerWords())}';`);

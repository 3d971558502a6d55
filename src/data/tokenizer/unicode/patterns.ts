import { z } from 'zod';
import { type MessageParts, msg } from '../../../base/message.ts';
import { TokenizerError } from '../settings.ts';
import { asLibrarySees, pointAt, unitsOf } from './characters.ts';
import { asBrowserReads } from './expressions.ts';

/** Patterns that a text is searched for, and ways to cut it at the matches. */

/** A stretch of a text, a match or the text between matches, in UTF-16 units. */
export interface Match {
  from: number;
  to: number;
  found: boolean;
}

export type Pattern = (text: string) => Match[];

export const behaviors = ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous'] as const;
type Behavior = (typeof behaviors)[number];

export const patternSchema = z.union([z.strictObject({ String: z.string() }), z.strictObject({ Regex: z.string() })]);

/** Finds every character for which `holds` is true, by itself. */
export const charactersThat =
  (holds: (point: number) => boolean): Pattern =>
  (text) => {
    const matches: Match[] = [];
    let from = 0;
    for (let at = 0; at < text.length; ) {
      const point = pointAt(text, at);
      const to = at + unitsOf(point);
      if (holds(point)) {
        if (at > from) matches.push({ from, to: at, found: false });
        matches.push({ from: at, to, found: true });
        from = to;
      }
      at = to;
    }
    if (from < text.length) matches.push({ from, to: text.length, found: false });
    return matches;
  };

/** Finds runs of characters of one kind; kind 0 does not match. */
export const runsOf =
  (kind: (point: number) => number): Pattern =>
  (text) => {
    const matches: Match[] = [];
    let [from, before] = [0, -1];
    for (let at = 0; at < text.length; ) {
      const point = pointAt(text, at);
      const next = kind(point);
      if (next !== before && before >= 0) {
        matches.push({ from, to: at, found: before > 0 });
        from = at;
      }
      before = next;
      at += unitsOf(point);
    }
    if (before >= 0) matches.push({ from, to: text.length, found: before > 0 });
    return matches;
  };

/** Features of Oniguruma that a browser's regular expressions lack, or have with another meaning. */
const notComputed: readonly [RegExp, MessageParts][] = [
  [/[*+?]\+/, msg`a possessive quantifier`],
  [/\(\?>/, msg`an atomic group`],
  [/\(\?(?![:=!]|<[=!])/, msg`a group with flags or a name`],
  [/\\[1-9gkGKRXyYON]|\\[pP](?!\{)/, msg`a reference or an anchor of its own`],
];

function compiled(regex: string): RegExp {
  const bare = regex.replace(/\\[^A-Za-z0-9]/g, '_');
  for (const [sign, what] of notComputed)
    if (sign.test(bare))
      throw new TokenizerError(
        msg`tokenizer.json: the regular expression ${regex} has ${what}, which is not computed here. Choose an encoder with another tokenizer.`,
      );
  try {
    const pattern = asBrowserReads(regex);
    if (pattern) return pattern;
  } catch {
    // The error below reports it.
  }
  throw new TokenizerError(msg`tokenizer.json: the regular expression ${regex} cannot be read.`);
}

/** Finds an expression, with Oniguruma's rule for empty matches: none right after the match before. */
function findAll(regex: RegExp): Pattern {
  return (given) => {
    const text = asLibrarySees(given);
    const matches: Match[] = [];
    let [from, last] = [0, -1];
    regex.lastIndex = 0;
    for (;;) {
      const result = regex.lastIndex > text.length ? null : regex.exec(text);
      if (!result) break;
      const to = result.index + result[0].length;
      if (result.index === to) {
        regex.lastIndex = to + unitsOf(pointAt(text, to));
        if (to === last) continue;
        regex.lastIndex = to;
        // The same empty match comes once more, and is skipped then.
      }
      last = to;
      if (result.index > from) matches.push({ from, to: result.index, found: false });
      matches.push({ from: result.index, to, found: true });
      from = to;
    }
    if (from < text.length) matches.push({ from, to: text.length, found: false });
    return matches;
  };
}

function literal(words: string): Pattern {
  return (text) => {
    const matches: Match[] = [];
    let from = 0;
    for (let at = words ? text.indexOf(words) : -1; at >= 0; at = text.indexOf(words, from)) {
      if (at > from) matches.push({ from, to: at, found: false });
      from = at + words.length;
      matches.push({ from: at, to: from, found: true });
    }
    if (from < text.length) matches.push({ from, to: text.length, found: false });
    return matches;
  };
}

/** @throws TokenizerError naming what of a regular expression is not computed */
export function patternOf(given: z.infer<typeof patternSchema>): Pattern {
  return 'String' in given ? literal(given.String) : findAll(compiled(given.Regex));
}

/** Finds the text between the matches. */
export const inverted =
  (pattern: Pattern): Pattern =>
  (text) =>
    pattern(text).map((match) => ({ ...match, found: !match.found }));

/** A text with the matches replaced. */
export const replaced = (text: string, pattern: Pattern, content: string): string =>
  pattern(text)
    .map(({ from, to, found }) => (found ? content : text.slice(from, to)))
    .join('');

/** Joins matches to the one before where `joins` says so, of the match and whether the one before was found. */
function merged(matches: readonly Match[], joins: (found: boolean, before: boolean) => boolean): Match[] {
  const result: Match[] = [];
  let before = false;
  for (const match of matches) {
    const last = result.at(-1);
    if (last && joins(match.found, before)) {
      last.from = Math.min(last.from, match.from);
      last.to = Math.max(last.to, match.to);
    } else result.push({ ...match });
    before = match.found;
  }
  return result;
}

/** The stretches of a text that a cut leaves, without empty ones. */
export function cut(matches: readonly Match[], behavior: Behavior): Match[] {
  const pieces = () => {
    switch (behavior) {
      case 'Removed':
        return matches.filter(({ found }) => !found);
      case 'Isolated':
        return matches;
      case 'Contiguous':
        return merged(matches, (found, before) => found === before);
      case 'MergedWithPrevious':
        return merged(matches, (found, before) => found && !before);
      case 'MergedWithNext':
        return merged([...matches].reverse(), (found, before) => found && !before).reverse();
    }
  };
  return pieces().filter(({ from, to }) => to > from);
}

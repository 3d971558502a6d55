import { z } from 'zod';
import { inBytes } from './normalizers.ts';
import { assertGrowth, type Component, componentOf, settingsOf, unknownComponent } from './settings.ts';
import { isOf, pointAt } from './unicode/characters.ts';
import {
  behaviors,
  charactersThat,
  cut,
  inverted,
  type Match,
  type Pattern,
  patternOf,
  patternSchema,
  runsOf,
} from './unicode/patterns.ts';

/** The pre-tokenisers of tokenizer.json, each as the Rust library (0.22) computes it. */

/** A part of a text. */
export interface Part {
  text: string;
  /** Begins where the whole text begins. */
  first: boolean;
}

export type PreTokenizer = (parts: readonly Part[]) => Part[];

const slot = 'pre_tokenizer';
const behavior = z.enum(behaviors);

const lengthOf = (parts: readonly Part[]): number => parts.reduce((sum, { text }) => sum + text.length, 0);

const slices = ({ text, first }: Part, matches: readonly Match[]): Part[] =>
  matches.map(({ from, to }) => ({ text: text.slice(from, to), first: first && from === 0 }));

const cutting =
  (pattern: Pattern, how: z.infer<typeof behavior>): PreTokenizer =>
  (parts) =>
    parts.flatMap((part) => slices(part, cut(pattern(part.text), how)));

const [isSpace, isPunctuation, isWord, isNumber, isLetter] = [
  isOf('space'),
  isOf('punctuation'),
  isOf('word'),
  isOf('number'),
  isOf('letter'),
];

/** Rust's Whitespace, `\w+|[^\w\s]+` with the \w of Unicode. */
const wordRuns = runsOf((point) => (isWord(point) ? 1 : isSpace(point) ? 0 : 2));

const contraction = /^'(?:s|t|re|ve|m|ll|d)/;

/**
 * GPT-2's expression: contractions, or letters, numbers and other characters with at most one blank before them, or white space,
 * of which the last character is left to what follows.
 */
const gptPieces: Pattern = (text) => {
  const kind = (at: number) => {
    const point = pointAt(text, at);
    return isLetter(point) ? 1 : isNumber(point) ? 2 : isSpace(point) ? 0 : 3;
  };
  const next = (at: number) => at + (pointAt(text, at) > 0xffff ? 2 : 1);
  const runEnd = (from: number, of: number) => {
    let at = from;
    while (at < text.length && kind(at) === of) at = next(at);
    return at;
  };
  const matches: Match[] = [];
  for (let at = 0; at < text.length; ) {
    const short = text[at] === "'" ? contraction.exec(text.slice(at, at + 3)) : null;
    const body = text[at] === ' ' && at + 1 < text.length && kind(at + 1) !== 0 ? at + 1 : at;
    let to = short ? at + short[0].length : runEnd(body, kind(body));
    // White space before something else leaves it its last character.
    if (!short && kind(body) === 0 && to < text.length && to - at > 1) to--;
    matches.push({ from: at, to, found: true });
    at = to;
  }
  return matches;
};

function byteLevel(component: Component): PreTokenizer {
  const { add_prefix_space, use_regex } = settingsOf(slot, component, {
    add_prefix_space: z.boolean().default(true),
    trim_offsets: z.boolean().optional(),
    use_regex: z.boolean().default(true),
  });
  return (parts) =>
    parts.flatMap((part) => {
      const text = add_prefix_space && !part.text.startsWith(' ') ? ` ${part.text}` : part.text;
      const pieces = use_regex ? slices({ ...part, text }, gptPieces(text)) : [{ ...part, text }];
      return pieces.map((piece) => ({ ...piece, text: inBytes(piece.text) }));
    });
}

function metaspace(component: Component): PreTokenizer {
  const settings = settingsOf(slot, component, {
    replacement: z.string().refine((value) => [...value].length === 1),
    prepend_scheme: z.enum(['always', 'first', 'never']).optional(),
    split: z.boolean().default(true),
    // As older versions wrote it.
    add_prefix_space: z.boolean().optional(),
    str_rep: z.string().optional(),
  });
  const { replacement, split } = settings;
  const scheme = settings.add_prefix_space === false ? 'never' : (settings.prepend_scheme ?? 'always');
  const found: Pattern = charactersThat((point) => point === replacement.codePointAt(0));
  return (parts) =>
    parts.flatMap((part) => {
      const spaced = part.text.replaceAll(' ', () => replacement);
      const isPrepended = scheme === 'always' || (scheme === 'first' && part.first);
      const text = isPrepended && !spaced.startsWith(replacement) ? replacement + spaced : spaced;
      return split ? slices({ ...part, text }, cut(found(text), 'MergedWithNext')) : [{ ...part, text }];
    });
}

/** Pieces of so many characters. */
function fixedLength(length: number): PreTokenizer {
  return (parts) =>
    parts.flatMap(({ text, first }) => {
      const characters = [...text];
      const count = Math.ceil(characters.length / length);
      return Array.from({ length: count }, (_, i) => ({
        text: characters.slice(i * length, (i + 1) * length).join(''),
        first: first && i === 0,
      }));
    });
}

const plain = (preTokenizer: PreTokenizer) => (component: Component) => {
  settingsOf(slot, component, {});
  return preTokenizer;
};

const spaceSplit = cutting(charactersThat(isSpace), 'Removed');
const punctuationSplit = cutting(charactersThat(isPunctuation), 'Isolated');

const kinds: Record<string, (component: Component) => PreTokenizer> = {
  BertPreTokenizer: plain((parts) => punctuationSplit(spaceSplit(parts))),
  Whitespace: plain(cutting(inverted(wordRuns), 'Removed')),
  WhitespaceSplit: plain(spaceSplit),
  ByteLevel: byteLevel,
  Metaspace: metaspace,
  Punctuation: (component) => {
    const settings = settingsOf(slot, component, { behavior: behavior.default('Isolated') });
    return cutting(charactersThat(isPunctuation), settings.behavior);
  },
  Digits: (component) => {
    const { individual_digits } = settingsOf(slot, component, { individual_digits: z.boolean().default(false) });
    return cutting(charactersThat(isNumber), individual_digits ? 'Isolated' : 'Contiguous');
  },
  CharDelimiterSplit: (component) => {
    const { delimiter } = settingsOf(slot, component, { delimiter: z.string() });
    return cutting(
      charactersThat((point) => point === delimiter.codePointAt(0)),
      'Removed',
    );
  },
  Split: (component) => {
    const settings = settingsOf(slot, component, {
      pattern: patternSchema,
      behavior,
      invert: z.boolean().default(false),
    });
    const found = patternOf(settings.pattern);
    return cutting(settings.invert ? inverted(found) : found, settings.behavior);
  },
  FixedLength: (component) =>
    fixedLength(settingsOf(slot, component, { length: z.number().int().min(1).default(5) }).length),
  Sequence: (component) => {
    const { pretokenizers } = settingsOf(slot, component, { pretokenizers: z.array(z.unknown()).max(100) });
    const all = pretokenizers.map((json) => preTokenizerOf(json));
    return (parts) => {
      const before = lengthOf(parts);
      return all.reduce<Part[]>(
        (result, preTokenize) => {
          const next = preTokenize(result);
          assertGrowth(slot, before, lengthOf(next));
          return next;
        },
        [...parts],
      );
    };
  },
};

/** @throws TokenizerError naming the component or the setting that is not computed */
export function preTokenizerOf(json: unknown): PreTokenizer {
  const component = componentOf(slot, json);
  if (!component) return (parts) => [...parts];
  const make = Object.hasOwn(kinds, component.type) ? kinds[component.type] : undefined;
  if (!make) throw unknownComponent(slot, component.type);
  return make(component);
}

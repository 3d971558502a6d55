import { type Message, type MessageParts, msg } from '../../base/message.ts';
import { DataFileError } from '../readers/data-file.ts';
import type { OffsetUnit } from './offset-units.ts';

/** From spans of a text's characters, as annotation tools write them, to words with a BIO tag each. */

/** A span of a text, its end not included. */
interface Span {
  start: number;
  end: number;
  label: string;
}

export interface SpanReading {
  unit: OffsetUnit;
  /** Widens spans to whole words, keeps the longer of those that overlap, leaves out those outside the text. */
  mend: boolean;
}

/** Names of a span's parts, as Doccano, spaCy, Prodigy, Label Studio and Hugging Face have them. */
const partNames = {
  start: ['start', 'start_offset', 'start_char', 'begin'],
  end: ['end', 'end_offset', 'end_char'],
  label: ['label', 'labels', 'type', 'entity', 'entity_group', 'entity_type', 'class', 'category'],
};

/** A value as a span; null for what is none. */
function spanOf(value: unknown): Span | null {
  if (typeof value !== 'object' || value === null) return null;
  const part = (name: keyof typeof partNames) => {
    const key = partNames[name].find((each) => Object.hasOwn(value, each));
    return key === undefined ? undefined : (value as Record<string, unknown>)[key];
  };
  const [start, end, named] = Array.isArray(value) ? value : [part('start'), part('end'), part('label')];
  const label = Array.isArray(named) && named.length === 1 ? named[0] : named;
  const isName = typeof label === 'string' || typeof label === 'number';
  if (!Number.isInteger(start) || !Number.isInteger(end) || !isName || String(label).trim() === '') return null;
  return { start, end, label: String(label).trim() };
}

/** A cell's list; null for what is none. */
function listIn(cell: string): unknown[] | null {
  if (cell === '') return [];
  if (!cell.startsWith('[')) return null;
  try {
    const list: unknown = JSON.parse(cell);
    return Array.isArray(list) ? list : null;
  } catch {
    return null;
  }
}

/** How many spans a cell has; null for a cell that holds something else. */
export function countSpans(cell: string): number | null {
  const list = listIn(cell.trim());
  return list?.every((value) => spanOf(value) !== null) ? list.length : null;
}

/** Words as BERT tells them apart: runs of letters and digits; every other mark, and every character of a script without blanks. */
const wordPattern =
  /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}]\p{M}*|(?:(?![\p{scx=Han}\p{scx=Hira}\p{scx=Kana}])[\p{L}\p{N}\p{M}])+|\S[\p{M}\u200d]*/gu;

interface Word {
  /** Its place in UTF-16's units, the end not included. */
  start: number;
  end: number;
  text: string;
}

const wordsOf = (text: string): Word[] =>
  [...text.matchAll(wordPattern)].map(({ 0: word, index }) => ({
    start: index,
    end: index + word.length,
    text: word,
  }));

/** Offsets of a text as they are counted: how many there are, and the place of each in UTF-16's units; null beyond the text. */
function offsetsOf(text: string, unit: OffsetUnit): { count: number; placeOf: (offset: number) => number | null } {
  if (unit === 'utf-16' || !/[\ud800-\udbff]/.test(text)) {
    const placeOf = (offset: number) => (offset >= 0 && offset <= text.length ? offset : null);
    return { count: text.length, placeOf };
  }
  const places: number[] = [];
  let place = 0;
  for (const character of text) {
    places.push(place);
    place += character.length;
  }
  places.push(place);
  return { count: places.length - 1, placeOf: (offset) => places[offset] ?? null };
}

/** Index of the first item that is true, of a list whose items are false before and true behind some place. */
function firstThat<T>(list: readonly T[], isTrue: (item: T) => boolean): number {
  let [from, to] = [0, list.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    const item = list[middle];
    if (item !== undefined && isTrue(item)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** A span's words, from the first to the one behind the last. */
interface Covered extends Span {
  first: number;
  behind: number;
}

/** Characters of a cell or a word that a message shows. */
const shown = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

/** An error of a row's spans: such rows can be left out. @param mendable whether a mended reading takes them */
function badSpans(words: MessageParts, mendable: boolean): DataFileError {
  const error = new DataFileError(words);
  error.unlabelled = true;
  if (mendable) error.spans = true;
  return error;
}

/**
 * The words of a text, tagged by its spans: B- the first word of each, I- its others, O what is in none.
 * @param cell the JSON list of spans, [start, end, label] or objects; an empty one has none
 * @param where the row and column, for messages
 * @param onMended told of each span that is changed or left out
 * @returns null for a text without words
 * @throws DataFileError for what is no list of spans and, unless they are mended, for spans that cut through a word, overlap, or
 *   lie outside the text
 */
export function wordsInSpans(
  text: string,
  cell: string,
  { unit, mend }: SpanReading,
  where: () => Message,
  onMended: () => void = () => {},
): { words: string[]; tags: string[] } | null {
  const list = listIn(cell.trim());
  if (!list) throw badSpans(msg`${where()} holds “${shown(cell)}”, which is no JSON list of spans.`, false);
  const words = wordsOf(text);
  if (words.length === 0) return null;
  const { count, placeOf } = offsetsOf(text, unit);
  /** Goes on where spans are mended. */
  const fault = (span: Span, why: MessageParts) => {
    if (!mend)
      throw badSpans(msg`${where()}: the span ${span.start} to ${span.end} (${shown(span.label)}) ${why}.`, true);
    onMended();
  };

  const covered: Covered[] = [];
  for (const value of list) {
    const span = spanOf(value);
    if (!span)
      throw badSpans(
        msg`${where()} holds “${shown(JSON.stringify(value))}”, which is no span: [start, end, "label"] or {"start": …, "end": …, "label": …}.`,
        false,
      );
    const [start, end] = [placeOf(span.start), placeOf(span.end)];
    if (start === null || end === null) {
      fault(span, msg`lies outside the text, which has ${count} characters`);
      continue;
    }
    const first = firstThat(words, (word) => word.end > start);
    const behind = firstThat(words, (word) => word.start >= end);
    if (start >= end || first >= behind) {
      fault(span, msg`has no word in it`);
      continue;
    }
    const cut = [words[first], words[behind - 1]].find((word) => word && (word.start < start || word.end > end));
    if (cut) fault(span, msg`cuts through the word “${shown(cut.text)}”`);
    covered.push({ ...span, first, behind });
  }

  // The longest first: of what overlaps it, a shorter one shares its own first or last word with it.
  covered.sort((a, b) => b.behind - b.first - (a.behind - a.first) || a.first - b.first);
  const owners = new Array<Covered | undefined>(words.length);
  for (const span of covered) {
    const other = owners[span.first] ?? owners[span.behind - 1];
    const isSame = other?.first === span.first && other.behind === span.behind && other.label === span.label;
    if (other && !isSame)
      fault(span, msg`overlaps the span ${other.start} to ${other.end} (${shown(other.label)}); a word has one tag`);
    if (!other) owners.fill(span, span.first, span.behind);
  }
  const tags = Array.from(owners, (owner, at) => (owner ? `${at === owner.first ? 'B' : 'I'}-${owner.label}` : 'O'));
  return { words: words.map((word) => word.text), tags };
}

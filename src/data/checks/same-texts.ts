import { inPieces, type Work } from '../../base/work.ts';
import type { Row } from '../rows/row.ts';
import type { Split } from '../rows/split.ts';
import { joinedText } from '../rows/texts.ts';

/** Equal texts, found in one pass over the rows: a number for each text, and no second copy of any. */

/** Blanks other than one space: a text that has none is not copied. */
const blanks = /\s{2,}|[^\S ]/g;

/** Key of a text, by which texts are equal: blanks and case make no difference. */
export const textKey = (text: string): string => text.trim().replace(blanks, ' ').toLowerCase();

/** FNV-1a over UTF-16 units. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Hash table from a text to the index of its first row. Open addressing, allocated once at its final size. */
class TextNumbers {
  readonly #slots: Uint32Array;
  readonly #hashes: Uint32Array;
  readonly #textAt: (place: number) => string;

  constructor(count: number, textAt: (place: number) => string) {
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * count + 2)));
    this.#hashes = new Uint32Array(count);
    this.#textAt = textAt;
  }

  /** @returns the index of the first row with the text of the row at `place`, which may be itself */
  add(place: number): number {
    const key = textKey(this.#textAt(place));
    const hash = hashOf(key);
    this.#hashes[place] = hash;
    const mask = this.#slots.length - 1;
    // A slot holds an index plus 1; 0 is free.
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const first = (this.#slots[slot] ?? 0) - 1;
      if (first < 0) {
        this.#slots[slot] = place + 1;
        return place;
      }
      if (this.#hashes[first] === hash && textKey(this.#textAt(first)) === key) return first;
    }
  }
}

/** Labels of each text, most often one. */
class LabelsOfTexts {
  readonly #first: (string | undefined)[];
  readonly #more = new Map<number, Set<string>>();

  constructor(count: number) {
    this.#first = new Array(count);
  }

  /** @returns whether the text has had this label before */
  add(text: number, label: string): boolean {
    const first = this.#first[text];
    if (first === undefined) this.#first[text] = label;
    if (first === undefined || first === label) return first === label;
    const more = this.#more.get(text) ?? new Set();
    const known = more.has(label);
    this.#more.set(text, more.add(label));
    return known;
  }

  isDisputed(text: number): boolean {
    return this.#more.has(text);
  }
}

/** One part's rows, with their texts' numbers and repetitions. */
export interface ReadPart {
  rows: readonly Row[];
  /** Number of each row's text: the index of its first row, counted over the training rows and then the test rows. */
  texts: Uint32Array;
  /** 1 for a row that repeats the text and label of an earlier row of this part. */
  repeated: Uint8Array;
  /** Whether a text carries more than one label in this part. */
  isDisputed: (text: number) => boolean;
}

export interface ReadTexts {
  train: ReadPart;
  test: ReadPart;
  /** Whether a training row has this text. */
  isTrained: (text: number) => boolean;
}

/** Reads all texts of a split once. */
export function* readTexts({ train, test }: Split): Work<ReadTexts> {
  const count = train.length + test.length;
  const rowAt = (place: number) => (place < train.length ? train[place] : test[place - train.length]);
  const numbers = new TextNumbers(count, (place) => {
    const row = rowAt(place);
    return row ? joinedText(row) : '';
  });
  function* read(rows: readonly Row[], from: number): Work<ReadPart> {
    const texts = new Uint32Array(rows.length);
    const repeated = new Uint8Array(rows.length);
    const labels = new LabelsOfTexts(count);
    yield* inPieces(rows, ({ label }, i) => {
      const text = numbers.add(from + i);
      texts[i] = text;
      repeated[i] = labels.add(text, label) ? 1 : 0;
    });
    return { rows, texts, repeated, isDisputed: (text) => labels.isDisputed(text) };
  }
  return {
    train: yield* read(train, 0),
    test: yield* read(test, train.length),
    isTrained: (text) => text < train.length,
  };
}

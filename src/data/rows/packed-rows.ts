import { z } from 'zod';
import { maxRows } from '../readers/data-file.ts';
import type { Row } from './row.ts';
import { arePairs } from './texts.ts';

/** Rows packed for a worker or storage: in pieces that take a few milliseconds each, every label once in a piece. */

/** Most rows of a piece. */
export const rowsInPiece = 2000;

/** Most pieces that a list of rows is cut into. */
export const maxPieces = Math.ceil(maxRows / rowsInPiece);

/** Most characters of a text or a label that is read back from storage. */
const maxCharacters = 2 ** 24;

const numbers = z.instanceof(Uint32Array).refine(({ length }) => length <= rowsInPiece);

const strings = z.array(z.string().max(maxCharacters)).max(maxCharacters);

/** A piece as it is read from storage. */
export const packedRowsSchema = z
  .object({
    texts: z.array(z.string().max(maxCharacters)).max(rowsInPiece),
    labels: z.array(z.string().max(maxCharacters)).max(rowsInPiece),
    /** The second texts of pairs; absent: the rows have one text each. */
    seconds: z.array(z.string().max(maxCharacters)).max(rowsInPiece).optional(),
    /** Index into `labels` of each row's label. */
    classes: numbers,
    lines: numbers,
    tagged: z
      .array(z.object({ words: strings, tags: strings }).refine(({ words, tags }) => words.length === tags.length))
      .optional(),
  })
  .refine(({ texts, seconds = texts, labels, classes, lines, tagged = texts }) => {
    const complete = [seconds, classes, lines, tagged].every(({ length }) => length === texts.length);
    return complete && classes.every((place) => place < labels.length);
  });

export interface PackedRows {
  texts: string[];
  seconds?: string[] | undefined;
  labels: string[];
  classes: Uint32Array;
  lines: Uint32Array;
  /** Words and tags of each row, where words are labelled. */
  tagged?: { words: string[]; tags: string[] }[] | undefined;
}

/** A list cut into pieces, the last of them shorter; nothing is copied but the pieces themselves. */
export function* piecesOf(rows: readonly Row[]): Generator<Row[]> {
  for (let from = 0; from < rows.length; from += rowsInPiece) yield rows.slice(from, from + rowsInPiece);
}

/** One piece, packed. */
export function packRows(rows: readonly Row[]): PackedRows {
  const places = new Map<string, number>();
  const classes = Uint32Array.from(rows, ({ label }) => {
    const place = places.get(label) ?? places.size;
    places.set(label, place);
    return place;
  });
  const lines = Uint32Array.from(rows, ({ line }) => line);
  const texts = rows.map(({ text }) => text);
  const seconds = arePairs(rows) ? { seconds: rows.map(({ second = '' }) => second) } : {};
  const packed = { texts, ...seconds, labels: [...places.keys()], classes, lines };
  const tagged = rows.flatMap((row) => row.tagged ?? []);
  return tagged.length > 0 && tagged.length === rows.length ? { ...packed, tagged } : packed;
}

/** A list that grows by packed pieces; each label is stored once, however many pieces contain it. */
export class RowCollector {
  readonly rows: Row[] = [];
  readonly #labels = new Map<string, string>();

  add({ texts, seconds, labels, classes, lines, tagged }: PackedRows): void {
    const known = labels.map((label) => {
      const first = this.#labels.get(label) ?? label;
      this.#labels.set(first, first);
      return first;
    });
    texts.forEach((text, i) => {
      const row = { text, label: known[classes[i] ?? 0] ?? '', line: lines[i] ?? 0 };
      const words = tagged?.[i];
      this.rows.push({
        ...row,
        ...(seconds ? { second: seconds[i] ?? '' } : {}),
        ...(words ? { tagged: words } : {}),
      });
    });
  }
}

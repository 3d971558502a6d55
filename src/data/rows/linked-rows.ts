import { z } from 'zod';
import { sha256Hex } from '../../base/sha256.ts';
import type { TaskKind } from '../../model/task-kind.ts';
import { packText, unpackText } from '../packed-text.ts';
import { DataFileError } from '../readers/data-file.ts';
import type { Row } from './row.ts';
import { joinedText } from './texts.ts';

/** A few rows inside a link, and the checksum in a link of rows that must be sent as a file. */

/** Most characters of a link for rows: browsers and messengers accept addresses of twice that. */
export const maxLinkedCharacters = 8000;
/** Characters of texts and labels beyond which packing is not tried: they compress to a hundredth at most. */
const maxTried = 100 * maxLinkedCharacters;
/** Most bytes that the rows of a link may unpack to. */
const maxUnpacked = 2 ** 20;
const maxRows = 20_000;
const maxLabels = 1000;
/** Characters beyond which the rows are not hashed on the page's thread. */
const maxHashed = 5e7;

export interface LinkedRows {
  rows: readonly Row[];
  /** Test rows from a file of their own; null: cut from the rows. */
  test: readonly Row[] | null;
}

const label = z.number().int().min(0);
const text = z.string().max(100_000);
/** A text and the place of its label, or two texts and that. */
const rowsSchema = z.array(z.union([z.tuple([text, label]), z.tuple([text, text, label])])).max(maxRows);
/** Place of a row's label. */
const placeIn = (row: z.infer<typeof rowsSchema>[number]): number => (row.length === 3 ? row[2] : row[1]);
const packedSchema = z
  .strictObject({
    labels: z.array(z.string().max(10_000)).max(maxLabels),
    rows: rowsSchema,
    test: rowsSchema.nullable(),
  })
  .refine(({ labels, rows, test }) => [...rows, ...(test ?? [])].every((row) => placeIn(row) < labels.length));

const charactersOf = ({ rows, test }: LinkedRows): number =>
  [...rows, ...(test ?? [])].reduce((sum, row) => sum + joinedText(row).length + row.label.length, 0);

/** Rows as text of a link; null where they are too many for one. */
export function packLinkedRows(data: LinkedRows): string | null {
  if (charactersOf(data) > maxTried || data.rows.length + (data.test?.length ?? 0) > maxRows) return null;
  const every = [...data.rows, ...(data.test ?? [])];
  // Words are told apart by the blanks between them.
  if (every.some(({ tagged }) => tagged && [...tagged.words, ...tagged.tags].some((word) => /\s/.test(word))))
    return null;
  const labels = [...new Set(every.map((row) => row.label))];
  if (labels.length > maxLabels) return null;
  const packed = (rows: readonly Row[]) =>
    rows.map(({ text, second, label }) => [text, ...(second === undefined ? [] : [second]), labels.indexOf(label)]);
  const text = packText({ labels, rows: packed(data.rows), test: data.test && packed(data.test) });
  return text.length <= maxLinkedCharacters ? text : null;
}

/**
 * @param kind what the rows are labelled with; where words are tagged, words and tags stand between blanks
 * @throws DataFileError where the text is damaged, or unpacks to more than a link's rows do
 */
export function unpackLinkedRows(text: string, kind: TaskKind = 'single-label'): { rows: Row[]; test: Row[] | null } {
  const parsed = packedSchema.safeParse(parse(text));
  if (!parsed.success) throw damaged();
  const { labels, rows, test } = parsed.data;
  const unpacked = (list: typeof rows): Row[] =>
    list.map((row, i) => {
      const own = { text: row[0], label: labels[placeIn(row)] ?? '', line: i + 1 };
      return labelledRow(kind, row.length === 3 ? { ...own, second: row[1] } : own);
    });
  return { rows: unpacked(rows), test: test && unpacked(test) };
}

/** A row as its kind has it. @throws DataFileError where its label is none of that kind */
function labelledRow(kind: TaskKind, row: Row): Row {
  const [words, tags] = [row.text.split(' '), row.label.split(' ')];
  if (kind === 'token' && words.length === tags.length) return { ...row, tagged: { words, tags } };
  const isSound =
    kind === 'single-label' ||
    (kind === 'regression' && Number.isFinite(Number(row.label)) && row.label !== '') ||
    (kind === 'multi-label' && listSchema.safeParse(jsonOf(row.label)).success);
  if (!isSound) throw damaged();
  return row;
}

const listSchema = z.array(z.string().max(10_000)).max(1000);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const damaged = () => new DataFileError('The rows in the link are damaged. Ask for the link again.');

function parse(text: string): unknown {
  try {
    return unpackText(text, { characters: maxLinkedCharacters, bytes: maxUnpacked });
  } catch {
    throw damaged();
  }
}

/**
 * SHA-256 over one line of JSON, [text, label], for each row in order; undefined for very many rows. Of a pair the text is
 * `joinedText`, so that a link of an earlier version knows the rows of its file again.
 */
export async function linkedRowsChecksum(data: LinkedRows): Promise<string | undefined> {
  if (charactersOf(data) > maxHashed) return undefined;
  const lines = [...data.rows, ...(data.test ?? [])].map((row) => JSON.stringify([joinedText(row), row.label]));
  return sha256Hex(new TextEncoder().encode(lines.join('\n')));
}

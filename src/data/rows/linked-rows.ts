import { deflateSync, Inflate } from 'fflate';
import { z } from 'zod';
import { joined } from '../../base/file-set.ts';
import { jsonFromBytes } from '../../base/json.ts';
import { sha256Hex } from '../../base/sha256.ts';
import { fromBase64Url, toBase64Url } from '../base64url.ts';
import { DataFileError } from '../readers/data-file.ts';
import type { Row } from './row.ts';

/** A few rows inside a link, and the checksum in a link of rows that must be sent as a file. */

/** Most characters of a link for rows: browsers and messengers accept addresses of twice that. */
export const maxLinkedCharacters = 8000;
/** Characters of texts and labels beyond which packing is not tried: they compress to a hundredth at most. */
const maxTried = 100 * maxLinkedCharacters;
/** Most bytes that the rows of a link may unpack to. */
const maxUnpacked = 2 ** 20;
/** Bytes that are unpacked at once: their result is bounded (1032 to 1) before the sum is checked. */
const piece = 128;
const maxRows = 20_000;
/** Characters beyond which the rows are not hashed on the page's thread. */
const maxHashed = 5e7;

export interface LinkedRows {
  rows: readonly Row[];
  /** Test rows from a file of their own; null: cut from the rows. */
  test: readonly Row[] | null;
}

const label = z.number().int().min(0);
const rowsSchema = z.array(z.tuple([z.string().max(100_000), label])).max(maxRows);
const packedSchema = z
  .strictObject({ labels: z.array(z.string().max(10_000)).max(1000), rows: rowsSchema, test: rowsSchema.nullable() })
  .refine(({ labels, rows, test }) => [...rows, ...(test ?? [])].every(([, place]) => place < labels.length));

const charactersOf = ({ rows, test }: LinkedRows): number =>
  [...rows, ...(test ?? [])].reduce((sum, row) => sum + row.text.length + row.label.length, 0);

/** Rows as text of a link; null where they are too many for one. */
export function packLinkedRows(data: LinkedRows): string | null {
  if (charactersOf(data) > maxTried || data.rows.length + (data.test?.length ?? 0) > maxRows) return null;
  const labels = [...new Set([...data.rows, ...(data.test ?? [])].map((row) => row.label))];
  const packed = (rows: readonly Row[]) => rows.map((row) => [row.text, labels.indexOf(row.label)]);
  const json = JSON.stringify({ labels, rows: packed(data.rows), test: data.test && packed(data.test) });
  const text = toBase64Url(deflateSync(new TextEncoder().encode(json), { level: 9 }));
  return text.length <= maxLinkedCharacters ? text : null;
}

/** @throws DataFileError where the text is damaged, or unpacks to more than a link's rows do */
export function unpackLinkedRows(text: string): { rows: Row[]; test: Row[] | null } {
  const parsed = packedSchema.safeParse(parse(text));
  if (!parsed.success) throw damaged();
  const { labels, rows, test } = parsed.data;
  const unpacked = (list: typeof rows): Row[] =>
    list.map(([words, place], i) => ({ text: words, label: labels[place] ?? '', line: i + 1 }));
  return { rows: unpacked(rows), test: test && unpacked(test) };
}

const damaged = () => new DataFileError('The rows in the link are damaged. Ask for the link again.');

function parse(text: string): unknown {
  if (text.length > maxLinkedCharacters) throw damaged();
  try {
    return jsonFromBytes(inflate(fromBase64Url(text)), { fatal: true });
  } catch {
    throw damaged();
  }
}

function inflate(bytes: Uint8Array): Uint8Array {
  const chunks: Uint8Array[] = [];
  let total = 0;
  let ended = false;
  const inflater = new Inflate((chunk, final) => {
    chunks.push(chunk);
    total += chunk.length;
    ended = final;
    if (total > maxUnpacked) throw damaged();
  });
  for (let from = 0; from < bytes.length; from += piece)
    inflater.push(bytes.subarray(from, from + piece), from + piece >= bytes.length);
  if (!ended) throw damaged();
  return joined(chunks);
}

/** SHA-256 over one line of JSON, [text, label], for each row in order; undefined for very many rows. */
export async function linkedRowsChecksum(data: LinkedRows): Promise<string | undefined> {
  if (charactersOf(data) > maxHashed) return undefined;
  const lines = [...data.rows, ...(data.test ?? [])].map((row) => JSON.stringify([row.text, row.label]));
  return sha256Hex(new TextEncoder().encode(lines.join('\n')));
}

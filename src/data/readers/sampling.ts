import { CsvParser } from './csv.ts';
import type { DataFile, FileRecord, Layout } from './data-file.ts';
import { decodeHead, isGzip } from './encoding.ts';
import { objectReader } from './json.ts';
import type { Table } from './tables.ts';

/**
 * Records from all of a file, for guesses: its beginning alone misleads where rows are sorted by class or by source.
 * Records further on are read in slices of the file, of which the first record, cut somewhere, is left out.
 */

export const sampledRecords = 1000;
/** Size of a slice, and the number of slices. */
const sliceBytes = 2 ** 16;
const slices = 4;
/** Slices of a file smaller than this would be read anyway. */
const smallBytes = 2 ** 19;
/** Share of a slice's records that must have the columns' number of cells: it may begin inside a quoted text. */
const soundShare = 0.9;

function csvSlice(text: string, layout: Layout, columns: number): FileRecord[] {
  const { records } = new CsvParser('sample', layout).read(text, false);
  const sound = records.filter(({ cells }) => cells.length === columns);
  return sound.length >= soundShare * records.length ? sound : [];
}

function jsonLinesSlice(text: string, columns: readonly string[]): FileRecord[] {
  const toRecord = objectReader('sample', 'jsonl', columns, { wanted: new Set(columns) });
  const records: FileRecord[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    try {
      records.push(toRecord(JSON.parse(line), 0));
    } catch {
      // Reading the rows reports what is wrong with it.
    }
  }
  return records;
}

async function fromSlices({ blob }: DataFile, layout: Layout, columns: readonly string[]): Promise<FileRecord[]> {
  const records: FileRecord[] = [];
  for (let i = 1; i <= slices; i++) {
    // Whole code units of any encoding.
    const from = 4 * Math.floor(Math.min((blob.size * i) / slices, blob.size - sliceBytes) / 4);
    const bytes = new Uint8Array(await blob.slice(from, from + sliceBytes).arrayBuffer());
    const text = decodeHead(bytes, layout.encoding ?? 'utf-8', 'sample');
    const whole = text.slice(text.indexOf('\n') + 1);
    records.push(
      ...(layout.format === 'csv' ? csvSlice(whole, layout, columns.length) : jsonLinesSlice(whole, columns)),
    );
  }
  return records;
}

/** Every nth item of a list, so that about `most` are left. */
const thinned = <T>(list: readonly T[], most: number): T[] =>
  list.filter((_, i) => Math.floor((i * most) / list.length) !== Math.floor(((i - 1) * most) / list.length));

/**
 * Records from the beginning and from further on.
 * @param first the records that a reader gave first: of JSON and folders all
 */
export async function sampleTable(
  file: DataFile,
  layout: Layout,
  { columns }: Pick<Table, 'columns'>,
  first: readonly FileRecord[],
): Promise<FileRecord[]> {
  const head = layout.format === 'csv' || layout.format === 'jsonl' ? first.slice(0, sampledRecords) : first;
  const sliced =
    (layout.format === 'csv' || layout.format === 'jsonl') &&
    file.blob.size > smallBytes &&
    !isGzip(new Uint8Array(await file.blob.slice(0, 2).arrayBuffer()));
  const further = sliced ? await fromSlices(file, layout, columns) : [];
  return [...thinned(head, sampledRecords), ...thinned(further, sampledRecords)];
}

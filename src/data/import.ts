import { type Said, said } from '../model/said.ts';
import { CsvParser, csvColumns, fitCells, guessCsvLayout } from './csv.ts';
import {
  assertWanted,
  type CsvLayout,
  type DataFile,
  DataFileError,
  type FileRecord,
  type Format,
  type Layout,
  mostRows,
} from './data-file.ts';
import { byteChunks, decodeChunks, decodeHead, guessEncoding, headOf, type ReadOptions } from './encoding.ts';
import { folderColumns, unpack } from './folders.ts';
import { JsonLines, jsonRows, looksLikeJsonLines, mostWholeBytes, objectColumns, objectReader } from './json.ts';
import { bufferOf, openParquet, parquetRecords } from './parquet.ts';
import { guessMapping, type Mapping, type Row, rowReader } from './rows.ts';

/** From a file of any format to labelled rows, in two steps: look (`inspect`), correct what was guessed, read (`importRows`). */

/** What a look at a file's beginning tells. */
export interface Inspection {
  /** The file itself, or the one data file of a zip. */
  file: DataFile;
  layout: Layout;
  columns: string[];
  /** The first records, for a preview. */
  sample: FileRecord[];
  /** Null where no two columns could be told. */
  mapping: Mapping | null;
}

/** A file's beginning that guesses are made from. */
const headBytes = 2 ** 18;
const sampleRecords = 100;

const defaults: CsvLayout = { delimiter: ',', quote: '"', escape: 'doubled', header: true };

const magic = (head: Uint8Array, text: string) => [...text].every((letter, i) => head[i] === letter.charCodeAt(0));

/** Files that are something else altogether, by their first bytes. */
const strangers: readonly [string, Said][] = [
  ['%PDF', said`a PDF`],
  ['\u0089PNG', said`a picture`],
  ['GIF8', said`a picture`],
  ['\u00ff\u00d8\u00ff', said`a picture`],
  ['\u00d0\u00cf\u0011\u00e0', said`a workbook or document of an old Office`],
  ['SQLite format 3', said`a database`],
  ['BZh', said`a bzip2 archive`],
  ['7z\u00bc\u00af', said`a 7-Zip archive`],
  ['\u00fd7zXZ', said`an xz archive`],
  ['(\u00b5/\u00fd', said`a Zstandard archive`],
  ['Rar!', said`a RAR archive`],
];

function guessBinary(head: Uint8Array, name: string): 'parquet' | 'folders' | null {
  if (magic(head, 'PAR1')) return 'parquet';
  if (magic(head, 'PK\u0003\u0004') || magic(head, 'PK\u0005\u0006')) return 'folders';
  const stranger = strangers.find(([start]) => magic(head, start));
  if (stranger) throw new DataFileError(said`${name} is ${stranger[1]}, not a table. Save the rows as CSV.`);
  return null;
}

const endingOf = (name: string) => /\.([a-z]+)(\.gz)?$/i.exec(name)?.[1]?.toLowerCase() ?? '';

function guessTextFormat(sample: string, ending: string): Format {
  if (['csv', 'tsv', 'tab'].includes(ending)) return 'csv';
  const start = sample.trimStart()[0];
  if (['jsonl', 'ndjson'].includes(ending)) return start === '[' ? 'json' : 'jsonl';
  if (start === '{') return looksLikeJsonLines(sample) ? 'jsonl' : 'json';
  if (ending === 'json') return 'json';
  return start === '[' && /^\[\s*[[{]/.test(sample.trimStart()) ? 'json' : 'csv';
}

/**
 * Looks at a file's beginning and guesses how to read it.
 * @param choices what is known better than the guess
 * @throws DataFileError where it is no table, or is empty
 */
export async function inspect(file: DataFile, choices: Partial<Layout> = {}): Promise<Inspection> {
  const head = await headOf(file, headBytes);
  if (head.byteLength === 0) throw new DataFileError(said`${file.name} is empty.`);
  const binary = choices.format ? null : guessBinary(head, file.name);
  const format = choices.format ?? binary;
  if (format === 'parquet') return inspectParquet(file);
  if (format === 'folders') return inspectZip(file, choices);
  const encoding = choices.encoding ?? guessEncoding(head);
  const whole = head.byteLength < headBytes;
  const sample = decodeHead(head, encoding, file.name);
  if (sample.trim() === '') throw new DataFileError(said`${file.name} is empty.`);
  const ending = endingOf(file.name);
  const layout: Layout = { ...defaults, format: format ?? guessTextFormat(sample, ending), encoding };
  if (layout.format === 'csv') Object.assign(layout, guessCsvLayout(sample, whole, ending));
  const corrected = { ...layout, ...choices, format: layout.format, encoding };
  // The sample is read as the whole will be, only less of it: a mistake in it is found here.
  const { columns, records } = await openTable(file, corrected);
  const first: FileRecord[] = [];
  for await (const batch of records({})) {
    for (const record of batch) first.push(record);
    if (first.length >= sampleRecords) break;
  }
  const shown = first.slice(0, sampleRecords);
  return { file, layout: corrected, columns, sample: shown, mapping: guessMapping(columns, shown) };
}

async function inspectParquet(file: DataFile): Promise<Inspection> {
  const { columns, records } = await openTable(file, { ...defaults, format: 'parquet', encoding: null });
  const sample: FileRecord[] = [];
  for await (const batch of records({})) {
    sample.push(...batch.slice(0, sampleRecords - sample.length));
    if (sample.length >= sampleRecords) break;
  }
  const layout: Layout = { ...defaults, format: 'parquet', encoding: null };
  return { file, layout, columns, sample, mapping: guessMapping(columns, sample) };
}

async function inspectZip(file: DataFile, choices: Partial<Layout>): Promise<Inspection> {
  const unpacked = await unpack(file);
  if (unpacked.kind === 'file') {
    const { format: _, ...rest } = choices;
    return inspect(unpacked.file, rest);
  }
  const layout: Layout = { ...defaults, format: 'folders', encoding: null };
  const mapping: Mapping = { text: 'text', second: null, label: 'label' };
  return { file, layout, columns: folderColumns, sample: unpacked.records.slice(0, sampleRecords), mapping };
}

interface Table {
  columns: string[];
  /** Every record from the first on, in batches; of the wanted columns only where that saves reading. */
  records: (options: ReadOptions & { wanted?: readonly string[] }) => AsyncIterable<FileRecord[]>;
}

/** Opens a file under a layout: its columns, and a way to its records. */
async function openTable(file: DataFile, layout: Layout): Promise<Table> {
  switch (layout.format) {
    case 'csv':
      return openCsv(file, layout);
    case 'jsonl':
      return openJsonLines(file, layout);
    case 'json':
      return openJson(file, layout);
    case 'parquet': {
      const parquet = await openParquet(file.name, bufferOf(file.blob));
      return { columns: parquet.columns, records: (options) => parquetRecords(parquet, options) };
    }
    case 'folders': {
      const unpacked = await unpack(file);
      if (unpacked.kind !== 'folders') throw new DataFileError(said`${file.name} holds no folders of text files.`);
      return {
        columns: folderColumns,
        records: async function* () {
          yield unpacked.records;
        },
      };
    }
  }
}

const textOf = (file: DataFile, layout: Layout, options: ReadOptions) =>
  decodeChunks(byteChunks(file, options), layout.encoding ?? 'utf-8', file.name);

async function* csvRecords(file: DataFile, layout: Layout, options: ReadOptions): AsyncGenerator<FileRecord[]> {
  const parser = new CsvParser(file.name, layout);
  for await (const text of textOf(file, layout, options)) yield parser.push(text, false);
  yield parser.push('', true);
}

async function openCsv(file: DataFile, layout: Layout): Promise<Table> {
  let first: FileRecord | undefined;
  for await (const batch of csvRecords(file, layout, {})) {
    first = batch[0];
    if (first) break;
  }
  if (!first) throw new DataFileError(said`${file.name} is empty.`);
  const columns = csvColumns(first, layout.header, file.name);
  return {
    columns,
    records: async function* (options) {
      let skip = layout.header;
      for await (const batch of csvRecords(file, layout, options)) {
        const rows = skip ? batch.slice(1) : batch;
        if (batch.length > 0) skip = false;
        yield rows.map((record) => fitCells(record, columns, file.name));
      }
    },
  };
}

async function* jsonLineValues(file: DataFile, layout: Layout, options: ReadOptions) {
  const lines = new JsonLines(file.name);
  for await (const text of textOf(file, layout, options)) yield lines.push(text, false);
  yield lines.push('', true);
}

async function openJsonLines(file: DataFile, layout: Layout): Promise<Table> {
  const first: unknown[] = [];
  for await (const batch of jsonLineValues(file, layout, {})) {
    for (const { value } of batch) first.push(value);
    if (first.length >= sampleRecords) break;
  }
  const columns = objectColumns(first.slice(0, sampleRecords));
  if (columns.length === 0) throw new DataFileError(said`${file.name} line 1: no object like {"text": …, "label": …}.`);
  return {
    columns,
    records: async function* ({ wanted = columns, ...options }) {
      const toRecord = objectReader(file.name, 'jsonl', columns, new Set(wanted));
      for await (const batch of jsonLineValues(file, layout, options))
        yield batch.map(({ place, value }) => toRecord(value, place));
    },
  };
}

async function openJson(file: DataFile, layout: Layout): Promise<Table> {
  if (file.blob.size > mostWholeBytes)
    throw new DataFileError(
      said`${file.name} has ${file.blob.size} bytes; JSON may have ${mostWholeBytes}. Write one object a line (JSONL) instead.`,
    );
  const parts: string[] = [];
  for await (const text of textOf(file, layout, {})) parts.push(text);
  const rows = jsonRows(parts.join(''), file.name);
  const columns = objectColumns(rows.slice(0, sampleRecords));
  if (rows.length === 0) throw new DataFileError(said`${file.name} has no rows.`);
  if (columns.length === 0)
    throw new DataFileError(said`${file.name} entry 1: no object like {"text": …, "label": …}.`);
  return {
    columns,
    records: async function* ({ wanted = columns, signal }) {
      const toRecord = objectReader(file.name, 'json', columns, new Set(wanted));
      assertWanted(signal, file.name);
      yield rows.map((value, i) => toRecord(value, i + 1));
    },
  };
}

export interface ImportOptions extends ReadOptions {
  mapping: Mapping;
  /** Rows without a label end the import, or are left out. */
  unlabelled?: 'refuse' | 'skip' | undefined;
  /** Stop after so many rows; absent: all. */
  limit?: number | undefined;
}

/**
 * Reads the rows of a file in batches. Nothing is kept but the wanted columns; the file is never held whole, save JSON and
 * zips.
 * @throws DataFileError naming file and line; ReadCancelled
 */
export async function* rowBatches(
  { file, layout }: Pick<Inspection, 'file' | 'layout'>,
  { mapping, unlabelled, limit = mostRows + 1, ...options }: ImportOptions,
): AsyncGenerator<Row[]> {
  const { columns, records } = await openTable(file, layout);
  const { format } = layout;
  const toRow = rowReader({ file: file.name, format, columns, mapping, unlabelled });
  const wanted = [mapping.text, mapping.label, ...(mapping.second === null ? [] : [mapping.second])].map((name) =>
    name.trim(),
  );
  let count = 0;
  for await (const batch of records({ ...options, wanted })) {
    assertWanted(options.signal, file.name);
    const rows: Row[] = [];
    for (const record of batch) {
      const row = count + rows.length < limit ? toRow(record) : null;
      if (row) rows.push(row);
    }
    count += rows.length;
    if (count > mostRows) throw new DataFileError(said`${file.name} has more than ${mostRows} rows.`);
    yield rows;
    if (count >= limit) break;
  }
  if (count === 0) throw new DataFileError(said`${file.name} has a header (${columns.join(', ')}) but no rows.`);
}

/**
 * Reads all rows of a file.
 * @throws DataFileError naming file and line; ReadCancelled
 */
export async function importRows(
  inspection: Pick<Inspection, 'file' | 'layout'>,
  options: ImportOptions,
): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of rowBatches(inspection, options)) for (const row of batch) rows.push(row);
  return rows;
}

/**
 * Reads a file as its guesses say.
 * @throws DataFileError, also where text and label cannot be told
 */
export async function importGuessed(file: DataFile, options: Partial<ImportOptions> = {}): Promise<Row[]> {
  const inspection = await inspect(file);
  const mapping = options.mapping ?? inspection.mapping;
  if (!mapping)
    throw new DataFileError(
      said`${file.name} has one column only (${inspection.columns.join(', ')}). A text and its label are needed.`,
    );
  return importRows(inspection, { ...options, mapping });
}

import { msg } from '../../base/message.ts';
import { ConllSentences, conllColumns } from './conll.ts';
import { CsvParser, csvColumns, fitCells } from './csv.ts';
import { type DataFile, DataFileError, type FileRecord, type Layout, type NestedColumn } from './data-file.ts';
import { byteChunks, decodeChunks, type ReadOptions } from './encoding.ts';
import { folderColumns, unpack } from './folders.ts';
import { JsonLines, maxWholeBytes, objectColumns, objectReader } from './json.ts';
import { jsonRows } from './json-rows.ts';
import { bufferOf, openParquet, parquetRecords } from './parquet.ts';

/** Opens a file under a layout: its columns, and a way to its records. */

export interface Table {
  columns: string[];
  /** Columns of lists or objects, which are not read. */
  nested: NestedColumn[];
  /** Records in all, where that is known without reading them. */
  size?: number;
  /** Every record from the first on, in batches; of the wanted columns only where that saves reading. */
  records: (options: ReadOptions & { wanted?: readonly string[]; from?: number }) => AsyncIterable<FileRecord[]>;
}

/** Number of records from which the columns of objects are found. */
const namingRecords = 100;

/**
 * @param lists whether columns of lists are read, too, each list as JSON; only where values have types
 * @throws DataFileError
 */
export async function openTable(file: DataFile, layout: Layout, lists = false): Promise<Table> {
  switch (layout.format) {
    case 'csv':
      return openCsv(file, layout);
    case 'jsonl':
      return openJsonLines(file, layout, lists);
    case 'json':
      return openJson(file, layout, lists);
    case 'parquet': {
      const parquet = await openParquet(file.name, bufferOf(file.blob), { lists });
      const { columns, nested, rows } = parquet;
      return { columns, nested, size: rows, records: (options) => parquetRecords(parquet, options) };
    }
    case 'folders':
      return openFolders(file);
    case 'conll':
      return openConll(file, layout);
  }
}

async function openFolders(file: DataFile): Promise<Table> {
  const unpacked = await unpack(file);
  if (unpacked.kind !== 'folders') throw new DataFileError(msg`${file.name} holds no folders of text files.`);
  const records = unpacked.parts[file.part ?? 'train'] ?? [];
  return {
    columns: folderColumns,
    nested: [],
    size: records.length,
    records: async function* () {
      yield records;
    },
  };
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
  if (!first) throw new DataFileError(msg`${file.name} is empty.`);
  const columns = csvColumns(first, layout.header, file.name);
  return {
    columns,
    nested: [],
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

/** Sentences of words and tags, a word a line. */
function openConll(file: DataFile, layout: Layout): Table {
  return {
    columns: conllColumns,
    nested: [],
    records: async function* (options) {
      const sentences = new ConllSentences(file.name);
      for await (const text of textOf(file, layout, options)) yield sentences.push(text, false);
      yield sentences.push('', true);
    },
  };
}

async function openJsonLines(file: DataFile, layout: Layout, lists: boolean): Promise<Table> {
  const first: unknown[] = [];
  for await (const batch of jsonLineValues(file, layout, {})) {
    for (const { value } of batch) first.push(value);
    if (first.length >= namingRecords) break;
  }
  const { columns, nested } = objectColumns(first.slice(0, namingRecords), lists);
  if (columns.length === 0) throw new DataFileError(msg`${file.name} line 1: no object like {"text": …, "label": …}.`);
  return {
    columns,
    nested,
    records: async function* ({ wanted = columns, ...options }) {
      const toRecord = objectReader(file.name, 'jsonl', columns, { wanted: new Set(wanted), lists });
      for await (const batch of jsonLineValues(file, layout, options))
        yield batch.map(({ place, value }) => toRecord(value, place));
    },
  };
}

async function openJson(file: DataFile, layout: Layout, lists: boolean): Promise<Table> {
  if (file.blob.size > maxWholeBytes)
    throw new DataFileError(
      msg`${file.name} has ${file.blob.size} bytes; JSON may have ${maxWholeBytes}. Write one object a line (JSONL) instead.`,
    );
  const parts: string[] = [];
  for await (const text of textOf(file, layout, {})) parts.push(text);
  const rows = jsonRows(parts.join(''), file.name);
  const { columns, nested } = objectColumns(rows.slice(0, namingRecords), lists);
  if (rows.length === 0) throw new DataFileError(msg`${file.name} has no rows.`);
  if (columns.length === 0) throw new DataFileError(msg`${file.name} entry 1: no object like {"text": …, "label": …}.`);
  return {
    columns,
    nested,
    size: rows.length,
    records: async function* ({ wanted = columns, signal }) {
      const toRecord = objectReader(file.name, 'json', columns, { wanted: new Set(wanted), lists });
      signal?.throwIfAborted();
      yield rows.map((value, i) => toRecord(value, i + 1));
    },
  };
}

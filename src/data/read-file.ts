import { type MessageParts, msg } from '../base/message.ts';
import { type Guess, guessColumns, mappingOf } from './columns/guess-columns.ts';
import { guessCsvLayout } from './readers/csv.ts';
import {
  type CsvLayout,
  type DataFile,
  DataFileError,
  type FileRecord,
  type Format,
  type Layout,
  maxRows,
  type NestedColumn,
  type Part,
} from './readers/data-file.ts';
import { byteChunks, decodeHead, guessEncoding, headOf, isGzip, type ReadOptions } from './readers/encoding.ts';
import { unpack } from './readers/folders.ts';
import { looksLikeJsonLines, maxWholeBytes } from './readers/json.ts';
import { sampledRecords, sampleTable } from './readers/sampling.ts';
import { openTable } from './readers/tables.ts';
import { assertSupported } from './readers/unsupported.ts';
import type { Labelling } from './rows/label-cells.ts';
import { labelledReader, type RowsToldOf, takesLists } from './rows/labelled-rows.ts';
import type { Mapping, Row } from './rows/row.ts';

/** From a file of any format to labelled rows: inspect (`previewFile`), correct the guesses, read (`importRows`). */

/** A file and how it is read. */
export type Readable = Pick<FilePreview, 'file' | 'layout'>;

/** Result of inspecting a file's beginning. */
export interface FilePreview {
  /** The file itself, or the data file of a zip that has the training rows. */
  file: DataFile;
  layout: Layout;
  columns: string[];
  /** Columns of lists or objects. */
  nested: NestedColumn[];
  /** The first records, for a preview. */
  sample: FileRecord[];
  guess: Guess;
  /** The guess, where it is whole; null where text or label could not be decided. */
  mapping: Mapping | null;
  /** The other parts of the data set, where the file is an archive of several. */
  parts: Partial<Record<Exclude<Part, 'train'>, Readable>>;
  /** Notes for the person on how it is read. */
  notes: MessageParts[];
}

/** A file's beginning that guesses are made from. */
const headBytes = 2 ** 18;
/** Records of a preview. */
const shownRecords = 100;

const defaults: CsvLayout = { delimiter: ',', quote: '"', escape: 'doubled', header: true };

const magic = (head: Uint8Array, text: string) => [...text].every((letter, i) => head[i] === letter.charCodeAt(0));

function guessBinary(head: Uint8Array, name: string): 'parquet' | 'folders' | null {
  if (magic(head, 'PAR1')) return 'parquet';
  if (magic(head, 'PK\u0003\u0004') || magic(head, 'PK\u0005\u0006')) return 'folders';
  assertSupported(head, name);
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

/** A gzipped file of a format that is read from its end: unpacked, as far as that is held whole. */
async function unpackedWhole(file: DataFile): Promise<DataFile> {
  if (!isGzip(new Uint8Array(await file.blob.slice(0, 2).arrayBuffer()))) return file;
  const chunks: BlobPart[] = [];
  let bytes = 0;
  for await (const chunk of byteChunks(file)) {
    bytes += chunk.byteLength;
    if (bytes > maxWholeBytes) throw new DataFileError(msg`${file.name} holds more than ${maxWholeBytes} bytes.`);
    chunks.push(new Uint8Array(chunk));
  }
  return { ...file, blob: new Blob(chunks) };
}

/**
 * Inspects a file's beginning and guesses how to read it.
 * @param choices the person's choices, which replace guesses
 * @param lists whether columns of lists are read, too
 * @throws DataFileError where it is no table, or is empty; with the layout, where another one might do
 */
export async function previewFile(file: DataFile, choices: Partial<Layout> = {}, lists = false): Promise<FilePreview> {
  const head = await headOf(file, headBytes);
  if (head.byteLength === 0) throw new DataFileError(msg`${file.name} is empty.`);
  const format = choices.format ?? guessBinary(head, file.name);
  if (format === 'parquet') return preview(await unpackedWhole(file), { ...defaults, format, encoding: null }, lists);
  if (format === 'folders') return previewZip(await unpackedWhole(file), choices, lists);
  const layout = guessTextLayout(head, file.name, { ...choices, ...(format ? { format } : {}) });
  try {
    return await preview(file, layout, lists);
  } catch (error) {
    if (error instanceof DataFileError) error.layout = layout;
    throw error;
  }
}

function guessTextLayout(head: Uint8Array, name: string, choices: Partial<Layout>): Layout {
  const encoding = choices.encoding ?? guessEncoding(head);
  const sample = decodeHead(head, encoding, name);
  if (sample.trim() === '') throw new DataFileError(msg`${name} is empty.`);
  const ending = endingOf(name);
  const format = choices.format ?? guessTextFormat(sample, ending);
  const csv = format === 'csv' ? guessCsvLayout(sample, head.byteLength < headBytes, ending) : defaults;
  return { ...csv, ...choices, format, encoding };
}

/** Reads the sample as the whole file will be read, so that a mistake in it is found here. */
async function preview(file: DataFile, layout: Layout, lists = false): Promise<FilePreview> {
  const { columns, nested, records } = await openTable(file, layout, lists);
  const first: FileRecord[] = [];
  let bytes = 0;
  const onProgress = (read: number) => {
    bytes = read;
  };
  for await (const batch of records({ onProgress })) {
    for (const record of batch) first.push(record);
    if (first.length >= sampledRecords || (first.length >= shownRecords && bytes >= headBytes)) break;
  }
  const sample = await sampleTable(file, layout, { columns }, first);
  const named = layout.format !== 'csv' || layout.header;
  const guess = guessColumns(columns, sample, { named, nested });
  return {
    file,
    layout,
    columns,
    nested,
    sample: first.slice(0, shownRecords),
    guess,
    mapping: mappingOf(guess),
    parts: {},
    notes: [],
  };
}

async function previewZip(file: DataFile, choices: Partial<Layout>, lists: boolean): Promise<FilePreview> {
  const unpacked = await unpack(file);
  if (unpacked.kind === 'folders') {
    const layout: Layout = { ...defaults, format: 'folders', encoding: null };
    const { train: _, ...others } = unpacked.parts;
    const inspection = await preview(file, layout);
    const mapping: Mapping = { text: 'text', second: null, label: 'label' };
    const guess: Guess = { ...mapping, reason: null, candidates: [] };
    const parts = Object.keys(others).map((part) => [part, { file: { ...file, part: part as Part }, layout }]);
    return { ...inspection, mapping, guess, parts: Object.fromEntries(parts), notes: unpacked.notes };
  }
  const { train, ...others } = unpacked.files;
  const { format: _, ...rest } = choices;
  const inspection = await previewFile(train, rest, lists);
  const notes = [...inspection.notes, ...unpacked.notes];
  const parts: FilePreview['parts'] = {};
  for (const [part, other] of Object.entries(others) as [Exclude<Part, 'train'>, DataFile][]) {
    const { file: read, layout, columns } = await previewFile(other, partChoices(inspection, rest), lists);
    if (inspection.columns.every((name) => columns.includes(name) || !isNeeded(inspection.guess, name)))
      parts[part] = { file: read, layout };
    else notes.push(msg`Left out, as it has no label: ${other.name}.`);
  }
  return { ...inspection, parts, notes };
}

/** Parts of one data set are written alike. */
function partChoices({ layout }: FilePreview, choices: Partial<Layout>): Partial<Layout> {
  if (layout.format !== 'csv') return choices;
  const { format: _, encoding: __, ...alike } = layout;
  return { ...choices, ...alike };
}

const isNeeded = ({ text, second, label }: Guess, name: string) => [text, second, label].includes(name);

export interface ImportOptions extends ReadOptions, RowsToldOf {
  mapping: Mapping;
  /** Rows without a label end the import, or are left out. */
  unlabelled?: 'refuse' | 'skip' | undefined;
  /** Stop after so many rows; absent: all. */
  limit?: number | undefined;
  /** Absent: one class a row. */
  labelling?: Labelling | undefined;
}

/**
 * Reads the rows of a file in batches. Only the wanted columns are stored; the file is never held whole, except JSON
 * and zips.
 * @throws DataFileError naming file and line; AbortError
 */
export async function* rowBatches(
  { file, layout }: Readable,
  { mapping, unlabelled, labelling, onLeftOut, onMended, limit = maxRows + 1, ...options }: ImportOptions,
): AsyncGenerator<Row[]> {
  const { columns, nested, records } = await openTable(file, layout, takesLists(labelling));
  const { format } = layout;
  const reading = { file: file.name, format, columns, nested, mapping, unlabelled };
  const toRow = labelledReader(reading, labelling, { onLeftOut, onMended });
  const second = mapping.second === null ? [] : [mapping.second];
  const wanted = [mapping.text, ...(labelling?.classes ?? [mapping.label]), ...second].map((name) => name.trim());
  let count = 0;
  for await (const batch of records({ ...options, wanted })) {
    options.signal?.throwIfAborted();
    const rows: Row[] = [];
    for (const record of batch) {
      const row = count + rows.length < limit ? toRow(record) : null;
      if (row) rows.push(row);
    }
    count += rows.length;
    if (count > maxRows) throw new DataFileError(msg`${file.name} has more than ${maxRows} rows.`);
    yield rows;
    if (count >= limit) break;
  }
  if (count === 0) throw new DataFileError(msg`${file.name} has a header (${columns.join(', ')}) but no rows.`);
}

/**
 * Reads all rows of a file.
 * @throws DataFileError naming file and line; AbortError
 */
export async function importRows(inspection: Readable, options: ImportOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of rowBatches(inspection, options)) for (const row of batch) rows.push(row);
  return rows;
}

/**
 * Reads a file as its guesses say.
 * @throws DataFileError, also where text and label cannot be decided
 */
export async function importGuessed(file: DataFile, options: Partial<ImportOptions> = {}): Promise<Row[]> {
  const inspection = await previewFile(file);
  const mapping = options.mapping ?? inspection.mapping;
  if (!mapping) throw noChoice(inspection);
  return importRows(inspection, { ...options, mapping });
}

/** Error for a file whose text and label cannot be decided, with the columns that it has. */
export function noChoice({ file, columns, nested, guess }: FilePreview): DataFileError {
  if (columns.length + nested.length < 2)
    return new DataFileError(
      msg`${file.name} has one column only (${columns.join(', ')}). A text and its label are needed.`,
    );
  const names = [...columns, ...nested.map(({ name }) => name)].join(', ');
  return new DataFileError(
    msg`${file.name}: ${guess.reason ?? ''} Choose text and label (data.text, data.label); the columns are ${names}.`,
  );
}

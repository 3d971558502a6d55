import type { AsyncBuffer, FileMetaData, SchemaTree } from 'hyparquet';
import { z } from 'zod';
import { msg, partOf, UserError } from '../../base/message.ts';
import { DataFileError, type FileRecord, maxRows, type NestedColumn } from './data-file.ts';
import type { ReadOptions } from './encoding.ts';
import { objectReader } from './json.ts';
import { pageCheck } from './parquet-pages.ts';

/** Parquet files, read through ranges: local files and files on a server alike. */

/** Whether an error is thrown unchanged, such as that of the server that holds the file. */
type PassThrough = (error: unknown) => boolean;

/** A Parquet file that has been opened: its footer is read, nothing else. */
export interface ParquetFile {
  name: string;
  columns: string[];
  /** Columns of lists, maps or structs. */
  nested: NestedColumn[];
  rows: number;
  buffer: AsyncBuffer;
  /** Whether an error of the buffer is no fault of the file. */
  passThrough: PassThrough;
  metadata: FileMetaData;
  /** Names for whole numbers, as Hugging Face data sets store them for a column of classes, or of lists of them. */
  classNames: Map<string, string[]>;
  /** Whether columns of lists are among those that are read. */
  lists: boolean;
}

/** A local file as a buffer of ranges. Ranges come from the file itself, so that a damaged one may ask for anything. */
export const bufferOf = (blob: Blob): AsyncBuffer => ({
  byteLength: blob.size,
  slice: (from, to = blob.size) => {
    if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= blob.size))
      throw new UserError(msg`bytes ${from} to ${to} of ${blob.size} are asked for`);
    return blob.slice(from, to).arrayBuffer();
  },
});

/** Bytes fetched from a file's end in the hope that its footer is no longer. */
const footerBytes = 2 ** 15;

/** The library is loaded with the first Parquet file. */
const library = () => import('hyparquet');

/** Codecs that the library unpacks itself; the rest need a larger one. */
const ownCodecs: readonly string[] = ['UNCOMPRESSED', 'SNAPPY'];

async function compressorsFor({ row_groups }: FileMetaData) {
  const codecs = row_groups.flatMap(({ columns }) => columns.map(({ meta_data }) => meta_data?.codec ?? ''));
  return codecs.every((codec) => ownCodecs.includes(codec)) ? {} : (await import('hyparquet-compressors')).compressors;
}

/** Turns whatever the library throws for damaged bytes into a DataFileError. */
async function guarded<T>(
  { name, passThrough }: Pick<ParquetFile, 'name' | 'passThrough'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DataFileError || passThrough(error)) throw error;
    throw new DataFileError(msg`${name}: the Parquet file cannot be read (${partOf(error)}). Is it complete?`);
  }
}

const names = z.array(z.string());
/** A column's classes: its own, or those of its lists' items, as `Sequence(ClassLabel)` and `List(ClassLabel)` are written. */
const featureSchema = z
  .union([
    z.looseObject({ names }).transform((feature) => feature.names),
    z.looseObject({ feature: z.looseObject({ names }) }).transform(({ feature }) => feature.names),
    z.tuple([z.looseObject({ names })]).transform(([feature]) => feature.names),
  ])
  .nullable()
  .catch(null);
const featuresSchema = z.object({ info: z.object({ features: z.record(z.string(), featureSchema) }) });

/** The class names that a Hugging Face data set stores in its files, by column. */
function readClassNames({ key_value_metadata }: FileMetaData): Map<string, string[]> {
  const json = key_value_metadata?.find(({ key }) => key === 'huggingface')?.value;
  if (!json) return new Map();
  try {
    const { info } = featuresSchema.parse(JSON.parse(json));
    return new Map(Object.entries(info.features).flatMap(([name, names]) => (names ? [[name, names]] : [])));
  } catch {
    // Written by something else: the numbers stay numbers.
    return new Map();
  }
}

const nestedColumn = ({ children, element }: SchemaTree): NestedColumn => ({
  name: String(element.name),
  holds:
    element.repetition_type === 'REPEATED' ||
    element.logical_type?.type === 'LIST' ||
    element.converted_type === 'LIST' ||
    children[0]?.element.repetition_type === 'REPEATED'
      ? 'list'
      : 'object',
});

/** Values of lists that are no measurements: of these vectors are made, which are long and no labels. */
const isOfVectors = ({ children, element }: SchemaTree): boolean =>
  children.length === 0
    ? ['FLOAT', 'DOUBLE', 'FIXED_LEN_BYTE_ARRAY'].includes(element.type ?? '')
    : children.every(isOfVectors);

/**
 * Opens a Parquet file.
 * @param options.lists whether columns of lists are read, too, each list as JSON; vectors of fractions are not
 * @throws DataFileError for a file that is damaged or far too large, and what passes through
 */
export async function openParquet(
  name: string,
  buffer: AsyncBuffer,
  { passThrough = () => false, lists = false }: { passThrough?: PassThrough; lists?: boolean } = {},
): Promise<ParquetFile> {
  const { parquetMetadataAsync, parquetSchema } = await library();
  return guarded({ name, passThrough }, async () => {
    const metadata = await parquetMetadataAsync(buffer, { initialFetchSize: footerBytes });
    const rows = Number(metadata.num_rows);
    if (!(rows >= 0 && rows <= maxRows))
      throw new DataFileError(msg`${name} has ${rows} rows; ${maxRows} are the most.`);
    const { children } = parquetSchema(metadata);
    const isPlain = ({ children: inner, element }: SchemaTree) =>
      inner.length === 0 && element.repetition_type !== 'REPEATED';
    const isRead = (column: SchemaTree) =>
      isPlain(column) || (lists && nestedColumn(column).holds === 'list' && !isOfVectors(column));
    const columns = children.filter(isRead).map(({ element }) => element.name);
    const nested = children.filter((column) => !isRead(column)).map(nestedColumn);
    const sizes = metadata.row_groups.map((group) => group?.num_rows);
    if (sizes.some((size) => typeof size !== 'bigint' || size < 0n || size > rows))
      throw new DataFileError(msg`${name}: the Parquet file's row groups have no sizes. Is it damaged?`);
    if (columns.some((column) => typeof column !== 'string'))
      throw new DataFileError(msg`${name}: a column of the Parquet file has no name. Is it damaged?`);
    if (columns.length === 0) throw new DataFileError(msg`${name} has no column of plain values.`);
    return { name, columns, nested, rows, buffer, passThrough, metadata, classNames: readClassNames(metadata), lists };
  });
}

/** Whole numbers, also those of lists, replaced by the names of their classes; -1 stands for none. */
function withClassNames(object: Record<string, unknown>, classNames: Map<string, string[]>): Record<string, unknown> {
  const named = { ...object };
  for (const [column, names] of classNames) {
    const nameOf = (value: unknown) => {
      const place = Number(value ?? -1);
      return place === -1 ? '' : (names[place] ?? value);
    };
    const value = named[column];
    if (column in named) named[column] = Array.isArray(value) ? value.map(nameOf) : nameOf(value);
  }
  return named;
}

/**
 * Reads rows `from` to `to` in batches, a row group at a time. Only the wanted columns are fetched; the others stay empty.
 * @throws DataFileError, AbortError, and what passes through
 */
export async function* parquetRecords(
  parquet: ParquetFile,
  {
    from = 0,
    to = parquet.rows,
    wanted = parquet.columns,
    signal,
    onProgress,
  }: ReadOptions & { from?: number; to?: number; wanted?: readonly string[] } = {},
): AsyncGenerator<FileRecord[]> {
  const { name, columns, buffer, metadata, classNames, lists } = parquet;
  const { parquetReadObjects } = await library();
  const compressors = await guarded(parquet, () => compressorsFor(metadata));
  const check = await guarded(parquet, () => pageCheck(metadata, wanted, compressors));
  const file: AsyncBuffer = {
    byteLength: buffer.byteLength,
    slice: (start, end) => {
      const checked = async () => {
        const bytes = await buffer.slice(start, end);
        check(bytes, start);
        return bytes;
      };
      const bytes = checked();
      // The library asks for several ranges at once, and lets go of the others where one fails.
      bytes.catch(() => undefined);
      return bytes;
    },
  };
  const toRecord = objectReader(name, 'parquet', columns, { wanted: new Set(wanted), lists });
  let start = 0;
  for (const group of metadata.row_groups) {
    signal?.throwIfAborted();
    const end = start + Number(group.num_rows);
    const [rowStart, rowEnd] = [Math.max(start, from), Math.min(end, to, parquet.rows)];
    start = end;
    if (rowStart >= rowEnd) continue;
    yield await guarded(parquet, async () => {
      const objects = await parquetReadObjects({
        file,
        metadata,
        columns: [...wanted],
        rowStart,
        rowEnd,
        compressors,
      });
      return objects.map((object, i) => toRecord(withClassNames(object, classNames), rowStart + i + 1));
    });
    onProgress?.(end, parquet.rows);
  }
}

import type { Compressors, FileMetaData } from 'hyparquet';
import { msg, UserError } from '../../base/message.ts';
import { maxRows } from './data-file.ts';

/**
 * A check of a Parquet file's pages before the library unpacks them. hyparquet 1.31.5 writes out a run of values as
 * long as its header claims, whatever there is room for: one damaged byte costs minutes, all memory, or the tab. Here
 * the headers of pages and runs are walked through, and what claims more than the file has rows is refused.
 */

/** Most bytes of one unpacked page. Writers make pages of about a megabyte. */
const maxPageBytes = 2 ** 29;

/** Values that a run may go beyond its page: bit-packed ones come in groups of eight. */
const padding = 512;

/** Loads the library's internal parts: its public ones read whole files only. */
async function libraryParts() {
  const [{ parquetHeader }, { decompressPage }, schema, { readVarInt }] = await Promise.all([
    import('hyparquet/src/column.js'),
    import('hyparquet/src/datapage.js'),
    import('hyparquet/src/schema.js'),
    import('hyparquet/src/thrift.js'),
  ]);
  return { ...schema, parquetHeader, decompressPage, readVarInt };
}
type Parts = Awaited<ReturnType<typeof libraryParts>>;
type Header = ReturnType<Parts['parquetHeader']>;
type ColumnMetadata = NonNullable<FileMetaData['row_groups'][number]['columns'][number]['meta_data']>;

/** A column's piece of a row group. */
interface Chunk {
  /** Range of bytes in the file. */
  from: number;
  to: number;
  codec: ColumnMetadata['codec'];
  boolean: boolean;
  /** Largest repetition and definition level. */
  repetition: number;
  definition: number;
  /** Most values that it may have. */
  most: number;
}

const bitsFor = (level: number) => 32 - Math.clz32(level);

function chunksOf({ row_groups, schema }: FileMetaData, wanted: ReadonlySet<string>, parts: Parts): Chunk[] {
  return row_groups.flatMap(({ columns, num_rows }) =>
    columns.flatMap(({ meta_data: column }): Chunk[] => {
      if (!column || !wanted.has(column.path_in_schema[0] ?? '')) return [];
      const path = parts.getSchemaPath(schema, column.path_in_schema);
      const { dictionary_page_offset: dictionary, data_page_offset: data } = column;
      const from = Number(dictionary && dictionary < data ? dictionary : data);
      return [
        {
          from,
          to: from + Number(column.total_compressed_size),
          codec: column.codec,
          boolean: column.type === 'BOOLEAN',
          repetition: parts.getMaxRepetitionLevel(path),
          definition: parts.getMaxDefinitionLevel(path),
          most: parts.isFlatColumn(path) ? Number(num_rows) : maxRows,
        },
      ];
    }),
  );
}

/** Checks runs of levels or dictionary indices. @param width bits of a value */
function checkRuns(view: DataView, at: number, { width, values }: { width: number; values: number }, parts: Parts) {
  const reader = { view, offset: at };
  let seen = 0;
  while (seen < values && reader.offset < view.byteLength) {
    const header = parts.readVarInt(reader);
    const packed = (header & 1) === 1;
    const count = packed ? 8 * (header >>> 1) : header >>> 1;
    if (count > values + padding) throw new UserError(msg`a run of ${count} values in a page of ${values}`);
    reader.offset += packed ? (count / 8) * width : Math.ceil(width / 8);
    seen += count;
  }
}

const dictionaryEncodings: readonly (string | undefined)[] = ['PLAIN_DICTIONARY', 'RLE_DICTIONARY', 'RLE'];

/** Checks the runs of indices into a dictionary, or of booleans. */
function checkPlaces(
  view: DataView,
  at: number,
  { encoding, values, boolean }: { encoding: string | undefined; values: number; boolean: boolean },
  parts: Parts,
): void {
  if (!dictionaryEncodings.includes(encoding) || at >= view.byteLength) return;
  const width = boolean ? 1 : view.getUint8(at);
  // Runs of booleans come behind their length.
  if (width > 0) checkRuns(view, boolean ? at + 4 : at + 1, { width, values }, parts);
  else if (values > maxRows) throw new UserError(msg`a page of ${values} values`);
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) => new DataView(buffer, byteOffset, byteLength);

/** The number of values that a page claims, if its contents may be unpacked. */
function checkPage(header: Header, bytes: Uint8Array, chunk: Chunk, compressors: Compressors, parts: Parts): number {
  const { codec, repetition, definition, boolean, most } = chunk;
  const { data_page_header: first, data_page_header_v2: second } = header;
  const size = Number(header.uncompressed_page_size);
  if (!(size >= 0 && size <= maxPageBytes)) throw new UserError(msg`a page of ${size} bytes`);
  const values = (first ?? second)?.num_values ?? 0;
  if (!(values >= 0 && values <= most)) throw new UserError(msg`a page of ${values} values where there are ${most}`);
  if (first) {
    if (repetition + definition === 0 && !dictionaryEncodings.includes(first.encoding)) return values;
    const view = viewOf(parts.decompressPage(bytes, size, codec, compressors));
    let at = 0;
    for (const level of [repetition, definition]) {
      if (level === 0) continue;
      const length = view.getUint32(at, true);
      checkRuns(view, at + 4, { width: bitsFor(level), values }, parts);
      at += 4 + length;
    }
    checkPlaces(view, at, { encoding: first.encoding, values, boolean }, parts);
  } else if (second) {
    const { num_nulls: nulls, repetition_levels_byte_length: r, definition_levels_byte_length: d } = second;
    if (!(nulls >= 0 && nulls <= values)) throw new UserError(msg`${nulls} of ${values} values are empty`);
    if (!(r >= 0 && d >= 0)) throw new UserError(msg`levels of ${r} and ${d} bytes`);
    const levels = viewOf(bytes);
    if (repetition > 0) checkRuns(levels, 0, { width: bitsFor(repetition), values }, parts);
    if (definition > 0) checkRuns(levels, r, { width: bitsFor(definition), values }, parts);
    if (!dictionaryEncodings.includes(second.encoding)) return values;
    const packed = bytes.subarray(r + d);
    const page = second.is_compressed ? parts.decompressPage(packed, size - r - d, codec, compressors) : packed;
    if (!boolean && page[0] === 0) throw new UserError('places in a dictionary of no bits');
    checkPlaces(viewOf(page), 0, { encoding: second.encoding, values, boolean }, parts);
  }
  return values;
}

/**
 * A check of bytes that were read from the file: every page of the wanted columns that begins in them.
 * @returns a function of the bytes and of where they begin; it throws a UserError saying what a page claims
 */
export async function pageCheck(
  metadata: FileMetaData,
  wanted: readonly string[],
  compressors: Compressors,
): Promise<(bytes: ArrayBuffer, from: number) => void> {
  const parts = await libraryParts();
  const chunks = chunksOf(metadata, new Set(wanted), parts);
  return (bytes, from) => {
    for (const chunk of chunks) {
      // The bytes begin at a page, and hold whole ones.
      const [start, end] = [Math.max(chunk.from, from), Math.min(chunk.to, from + bytes.byteLength)];
      if (start >= end) continue;
      const reader = { view: new DataView(bytes, start - from, end - start), offset: 0 };
      let seen = 0;
      while (seen < chunk.most && reader.offset < reader.view.byteLength - 1) {
        const header = parts.parquetHeader(reader);
        const page = new Uint8Array(bytes, start - from + reader.offset, header.compressed_page_size);
        seen += checkPage(header, page, chunk, compressors, parts);
        if (seen > chunk.most) throw new UserError(msg`more than ${chunk.most} values in a column`);
        reader.offset += header.compressed_page_size;
      }
    }
  };
}

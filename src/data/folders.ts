import { unzipSync } from 'fflate';
import { said } from '../model/said.ts';
import { type DataFile, DataFileError, type FileRecord, mostRows } from './data-file.ts';
import { decodeHead, guessEncoding } from './encoding.ts';
import { inflateReason } from './inflate-error.ts';
import { mostWholeBytes } from './json.ts';

/** A zip: one folder of text files per class, or a single data file. */

export const folderColumns = ['text', 'label', 'file'];

/** What a zip may unpack to. */
const mostUnpackedBytes = 2 ** 30;
const dataEndings = /\.(csv|tsv|tab|jsonl|ndjson|json|parquet)(\.gz)?$/i;
/** What systems add to zips of their own accord. */
const isNoise = (path: string) => path.startsWith('__MACOSX/') || /(^|\/)(\.|Thumbs\.db$|desktop\.ini$)/i.test(path);

export type Unpacked = { kind: 'file'; file: DataFile } | { kind: 'folders'; records: FileRecord[] };

/**
 * Unpacks a zip.
 * @throws DataFileError for one that is damaged, too large, or neither a data file nor folders of text files
 */
export async function unpack({ name, blob }: DataFile): Promise<Unpacked> {
  if (blob.size > mostWholeBytes)
    throw new DataFileError(said`${name} has ${blob.size} bytes; a zip may have ${mostWholeBytes}. Unpack it first.`);
  const files = unzip(new Uint8Array(await blob.arrayBuffer()), name);
  if (Object.hasOwn(files, '[Content_Types].xml'))
    throw new DataFileError(said`${name} is a workbook or document, not a zip of texts. Save the table as CSV.`);
  const entries = Object.entries(files)
    .filter(([path]) => !path.endsWith('/') && !isNoise(path))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const [only, ...more] = entries.filter(([path]) => dataEndings.test(path));
  if (only && more.length === 0 && entries.length === 1) {
    const [path, bytes] = only;
    return { kind: 'file', file: { name: `${name}/${path}`, blob: new Blob([new Uint8Array(bytes)]) } };
  }
  const tables = entries.filter(([path]) => dataEndings.test(path));
  if (tables.length > 0)
    throw new DataFileError(
      said`${name} holds several files (${tables
        .slice(0, 3)
        .map(([path]) => path)
        .join(', ')}). Unpack it and choose one.`,
    );
  if (entries.length > mostRows)
    throw new DataFileError(said`${name} has ${entries.length} files; ${mostRows} are the most.`);
  return { kind: 'folders', records: entries.map(([path, bytes], i) => recordOf(name, path, bytes, i + 1)) };
}

function unzip(bytes: Uint8Array, name: string): Record<string, Uint8Array> {
  let total = 0;
  try {
    return unzipSync(bytes, {
      filter: ({ name: path, originalSize }) => {
        if (isNoise(path)) return false;
        total += originalSize;
        if (total > mostUnpackedBytes)
          throw new DataFileError(said`${name} unpacks to more than ${mostUnpackedBytes} bytes.`);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof DataFileError) throw error;
    throw new DataFileError(said`${name}: the zip cannot be unpacked (${inflateReason(error)}). Is it complete?`);
  }
}

/** The class of a text file is the folder that it lies in. */
function recordOf(zip: string, path: string, bytes: Uint8Array, place: number): FileRecord {
  const folder = path.split('/').at(-2);
  if (folder === undefined)
    throw new DataFileError(said`${zip}: ${path} lies in no folder. Put each text into the folder of its class.`);
  if (bytes.includes(0) && !guessEncoding(bytes).startsWith('utf-16'))
    throw new DataFileError(said`${zip}: ${path} is no text file.`);
  return { place, cells: [decodeHead(bytes, guessEncoding(bytes), path).trim(), folder, path] };
}

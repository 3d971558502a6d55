import { Inflate, inflateSync, type Zippable, zipSync } from 'fflate';
import { type FileSet, FileSetError } from './file-set.ts';
import { inflateReason } from './inflate-error.ts';
import { type MessageParts, msg } from './message.ts';

/** Archives: written by fflate; read by way of the central directory, every claim in it checked before a byte is unpacked. */

export interface ZipLimits {
  /** Files in an archive. */
  files: number;
  /** Bytes of all files together, unpacked. */
  bytes: number;
}

/** An adapter of the largest BERT at the largest bottleneck fits. */
const defaultLimits: ZipLimits = { files: 10_000, bytes: 2 ** 30 };

export interface UnzipOptions {
  limits?: ZipLimits;
  /** Whether a file is read, by its path and its declared size; all are, if absent. */
  filter?: (path: string, bytes: number) => boolean;
  /** Decodes a path that is not UTF-8; such an archive is refused, if absent. */
  decodePath?: (bytes: Uint8Array) => string;
}

const maxPathLength = 512;
const utf8Decoder = new TextDecoder('utf-8', { fatal: true });
/** Compressed bytes handed to the inflater at once: it makes at most about a thousand times as many of them. */
const chunk = 2 ** 15;
const endLength = 22;
const maxCommentLength = 0xffff;
const signatures = {
  end: 0x06054b50,
  end64: 0x06064b50,
  locator64: 0x07064b50,
  central: 0x02014b50,
  local: 0x04034b50,
};
const stored = 0;
const deflated = 8;
/** Values that stand in 16 and 32 bits for numbers that zip64 writes in more. */
const [maxFiles16, zip64] = [0xffff, 0xffffffff];
const [end64Length, locator64Length] = [56, 20];
/** The file type's bits of the Unix mode in an entry's attributes. */
const fileKind = 0xf000;
const symbolicLink = 0xa000;

interface Entry {
  path: string;
  method: number;
  crc: number;
  packed: number;
  unpacked: number;
  /** Offset of its local header. */
  at: number;
}

/**
 * Packs files into one archive. Equal files give equal bytes: the time stamp is fixed.
 * @param stored whether files are stored as they are, which takes a tenth of the time: weights hardly get smaller
 */
export function zip(files: FileSet, { stored = false } = {}): Uint8Array<ArrayBuffer> {
  const entries: Zippable = Object.fromEntries([...files].map(([path, bytes]) => [path, bytes]));
  return zipSync(entries, { level: stored ? 0 : 6, mtime: new Date(1980, 0, 1) });
}

/** The polynomial of zip's CRC-32, reversed. */
const polynomial = 0xedb88320;
const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
  return crc;
});

/** @param before the checksum of what came before these bytes */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  for (const byte of bytes) crc = (crc >>> 8) ^ (crcTable[(crc ^ byte) & 0xff] ?? 0);
  return ~crc >>> 0;
}

/**
 * Unpacks an archive.
 * @param name the archive's name, for messages
 * @throws FileSetError for paths that lead out, duplicates, links, encryption, sizes beyond the limits or other than declared,
 *   entries that overlap, damaged contents
 */
export function unzip(archive: Uint8Array, name: string, options: UnzipOptions = {}): FileSet {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const entries = readDirectory(archive, view, name, options);
  const spans = entries.map((entry) => ({ entry, ...dataSpan(archive, view, entry, name) }));
  spans.sort((a, b) => a.from - b.from);
  let end = 0;
  for (const { entry, from, to } of spans) {
    if (entry.at < end)
      throw new FileSetError(msg`${name}: ${entry.path} overlaps another file. The archive is forged.`);
    end = Math.max(end, to, from);
  }
  return new Map(spans.map(({ entry, from, to }) => [entry.path, unpack(archive.subarray(from, to), entry, name)]));
}

function findEnd(view: DataView, name: string): number {
  const last = view.byteLength - endLength;
  for (let at = last; at >= Math.max(0, last - maxCommentLength); at--)
    if (
      view.getUint32(at, true) === signatures.end &&
      at + endLength + view.getUint16(at + 20, true) === view.byteLength
    )
      return at;
  throw new FileSetError(msg`${name} is not a zip archive, or it is cut off.`);
}

/** The table of contents: its offset and size in bytes of the archive, and its number of entries. */
interface Directory {
  start: number;
  size: number;
  count: number;
  /** Offset that it must end before. */
  end: number;
}

function findDirectory(view: DataView, name: string): Directory {
  const end = findEnd(view, name);
  const count = view.getUint16(end + 10, true);
  const several = view.getUint16(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== count;
  if (several) throw new FileSetError(msg`${name} is one part of several. Give the whole archive.`);
  const locator = end - locator64Length;
  if (count === maxFiles16 && locator >= 0 && view.getUint32(locator, true) === signatures.locator64)
    return findDirectory64(view, locator, name);
  return { start: view.getUint32(end + 16, true), size: view.getUint32(end + 12, true), count, end };
}

/** `findDirectory` for zip64, which archives of more than 65,535 files need. */
function findDirectory64(view: DataView, locator: number, name: string): Directory {
  const at = Number(view.getBigUint64(locator + 8, true));
  if (at + end64Length > locator || view.getUint32(at, true) !== signatures.end64)
    throw new FileSetError(msg`${name}: its table of contents is damaged.`);
  const field = (offset: number) => Number(view.getBigUint64(at + offset, true));
  if (field(24) !== field(32)) throw new FileSetError(msg`${name} is one part of several. Give the whole archive.`);
  return { start: field(48), size: field(40), count: field(32), end: at };
}

function readDirectory(archive: Uint8Array, view: DataView, name: string, options: UnzipOptions): Entry[] {
  const { limits = defaultLimits, filter, decodePath } = options;
  const { start, size, count, end } = findDirectory(view, name);
  if (start + size > end) throw new FileSetError(msg`${name}: its table of contents lies outside the file.`);
  if (count > limits.files) throw new FileSetError(msg`${name} has ${count} files; ${limits.files} are the most.`);
  const entries: Entry[] = [];
  const seen = new Set<string>();
  let at = start;
  let total = 0;
  for (let i = 0; i < count; i++) {
    const { entry, next } = readEntry(archive, view, at, { end: start + size, name, decodePath });
    at = next;
    if (!entry || filter?.(entry.path, entry.unpacked) === false) continue;
    if (seen.has(entry.path)) throw new FileSetError(msg`${name} holds ${entry.path} twice.`);
    seen.add(entry.path);
    total += entry.unpacked;
    if (total > limits.bytes)
      throw new FileSetError(msg`${name} unpacks to more than ${limits.bytes} bytes. It is not an adapter.`);
    entries.push(entry);
  }
  return entries;
}

/** One entry of the table of contents; `entry` is null for a folder. */
function readEntry(
  archive: Uint8Array,
  view: DataView,
  at: number,
  { end, name, decodePath }: { end: number; name: string; decodePath: UnzipOptions['decodePath'] },
) {
  if (at + 46 > end || view.getUint32(at, true) !== signatures.central)
    throw new FileSetError(msg`${name}: its table of contents is damaged.`);
  const flags = view.getUint16(at + 8, true);
  const pathFrom = at + 46;
  const pathTo = pathFrom + view.getUint16(at + 28, true);
  const next = pathTo + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  if (next > end) throw new FileSetError(msg`${name}: its table of contents is damaged.`);
  const path = readPath(archive.subarray(pathFrom, pathTo), name, decodePath);
  if ((view.getUint16(at + 40, true) & fileKind) === symbolicLink)
    throw new FileSetError(msg`${name}: ${path} is a link; only files are read.`);
  const entry: Entry = {
    path,
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packed: view.getUint32(at + 20, true),
    unpacked: view.getUint32(at + 24, true),
    at: view.getUint32(at + 42, true),
  };
  if (flags & 1) throw new FileSetError(msg`${name}: ${path} is encrypted. Pack it without a password.`);
  if (entry.method !== stored && entry.method !== deflated)
    throw new FileSetError(
      msg`${name}: ${path} is packed by method ${entry.method}; only stored and deflated files are read.`,
    );
  if ([entry.packed, entry.unpacked, entry.at].includes(zip64))
    throw new FileSetError(msg`${name}: ${path} is larger than 4 GiB.`);
  return { entry: path.endsWith('/') ? null : entry, next };
}

/** A path of an archive, if it stays inside. */
function readPath(bytes: Uint8Array, name: string, decodePath: UnzipOptions['decodePath']): string {
  let path: string;
  try {
    path = utf8Decoder.decode(bytes);
  } catch {
    if (!decodePath) throw new FileSetError(msg`${name}: the name of a file is not UTF-8.`);
    path = decodePath(bytes);
  }
  path = path.normalize('NFC');
  const shown = JSON.stringify(path.slice(0, maxPathLength));
  const parts = path.replace(/\/$/, '').split('/');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (path.length > maxPathLength || /[\u0000-\u001f\\]/.test(path) || /^[A-Za-z]:/.test(path))
    throw new FileSetError(msg`${name}: ${shown} is not the name of a file.`);
  if (parts.some((part) => part === '' || part === '.' || part === '..'))
    throw new FileSetError(msg`${name}: ${shown} leads out of the archive.`);
  return path;
}

/** The range of an entry's packed bytes. */
function dataSpan(archive: Uint8Array, view: DataView, { path, at, packed }: Entry, name: string) {
  if (at + 30 > archive.byteLength || view.getUint32(at, true) !== signatures.local)
    throw new FileSetError(msg`${name}: ${path} is not where the table of contents says.`);
  const from = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  const to = from + packed;
  if (to > archive.byteLength) throw new FileSetError(msg`${name}: ${path} is cut off.`);
  return { from, to };
}

function unpack(packed: Uint8Array, { path, method, unpacked, crc }: Entry, name: string): Uint8Array {
  const bytes = method === stored ? packed : inflate(packed, unpacked, msg`${name}: ${path}`);
  if (bytes.byteLength !== unpacked)
    throw new FileSetError(msg`${name}: ${path} has ${bytes.byteLength} bytes, ${unpacked} are declared.`);
  if (crc32(bytes) !== crc) throw new FileSetError(msg`${name}: ${path} is damaged (its checksum differs).`);
  return bytes;
}

/** Inflates no further than the declared size: what an archive claims and what it unpacks to need not agree. */
function inflate(packed: Uint8Array, declared: number, what: MessageParts): Uint8Array {
  // Deflate cannot do better than 1032 to 1, so a larger claim is refused before any memory is taken.
  if (declared > 1032 * packed.byteLength + chunk)
    throw new FileSetError(msg`${what}: its declared size is impossible.`);
  const tooMany = () => new FileSetError(msg`${what} unpacks to more than the ${declared} bytes that are declared.`);
  try {
    if (packed.byteLength === 0) return packed;
    if (packed.byteLength > chunk) return inflateChunks(packed, declared, tooMany);
    // Room for one byte more shows what is too long; fflate drops what does not fit, or throws.
    const bytes = inflateSync(packed, { out: new Uint8Array(declared + 1) });
    if (bytes.byteLength > declared) throw tooMany();
    return bytes;
  } catch (error) {
    if (error instanceof RangeError) throw tooMany();
    if (error instanceof FileSetError) throw error;
    throw new FileSetError(msg`${what} is damaged: ${inflateReason(error)}.`);
  }
}

function inflateChunks(packed: Uint8Array, declared: number, tooMany: () => FileSetError): Uint8Array {
  const bytes = new Uint8Array(declared);
  let at = 0;
  const inflater = new Inflate((part) => {
    if (at + part.byteLength > declared) throw tooMany();
    bytes.set(part, at);
    at += part.byteLength;
  });
  for (let from = 0; from < packed.byteLength; from += chunk)
    inflater.push(packed.subarray(from, from + chunk), from + chunk >= packed.byteLength);
  return bytes.subarray(0, at);
}

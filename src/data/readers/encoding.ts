import { inflateReason } from '../../base/inflate-error.ts';
import { type MessageParts, msg, partOf } from '../../base/message.ts';
import { type DataFile, DataFileError } from './data-file.ts';
import { Gunzip } from './gunzip.ts';

/** Encodings that a person may choose from, as the Encoding Standard labels them. */
export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'gb18030', 'windows-1252'] as const;

/** Shortest run of high bytes that is a word of a double-byte encoding rather than a single accent. */
const minRunLength = 2;
/** Share of high bytes in such runs from which on text that is not UTF-8 is taken for Chinese. */
const doubleByteShare = 0.8;

/** Whether bytes cut off anywhere are UTF-8 up to the cut. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Zero bytes at one parity only: UTF-16 without a mark, of text that is mostly Latin. */
function utf16WithoutMark(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const zeros = [0, 0];
  bytes.forEach((byte, i) => {
    if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  if (Math.max(even, odd) < bytes.length / 8) return null;
  if (odd > 10 * even) return 'utf-16le';
  return even > 10 * odd ? 'utf-16be' : null;
}

/** Share of the bytes from 0x80 on that stand in runs: high in GB18030 (two bytes a character), low in Latin-1. */
function shareInRuns(bytes: Uint8Array): number {
  let [high, inRuns, run] = [0, 0, 0];
  const close = () => {
    if (run >= minRunLength) inRuns += run;
    run = 0;
  };
  for (const byte of bytes) {
    if (byte >= 0x80) {
      high++;
      run++;
    } else close();
  }
  close();
  return high === 0 ? 0 : inRuns / high;
}

/**
 * The encoding that a file's first bytes suggest: the byte-order mark's, UTF-16 by its zero bytes, UTF-8 if they are valid,
 * else GB18030 or Windows-1252 (the superset of Latin-1) by how high bytes stand together.
 */
export function guessEncoding(head: Uint8Array): string {
  const [a, b, c] = head;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  const wide = utf16WithoutMark(head);
  if (wide) return wide;
  if (isUtf8(head)) return 'utf-8';
  return shareInRuns(head) >= doubleByteShare ? 'gb18030' : 'windows-1252';
}

/** Decodes a file's first bytes leniently, for a preview: a cut character at the end is left out. */
export function decodeHead(head: Uint8Array, encoding: string, file: string): string {
  return unifyLineEnds(decoderFor(encoding, file, false).decode(head, { stream: true }));
}

function decoderFor(encoding: string, file: string, fatal: boolean): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal });
  } catch {
    throw new DataFileError(msg`${file}: encoding ${encoding} is unknown; choose one of ${encodings.join(', ')}.`);
  }
}

const unifyLineEnds = (text: string) => text.replace(/\r\n?/g, '\n');

const countLines = (text: string) => {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
};

/**
 * Decodes bytes as they come, line ends unified to \n and the byte-order mark left out.
 * @param bytes chunks of the file, of any size
 * @throws DataFileError naming the line at which the bytes are not of this encoding, or are not text
 */
export async function* decodeChunks(
  bytes: AsyncIterable<Uint8Array>,
  encoding: string,
  file: string,
): AsyncGenerator<string> {
  const decoder = decoderFor(encoding, file, true);
  let line = 1;
  let held = '';
  const finish = (text: string, last: boolean): string => {
    let whole = held + text;
    // A carriage return at the end may be half of a line end.
    held = !last && whole.endsWith('\r') ? '\r' : '';
    if (held) whole = whole.slice(0, -1);
    whole = unifyLineEnds(whole);
    const zero = whole.indexOf('\0');
    if (zero >= 0)
      throw new DataFileError(
        msg`${file} line ${line + countLines(whole.slice(0, zero))}: a zero byte. It is no text file, or of another encoding than ${encoding}.`,
      );
    line += countLines(whole);
    return whole;
  };
  for await (const chunk of bytes) {
    let text: string;
    try {
      text = decoder.decode(chunk, { stream: true });
    } catch {
      const lenient = unifyLineEnds(decoderFor(encoding, file, false).decode(chunk));
      const at = line + countLines(lenient.slice(0, Math.max(0, lenient.indexOf('\ufffd'))));
      throw new DataFileError(msg`${file} line ${at}: bytes that are not ${encoding}. Choose another encoding.`);
    }
    yield finish(text, false);
  }
  let rest: string;
  try {
    rest = decoder.decode();
  } catch {
    throw new DataFileError(
      msg`${file} line ${line}: it ends in the middle of a character of ${encoding}. Is it cut off?`,
    );
  }
  yield finish(rest, true);
}

export interface ReadOptions {
  signal?: AbortSignal | undefined;
  /** Called as bytes are read, with the bytes in all. */
  onProgress?: ((read: number, total: number) => void) | undefined;
}

/** The most that a compressed file may grow to. */
const maxInflatedBytes = 2 ** 32;

export const isGzip = (head: Uint8Array) => head[0] === 0x1f && head[1] === 0x8b;

/**
 * The bytes of a file in chunks; gzip is unpacked on the way.
 * @throws AbortError, or DataFileError where the file cannot be read or unpacked
 */
export async function* byteChunks(
  { name, blob }: DataFile,
  { signal, onProgress }: ReadOptions = {},
): AsyncGenerator<Uint8Array> {
  const gunzip = isGzip(new Uint8Array(await blob.slice(0, 2).arrayBuffer())) ? new Gunzip() : null;
  const failed = (reason: MessageParts) =>
    new DataFileError(
      gunzip
        ? msg`${name} cannot be unpacked (${reason}). Is it complete?`
        : msg`${name} cannot be read (${reason}). Is it complete?`,
    );
  const unpacked = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw failed(inflateReason(error));
    }
  };
  const reader = blob.stream().getReader();
  let [read, inflated] = [0, 0];
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = await reader.read().catch((error: unknown) => Promise.reject(failed(partOf(error))));
      if (done) break;
      read += value.byteLength;
      onProgress?.(read, blob.size);
      for (const chunk of gunzip ? unpacked(() => gunzip.push(value)) : [value]) {
        inflated += chunk.byteLength;
        if (inflated > maxInflatedBytes)
          throw new DataFileError(msg`${name} holds more than ${maxInflatedBytes} bytes.`);
        yield chunk;
      }
    }
    if (gunzip) unpacked(() => gunzip.end());
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** The first bytes of a file, gzip unpacked. */
export async function headOf(file: DataFile, bytes: number): Promise<Uint8Array> {
  const head = new Uint8Array(bytes);
  let at = 0;
  for await (const chunk of byteChunks(file)) {
    const part = chunk.subarray(0, bytes - at);
    head.set(part, at);
    at += part.byteLength;
    if (at === bytes) break;
  }
  return head.subarray(0, at);
}

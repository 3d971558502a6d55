import { msg, partOf } from '../base/message.ts';
import { sha256Hex } from '../base/sha256.ts';
import { wait } from '../base/work.ts';
import type { FileCache } from './cache.ts';
import { fileUrl, type HubAccess, HubError, type HubFile, type HubRepo, hubFailure } from './hub.ts';
import { KeptParts } from './kept-parts.ts';

/** Fetching files of a repository: with progress, resumed where a connection broke, checked, and cached. */

export interface TransferProgress {
  path: string;
  received: number;
  total: number;
  /** Seconds left at the rate so far; null before there is one. */
  secondsLeft: number | null;
}

export interface TransferOptions extends HubAccess {
  cache: FileCache;
  onProgress?: ((progress: TransferProgress) => void) | undefined;
  /** Milliseconds between attempts. */
  pause?: number;
  /** Size in bytes of the pieces in which a download is cached. */
  pieceBytes?: number;
}

/** Largest file: a larger one would not fit into a tab. */
const maxBytes = 2 ** 31;
/** Times that a broken connection is resumed without a byte in between. */
const attempts = 4;
const defaultPause = 500;
const defaultPieceBytes = 2 ** 24;

/** Key of a file in the cache. */
export const cacheKey = ({ kind, name, commit }: HubRepo, path: string): string => `${kind}s/${name}@${commit}/${path}`;

/** Requests a range of a file; on a redirect to another host, fetch itself drops the token. */
async function request(url: string, what: string, { token, signal }: HubAccess, range: string | null) {
  const headers: Record<string, string> = {};
  if (token) headers.authorization = `Bearer ${token}`;
  if (range) headers.range = range;
  const response = await fetch(url, { headers, ...(signal ? { signal } : {}) });
  if (!response.ok) throw hubFailure(what, response.status, response.statusText);
  return response;
}

/**
 * Fills `into` from `received` on, as far as the connection holds.
 * @returns how many bytes are there, and whether the server was reached
 */
async function receive(
  url: string,
  what: string,
  into: Uint8Array,
  received: number,
  options: TransferOptions,
  tell: (received: number) => Promise<void>,
): Promise<number> {
  const response = await request(url, what, options, received > 0 ? `bytes=${received}-` : null);
  // A server without ranges starts again from the first byte.
  let at = response.status === 206 ? received : 0;
  const reader = response.body?.getReader();
  if (!reader) return at;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return at;
      if (at + value.byteLength > into.byteLength)
        throw new HubError(msg`${what} is longer than the ${into.byteLength} bytes that the Hub announced.`);
      into.set(value, at);
      at += value.byteLength;
      await tell(at);
    }
  } catch (error) {
    if (error instanceof HubError) throw error;
    return at;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** The cached file; null where it is not there, was cut short, or no longer has its SHA-256. */
async function readKept(
  cache: FileCache,
  key: string,
  { size, sha256: expected }: HubFile,
): Promise<Uint8Array | null> {
  const kept = await cache.read(key);
  if (kept?.byteLength !== size) return null;
  return expected === null || (await sha256Hex(kept)) === expected ? kept : null;
}

/** Reports the progress of a file of `total` bytes, and the time left at the rate since byte `begun`. */
function progressTeller(path: string, begun: number, total: number, onProgress: TransferOptions['onProgress']) {
  const started = performance.now();
  return (received: number) => {
    const rate = (received - begun) / (performance.now() - started);
    const secondsLeft = rate > 0 ? (total - received) / rate / 1000 : null;
    onProgress?.({ path, received, total, secondsLeft });
  };
}

/**
 * Fetches a file whole, resuming where the last call stopped. Bytes that arrived before a failure are cached for the
 * next.
 * @throws HubError, or the signal's reason
 */
async function fetchWhole(repo: HubRepo, file: HubFile, options: TransferOptions): Promise<Uint8Array> {
  const { cache, hubUrl, signal, pause = defaultPause, pieceBytes = defaultPieceBytes } = options;
  const parts = new KeptParts(cache, cacheKey(repo, file.path), pieceBytes);
  const what = `${repo.name}/${file.path}`;
  if (file.size > maxBytes) throw new HubError(msg`${what} has ${file.size} bytes; ${maxBytes} are the most.`);
  const bytes = new Uint8Array(file.size);
  let received = await parts.readInto(bytes);
  const report = progressTeller(file.path, received, file.size, options.onProgress);
  const tell = async (at: number) => {
    report(at);
    await parts.keep(bytes, at);
  };
  let failure: unknown = null;
  try {
    for (let idle = 0; received < file.size && idle < attempts; ) {
      signal?.throwIfAborted();
      if (idle > 0) await wait(pause);
      const before = received;
      try {
        received = await receive(fileUrl(repo, file.path, hubUrl), what, bytes, received, options, tell);
      } catch (error) {
        if (error instanceof HubError || signal?.aborted) throw error;
        failure = error;
      }
      idle = received > before ? 1 : idle + 1;
    }
  } finally {
    if (received < file.size) await parts.keepRest(bytes, received);
  }
  if (received < file.size) {
    signal?.throwIfAborted();
    const reason = failure instanceof Error ? msg` (${partOf(failure)})` : '';
    throw new HubError(
      msg`${what}: the connection broke after ${received} of ${file.size} bytes${reason}. What arrived is kept: try again.`,
    );
  }
  await parts.remove();
  return bytes;
}

/**
 * A file of a repository: from the cache, or fetched, checked against its SHA-256 where the Hub gives one, and cached.
 * A cached file that is damaged is fetched anew. Bytes that arrived before a connection broke for good, or before the
 * caller's signal ended it, are cached, too, and the next call resumes from there.
 * @throws HubError, or the signal's reason
 */
export async function fetchFile(repo: HubRepo, file: HubFile, options: TransferOptions): Promise<Uint8Array> {
  const { cache } = options;
  const key = cacheKey(repo, file.path);
  const kept = await readKept(cache, key, file);
  if (kept) return kept;
  const bytes = await fetchWhole(repo, file, options);
  if (file.sha256 !== null && (await sha256Hex(bytes)) !== file.sha256)
    throw new HubError(
      msg`${repo.name}/${file.path}: its SHA-256 is not the one that the Hub gives. It was damaged on the way: try again.`,
    );
  await cache.write(key, bytes);
  return bytes;
}

/** A file on the Hub as a buffer of ranges: only the ranges that are read are fetched. */
export function rangesOf(repo: HubRepo, file: HubFile, access: HubAccess) {
  const url = fileUrl(repo, file.path, access.hubUrl);
  const what = `${repo.name}/${file.path}`;
  return {
    byteLength: file.size,
    slice: async (from: number, to = file.size): Promise<ArrayBuffer> => {
      const response = await request(url, what, access, `bytes=${from}-${to - 1}`);
      const bytes = await response.arrayBuffer();
      const part = response.status === 206 ? bytes : bytes.slice(from, to);
      if (part.byteLength !== to - from)
        throw new HubError(msg`${what}: ${part.byteLength} of ${to - from} bytes arrived. Try again.`);
      return part;
    },
  };
}

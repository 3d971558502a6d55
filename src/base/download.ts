import { joined } from './file-set.ts';
import { type Message, msg, UserError } from './message.ts';
import { createThrottle } from './throttle.ts';

/** A file that could not be fetched. The message names it. */
export class DownloadError extends UserError {
  override name = 'DownloadError';
}

export interface DownloadOptions {
  /** Called as bytes arrive, at most ten times a second; `total` is null where the server does not say. */
  onProgress?: (received: number, total: number | null) => void;
  /** Larger files are refused. */
  maxBytes?: number;
  /** `reload`: past every cache between here and the server. */
  cache?: RequestCache;
  /** Milliseconds without a byte after which the connection counts as dead. */
  patience?: number;
}

/** Half a minute: a slow server begins earlier, a dead one never does. */
const defaultPatience = 30_000;

/** Milliseconds between two reports of progress. */
const progressInterval = 100;

/** Nothing that the page loads is larger. */
const defaultMaxBytes = 2 ** 31;

/** A connection that has gone silent. */
class Silence extends DownloadError {}

/**
 * Fetches a file with byte progress. A connection that goes silent is tried once more.
 * @returns null if there is no such file
 * @throws DownloadError
 */
export function download(url: string, options: DownloadOptions = {}): Promise<Uint8Array | null> {
  return attempt(url, options).catch((error: unknown) => {
    if (error instanceof Silence) return attempt(url, options);
    throw error;
  });
}

async function attempt(url: string, options: DownloadOptions): Promise<Uint8Array | null> {
  const { onProgress, maxBytes = defaultMaxBytes, cache = 'default', patience = defaultPatience } = options;
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), patience);
  };
  const broken = (words: Message) =>
    silence.signal.aborted
      ? new Silence(msg`${url}: nothing arrived for ${patience / 1000} seconds. Look at the network, and try again.`)
      : new DownloadError(words);
  heard();
  try {
    const response = await fetch(url, { cache, signal: silence.signal }).catch((error: unknown) => {
      throw broken(msg`${url} cannot be reached: ${error instanceof Error ? error.message : error}. Try again.`);
    });
    heard();
    if (response.status === 404) return null;
    // A single-page server answers unknown paths with its page.
    if (response.headers.get('content-type')?.startsWith('text/html')) return null;
    if (!response.ok || !response.body) throw new DownloadError(msg`${url}: the server answered ${response.status}.`);
    const compressed = response.headers.has('content-encoding');
    const promised = Number(response.headers.get('content-length'));
    const total = compressed || !promised ? null : promised;
    const chunks: Uint8Array[] = [];
    let received = 0;
    const isTime = createThrottle(progressInterval, false);
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read().catch(() => {
        throw broken(msg`${url}: the connection broke after ${received} bytes. Try again.`);
      });
      if (done) break;
      heard();
      chunks.push(value);
      received += value.byteLength;
      if (received > maxBytes) {
        await reader.cancel();
        throw new DownloadError(msg`${url} is larger than ${maxBytes} bytes.`);
      }
      if (isTime()) onProgress?.(received, total);
    }
    if (total !== null && received !== total)
      throw new DownloadError(msg`${url}: ${received} of ${total} bytes arrived. Try again.`);
    return joined(chunks);
  } finally {
    clearTimeout(timer);
  }
}

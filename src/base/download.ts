import { msg, UserError } from './message.ts';
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
}

/** Milliseconds between two reports of progress. */
const progressInterval = 100;

/** Nothing that the page loads is larger. */
const defaultMaxBytes = 2 ** 31;

/**
 * Fetches a file with byte progress.
 * @returns null if there is no such file
 * @throws DownloadError
 */
export async function download(url: string, options: DownloadOptions = {}): Promise<Uint8Array | null> {
  const { onProgress, maxBytes = defaultMaxBytes } = options;
  const response = await fetch(url).catch((error: unknown) => {
    throw new DownloadError(
      msg`${url} cannot be reached: ${error instanceof Error ? error.message : error}. Try again.`,
    );
  });
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
      throw new DownloadError(msg`${url}: the connection broke after ${received} bytes. Try again.`);
    });
    if (done) break;
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
  const bytes = new Uint8Array(received);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

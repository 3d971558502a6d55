import { msg } from '../../base/message.ts';
import type { Readable } from '../../data/read-file.ts';
import type { KindPreview } from '../../data/read-kind.ts';
import { type DataFile, DataFileError, type Layout } from '../../data/readers/data-file.ts';
import { RowCollector } from '../../data/rows/packed-rows.ts';
import type { Row } from '../../data/rows/row.ts';
import type { TaskKind } from '../../model/task-kind.ts';
import { type Connection, connect } from '../rpc.ts';
import type { FailureDetails, LeftOut, RowOptions, RowsApi } from './api.ts';

/**
 * The page's client of the worker that reads files: one worker per request, ended with its answer, or when it is
 * aborted.
 */

interface ReadOptions {
  signal: AbortSignal;
  onProgress?: (read: number, total: number) => void;
  /** Milliseconds of silence after which the reader is terminated. */
  timeoutMs?: number;
}

/** A working reader reports many times a second; unpacking a large group of rows takes it seconds. */
const defaultTimeoutMs = 60_000;

function openReader(file: string): Connection<RowsApi> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  return connect<RowsApi, never, FailureDetails>(worker, {
    stopped: (message) =>
      new DataFileError(msg`${file} could not be read: ${message || msg`the reader stopped`}. Try a smaller file.`),
    toError: ({ words, details }) => Object.assign(new DataFileError(words), details),
  });
}

/**
 * Runs a request on a worker of its own. `alive` must be called with each of its messages. @throws DataFileError,
 * AbortError
 */
async function withReader<T>(
  file: string,
  { signal, timeoutMs = defaultTimeoutMs }: ReadOptions,
  ask: (call: Connection<RowsApi>['call'], alive: () => void) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const reader = openReader(file);
  const { call } = reader;
  const terminate = () => reader.terminate();
  signal.addEventListener('abort', terminate, { once: true });
  let silence: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<T>((resolve, reject) => {
      const alive = () => {
        clearTimeout(silence);
        silence = setTimeout(() => reject(silenceError(file, timeoutMs)), timeoutMs);
      };
      alive();
      ask(call, alive).then(resolve, reject);
    });
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', terminate);
    terminate();
  }
}

const silenceError = (file: string, timeoutMs: number) =>
  new DataFileError(
    msg`${file} could not be read: the reader said nothing for ${timeoutMs / 1000} seconds. Is the file damaged?`,
  );

/**
 * Reads a file's beginning.
 * @throws DataFileError, AbortError
 */
export const previewFile = (
  file: DataFile,
  choices: Partial<Layout>,
  { kind, ...options }: ReadOptions & { kind?: TaskKind | undefined },
): Promise<KindPreview> => withReader(file.name, options, (call) => call('preview', { file, choices, kind }));

/**
 * Reads all rows of a file.
 * @throws DataFileError naming file and line, AbortError
 */
export function readRows(
  { file, layout }: Readable,
  options: RowOptions,
  readOptions: ReadOptions,
): Promise<{ rows: Row[]; leftOut: LeftOut }> {
  const collector = new RowCollector();
  return withReader(file.name, readOptions, async (call, alive) => {
    const ask = { readable: { file, layout }, options };
    const leftOut = await call('readRows', ask, {
      onProgress: (progress) => {
        alive();
        if ('rows' in progress) collector.add(progress.rows);
        else readOptions.onProgress?.(progress.read, progress.total);
      },
    });
    return { rows: collector.rows, leftOut };
  });
}

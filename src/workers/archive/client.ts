import type { FolderFile } from '../../base/file-set.ts';
import { type Message, msg, UserError } from '../../base/message.ts';
import type { BackupEntry } from '../../files/backup.ts';
import type { ExportFormat } from '../../files/export/export.ts';
import type { Trained } from '../../files/export/trained.ts';
import type { EncoderConfig } from '../../model/encoder-config.ts';
import type { Bundle } from '../../training/records/saved-run.ts';
import { connect } from '../rpc.ts';
import type { ArchiveApi, Bytes, Described, Opened, RefusalKind, Texts } from './api.ts';

/** The page's client of the archive worker: one worker per request, ended with its answer. */

/** Files that were refused. The message says what is wrong with which. */
export class RefusedError extends UserError {
  override name = 'RefusedError';
  readonly kind: RefusalKind;

  constructor(words: Message, kind: RefusalKind) {
    super(words);
    this.kind = kind;
  }
}

/** @throws RefusedError; AbortError at once when the signal is aborted */
async function ask<K extends keyof ArchiveApi>(
  verb: K,
  question: ArchiveApi[K]['ask'],
  signal?: AbortSignal,
): Promise<ArchiveApi[K]['answer']> {
  signal?.throwIfAborted();
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const { call, terminate } = connect<ArchiveApi, never, RefusalKind>(worker, {
    // Out of memory, for example: the page and its run go on.
    stopped: (message) => new RefusedError(message || msg`The worker that reads files stopped.`, 'unreadable'),
    toError: ({ words, details = 'unreadable' }) => new RefusedError(words, details),
  });
  signal?.addEventListener('abort', () => terminate(), { once: true });
  try {
    return await call(verb, question);
  } finally {
    terminate();
  }
}

/**
 * Reads an adapter or a bundle out of files.
 * @throws RefusedError, AbortError
 */
export const openFiles = (files: FolderFile[], encoder: EncoderConfig, signal: AbortSignal): Promise<Opened> =>
  ask('open', { files, encoder }, signal);

/**
 * A trained run as a zip archive with one folder in it.
 * @throws RefusedError
 */
export const packExport = (trained: Trained, format: ExportFormat): Promise<Bytes> => ask('pack', { trained, format });

/** @throws RefusedError */
export const packBundle = (bundle: Bundle): Promise<Bytes> => ask('packBundle', bundle);

/**
 * The run as Python code, with the encoder and the rows that come with the page, as a zip archive.
 * @param address of the page
 * @throws RefusedError
 */
export const packPython = (described: Described, address: string): Promise<Bytes> =>
  ask('packPython', { described, address });

/**
 * Entries of the browser's storage as one zip archive.
 * @param written when, for people
 * @throws RefusedError
 */
export const packBackup = (entries: BackupEntry[], written: string): Promise<Bytes> =>
  ask('packBackup', { entries, written });

/**
 * The entries of a backup, in any form.
 * @throws RefusedError
 */
export const openBackup = (name: string, blob: Blob): Promise<BackupEntry[]> => ask('openBackup', { name, blob });

/** @throws RefusedError */
export const describeRun = (described: Described): Promise<Texts> => ask('describe', described);

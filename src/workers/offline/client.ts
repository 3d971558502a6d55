import { msg, UserError } from '../../base/message.ts';
import { connect } from '../rpc.ts';
import type { FileGroup, OfflineApi } from './api.ts';

/** The page's client of the worker that keeps built-in files: one worker per request, ended with its answer. */

function open() {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const stopped = (message: string) =>
    new UserError(msg`The files could not be kept: ${message || msg`their worker stopped`}. Try again.`);
  return connect<OfflineApi>(worker, { stopped });
}

/** What is kept already. */
export async function listBuiltIn(): Promise<FileGroup[]> {
  const { call, terminate } = open();
  return call('list', null).finally(terminate);
}

/**
 * Keeps every built-in file in the browser.
 * @param base the page's address
 * @throws UserError saying which file could not be fetched or kept
 */
export async function keepBuiltIn(
  base: string,
  onProgress: (progress: { received: number; total: number }) => void,
): Promise<FileGroup[]> {
  const { call, terminate } = open();
  return call('keepAll', { base }, { onProgress }).finally(terminate);
}

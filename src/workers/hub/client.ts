import type { FolderFile } from '../../base/file-set.ts';
import { msg, UserError } from '../../base/message.ts';
import type { TransferProgress } from '../../hub/transfer.ts';
import { type Connection, connect } from '../rpc.ts';
import type { Access, FetchedEncoder, FoundEncoder, HubApi, HubEvent } from './api.ts';

/** The page's client of the worker that fetches encoders: one worker per request, ended with its answer. */

interface HubOptions {
  /** Ends a transfer; what has arrived stays cached. */
  signal: AbortSignal;
  onProgress: (progress: TransferProgress) => void;
  onCrossOriginRequests: (urls: string[]) => void;
}

/** @throws UserError saying why it cannot be done; AbortError */
async function withWorker<T>(
  { onCrossOriginRequests }: Pick<HubOptions, 'onCrossOriginRequests'>,
  ask: (call: Connection<HubApi>['call']) => Promise<T>,
): Promise<T> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const { call, terminate } = connect<HubApi, HubEvent>(worker, {
    onEvent: ({ urls }) => onCrossOriginRequests(urls),
    stopped: (message) =>
      new UserError(msg`The encoder could not be fetched: ${message || msg`its worker stopped`}. Try again.`),
  });
  try {
    return await ask(call);
  } finally {
    terminate();
  }
}

/** Looks an encoder up by its name: what it is, and how large. Only small files are fetched. */
export const lookUpEncoder = (
  name: string,
  revision: string,
  access: Access,
  options: HubOptions,
): Promise<FoundEncoder> => withWorker(options, (call) => call('lookUp', { name, revision, access }, options));

/** Bytes of encoders of the Hub, in their order; null for one that it does not have. Only lists of files are fetched. */
export const sizesOnHub = (
  names: string[],
  access: Access,
  options: Omit<HubOptions, 'onProgress'>,
): Promise<(number | null)[]> =>
  withWorker(options, (call) => call('sizes', { names, access }, { signal: options.signal }));

/** Fetches an encoder's files, or reads them from the cache. */
export const fetchEncoderFiles = (
  { repo, revision }: Pick<FoundEncoder, 'repo' | 'revision'>,
  access: Access,
  options: HubOptions,
): Promise<FetchedEncoder> => withWorker(options, (call) => call('fetch', { repo, revision, access }, options));

/** Reads a folder's files from the browser's storage. @throws UserError where the copy is damaged */
export const openFolderFiles = (name: string, options: HubOptions): Promise<FetchedEncoder> =>
  withWorker(options, (call) => call('openFolder', { name }, { signal: options.signal }));

/** Saves a folder's files for the next visit. @throws UserError where they cannot be saved */
export const keepFolderFiles = (name: string, files: FolderFile[], options: HubOptions): Promise<void> =>
  withWorker(options, (call) => call('keepFolder', { name, files }, { signal: options.signal }));

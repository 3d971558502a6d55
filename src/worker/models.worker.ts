import { said, type Words, wordsOf } from '../base/message.ts';
import { browserCache, type FileCache, memoryCache } from '../hub/cache.ts';
import { encoderFilesOf, fetchEncoder } from '../hub/kept.ts';
import { keepFolder, openFolder } from '../hub/kept-folders.ts';
import { openHubEncoder } from '../hub/repositories.ts';
import type { TransferProgress } from '../hub/transfer.ts';
import { readConfigFile } from '../model/encoder-family.ts';
import { watchForeignRequests } from './foreign-requests.ts';
import type { ModelAnswer, ModelRequest } from './models.ts';

/** Looks encoders up on the Hub, fetches and keeps them beside the page. One question a worker; `cancel` ends it, with what arrived kept. */

const tell = (answer: ModelAnswer) => postMessage(answer);

/** Progress is told at most this often, in milliseconds. */
const tellInterval = 100;
let toldAt = 0;

function onProgress(progress: TransferProgress): void {
  if (progress.received < progress.total && performance.now() - toldAt < tellInterval) return;
  toldAt = performance.now();
  tell({ type: 'progress', progress });
}

const cancelling = new AbortController();
/** Why something could not be kept; what was fetched is used all the same. */
let unkept: Words | null = null;

/** The browser's storage; a write that it refuses does not end the download. */
function tolerantCache(): FileCache {
  // Absent outside a secure context.
  const cache = typeof caches === 'undefined' ? memoryCache() : browserCache();
  if (typeof caches === 'undefined') unkept = said`this page is not served securely (https or localhost)`;
  return {
    ...cache,
    write: (key, bytes) =>
      cache.write(key, bytes).catch((error: unknown) => {
        unkept = wordsOf(error);
      }),
  };
}

async function carryOut(request: Exclude<ModelRequest, { type: 'cancel' }>): Promise<ModelAnswer> {
  if (request.type === 'keep-folder') {
    await keepFolder(browserCache(), request.name, request.files);
    return { type: 'folder-kept' };
  }
  if (request.type === 'open-folder')
    return { type: 'files', files: await openFolder(browserCache(), request.name), unkept: null };
  const { revision, access } = request;
  const options = { ...access, cache: tolerantCache(), signal: cancelling.signal, onProgress };
  if (request.type === 'fetch') {
    const files = await fetchEncoder(request.repo, revision, options);
    return { type: 'files', files, unkept };
  }
  const { repo, read } = await openHubEncoder(request.name, revision, options);
  const config = readConfigFile((await read('config.json')) ?? new Uint8Array()).config;
  const bytes = encoderFilesOf(repo).reduce((sum, { size }) => sum + size, 0);
  return { type: 'found', found: { repo, revision, config, bytes } };
}

const tellRequests = watchForeignRequests(location.origin, (urls) => tell({ type: 'foreign-requests', urls }));

self.addEventListener('message', ({ data }: MessageEvent<ModelRequest>) => {
  if (data.type === 'cancel') return cancelling.abort();
  carryOut(data)
    .catch((error: unknown): ModelAnswer => {
      return { type: 'failed', words: wordsOf(error), cancelled: cancelling.signal.aborted };
    })
    .then((answer) => {
      // With its answer the worker ends.
      tellRequests();
      tell(answer);
    });
});

import { watchCrossOriginRequests } from '../../base/cross-origin-requests.ts';
import { type Message, messageOf, msg } from '../../base/message.ts';
import { createThrottle } from '../../base/throttle.ts';
import { browserCache, type FileCache, memoryCache } from '../../hub/cache.ts';
import type { HubRepo } from '../../hub/hub.ts';
import { encoderFilesOf, fetchEncoder } from '../../hub/kept.ts';
import { keepFolder, openFolder } from '../../hub/kept-folders.ts';
import { openHubEncoder } from '../../hub/repositories.ts';
import type { TransferProgress } from '../../hub/transfer.ts';
import { readConfigFile } from '../../model/encoder-family.ts';
import { type Call, postEvent, serve } from '../rpc.ts';
import type { Access, HubApi, HubEvent } from './api.ts';

/**
 * Looks encoders up on the Hub, fetches and caches them off the page's thread. What an aborted transfer has fetched
 * stays.
 */

/** Progress is reported at most this often, in milliseconds. */
const progressInterval = 100;

function atIntervals(progress: (progress: TransferProgress) => void): (progress: TransferProgress) => void {
  const isDue = createThrottle(progressInterval);
  return (now) => {
    if (isDue() || now.received >= now.total) progress(now);
  };
}

/** The browser's storage; a write that it refuses does not end the download. */
function tolerantCache(): { cache: FileCache; unkept: () => Message | null } {
  // Absent outside a secure context.
  const isAbsent = typeof caches === 'undefined';
  const cache = isAbsent ? memoryCache() : browserCache();
  let unkept: Message | null = isAbsent ? msg`this page is not served securely (https or localhost)` : null;
  const write: FileCache['write'] = (key, bytes) =>
    cache.write(key, bytes).catch((error: unknown) => {
      unkept = messageOf(error);
    });
  return { cache: { ...cache, write }, unkept: () => unkept };
}

const optionsOf = (access: Access, cache: FileCache, { signal, progress }: Call<TransferProgress>) => ({
  ...access,
  cache,
  signal,
  onProgress: atIntervals(progress),
});

const reportRequests = watchCrossOriginRequests(location.origin, (urls) =>
  postEvent<HubEvent>(self, { type: 'cross-origin-requests', urls }),
);

/** The worker ends with its answer, so requests are reported before it. */
const reported = <T>(work: Promise<T>): Promise<T> => work.finally(reportRequests);

async function lookUp({ name, revision, access }: HubApi['lookUp']['ask'], call: Call<TransferProgress>) {
  const { repo, read } = await openHubEncoder(name, revision, optionsOf(access, tolerantCache().cache, call));
  const { config } = readConfigFile((await read('config.json')) ?? new Uint8Array());
  return { repo, revision, config, bytes: bytesOf(repo) };
}

const bytesOf = (repo: HubRepo) => encoderFilesOf(repo).reduce((sum, { size }) => sum + size, 0);

/** @throws what the Hub answered for the first, where it has none of them */
async function sizes({ names, access }: HubApi['sizes']['ask'], { signal }: Call<never>): Promise<(number | null)[]> {
  const options = { ...access, cache: memoryCache(), signal };
  const answers = await Promise.allSettled(names.map((name) => openHubEncoder(name, 'main', options)));
  const [first] = answers;
  if (first?.status === 'rejected' && answers.every(({ status }) => status === 'rejected')) throw first.reason;
  return answers.map((answer) => (answer.status === 'fulfilled' ? bytesOf(answer.value.repo) : null));
}

async function fetchFiles({ repo, revision, access }: HubApi['fetch']['ask'], call: Call<TransferProgress>) {
  const { cache, unkept } = tolerantCache();
  const files = await fetchEncoder(repo, revision, optionsOf(access, cache, call));
  return { files, unkept: unkept() };
}

serve<HubApi>(self, {
  lookUp: (ask, call) => reported(lookUp(ask, call)),
  sizes: (ask, call) => reported(sizes(ask, call)),
  fetch: (ask, call) => reported(fetchFiles(ask, call)),
  keepFolder: ({ name, files }) => reported(keepFolder(browserCache(), name, files)),
  openFolder: async ({ name }) => ({ files: await reported(openFolder(browserCache(), name)), unkept: null }),
});

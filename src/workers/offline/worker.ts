import files from 'virtual:built-in-files';
import { msg, UserError } from '../../base/message.ts';
import { createThrottle } from '../../base/throttle.ts';
import { retiredEncoder } from '../../data/built-in/tasks.ts';
import { wasmUrl } from '../../device/onnxruntime-files.ts';
import { type Call, serve } from '../rpc.ts';
import type { FileGroup, OfflineApi } from './api.ts';
import { keptDigests } from './checked.ts';
import { fetchBuiltIn } from './read.ts';

/** Keeps every built-in file, so that the page needs no network. */

/** Progress is reported at most this often, in milliseconds. */
const progressInterval = 100;

const isKept = (kept: ReadonlySet<string>, digests: readonly string[]) => kept.has(digests[0] ?? '');
const groupOf = (path: string) => /^\w+\/[^/]+(?=\/)/.exec(path)?.[0] ?? path;
/** Not texts about the files, which nothing reads, nor an encoder that no new run is on. */
const isNeeded = (path: string) => !/^datasets\/[^/]+$/.test(path) && groupOf(path) !== `models/${retiredEncoder}`;
const needed = Object.entries(files).filter(([path]) => isNeeded(path));

async function list(): Promise<FileGroup[]> {
  const kept = await keptDigests();
  const groups = new Map<string, FileGroup>();
  for (const [path, { bytes, digests }] of needed) {
    const name = groupOf(path);
    const group = groups.get(name) ?? { name, bytes: 0, kept: 0 };
    groups.set(name, {
      name,
      bytes: group.bytes + bytes,
      kept: group.kept + (isKept(kept, digests) ? bytes : 0),
    });
  }
  return [...groups.values()];
}

type Progress = OfflineApi['keepAll']['progress'];

async function keepAll(base: string, { progress }: Call<Progress>): Promise<FileGroup[]> {
  const kept = await keptDigests();
  const total = needed.reduce((sum, [, { bytes }]) => sum + bytes, 0);
  const isDue = createThrottle(progressInterval);
  let done = 0;
  for (const [path, { bytes, digests }] of needed) {
    if (!isKept(kept, digests)) {
      const url = path.endsWith('.wasm') ? new URL(wasmUrl, import.meta.url) : new URL(path, base);
      const onProgress = (received: number) => {
        if (isDue()) progress({ received: done + Math.min(received, bytes), total });
      };
      if (!(await fetchBuiltIn(url.href, { onProgress }))) throw new UserError(msg`${path} is missing on the server.`);
      if (!isKept(await keptDigests(), digests))
        throw new UserError(
          msg`The browser did not keep ${path}: its storage is full, or closed to this page. Make room, and try again.`,
        );
    }
    done += bytes;
    progress({ received: done, total });
  }
  return list();
}

serve<OfflineApi>(self, { list, keepAll: ({ base }, call) => keepAll(base, call) });

import { DownloadError, type DownloadOptions, type download } from '../../base/download.ts';
import { msg } from '../../base/message.ts';
import { sha256Hex } from '../../base/sha256.ts';

/** A file that the page brings along, as the build saw it. */
export interface BuiltInFile {
  bytes: number;
  /** SHA-256 in hexadecimal: of the file and, where a server may unpack it on its way, of what is in it. */
  digests: string[];
}

export type BuiltInFiles = Readonly<Record<string, BuiltInFile>>;

/** Built-in files that lie in the browser's storage, by their digests: files of two releases never mix. */
export interface KeptFiles {
  read(digest: string): Promise<Uint8Array | null>;
  write(digest: string, bytes: Uint8Array): Promise<void>;
  remove(digest: string): Promise<void>;
}

const cacheName = 'built-in-files';
const prefix = 'https://cache.invalid/';

/** What the browser's storage answers; null where there is none (outside a secure context) or it refuses. */
async function orNull<T>(ask: (cache: Cache) => Promise<T>): Promise<T | null> {
  try {
    return await ask(await caches.open(cacheName));
  } catch {
    return null;
  }
}

/** The browser's Cache API. A file that it refuses to keep is still there for this visit. */
export const keptFiles: KeptFiles = {
  read: (digest) =>
    orNull(async (cache) => {
      const response = await cache.match(`${prefix}${digest}`);
      return response ? new Uint8Array(await response.arrayBuffer()) : null;
    }),
  write: async (digest, bytes) => {
    await orNull((cache) => cache.put(`${prefix}${digest}`, new Response(new Blob([new Uint8Array(bytes)]))));
  },
  remove: async (digest) => {
    await orNull((cache) => cache.delete(`${prefix}${digest}`));
  },
};

/** Digests of the files that are kept. */
export async function keptDigests(): Promise<Set<string>> {
  const requests = await orNull((cache) => cache.keys());
  return new Set(requests?.map(({ url }) => url.slice(prefix.length)));
}

/** Removes kept files that this release does not have. */
export async function removeOutdated(files: BuiltInFiles): Promise<void> {
  const known = new Set(Object.values(files).map(({ digests }) => digests[0]));
  for (const digest of await keptDigests()) if (!known.has(digest)) await keptFiles.remove(digest);
}

interface Sources {
  files: BuiltInFiles;
  kept: KeptFiles;
  fetchFile: typeof download;
}

/** The file that an address names: onnxruntime's has a name of the build's. */
const pathOf = (url: string) => {
  const { pathname } = new URL(url);
  return /ort-wasm-[\w-]+\.wasm$/.test(pathname)
    ? 'ort-wasm-simd-threaded.wasm'
    : (/(models|datasets)\/[^/]+(\/[^/]+)?$/.exec(pathname)?.[0] ?? '');
};

/**
 * Reads a built-in file, from the browser's storage or from the server, and keeps it. One that is not what the build saw
 * is fetched once more, past every cache, and then refused: a single wrong bit in an encoder would train on.
 * @returns null if there is no such file
 * @throws DownloadError
 */
export async function readBuiltIn(
  url: string,
  options: DownloadOptions,
  { files, kept, fetchFile }: Sources,
): Promise<Uint8Array | null> {
  const path = pathOf(url);
  const file = Object.hasOwn(files, path) ? files[path] : undefined;
  const digest = file?.digests[0];
  if (!file || digest === undefined) return null;
  const isRight = async (bytes: Uint8Array) => file.digests.includes(await sha256Hex(bytes));
  const here = await kept.read(digest);
  if (here && (await isRight(here))) return here;
  if (here) await kept.remove(digest);
  for (const cache of ['default', 'reload'] as const) {
    const bytes = await fetchFile(url, { ...options, cache });
    if (!bytes) return null;
    if (await isRight(bytes)) {
      await kept.write(digest, bytes);
      return bytes;
    }
  }
  throw new DownloadError(
    msg`${path} arrived twice with other content than this release was built with, so it is not used. The server has a damaged copy, or another release: reload the page, or ask who runs the server.`,
  );
}

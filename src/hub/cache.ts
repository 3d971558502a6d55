/** Cache of downloaded files between visits: one interface over the browser's storage and a folder. */

export interface CachedFile {
  key: string;
  bytes: number;
}

export interface FileCache {
  /** Null if there is no such file. */
  read(key: string): Promise<Uint8Array | null>;
  write(key: string, bytes: Uint8Array): Promise<void>;
  remove(key: string): Promise<void>;
  list(): Promise<CachedFile[]>;
}

/** A cache in memory, which lives as long as the object. */
export function memoryCache(): FileCache {
  const files = new Map<string, Uint8Array>();
  return {
    read: async (key) => files.get(key) ?? null,
    write: async (key, bytes) => void files.set(key, bytes),
    remove: async (key) => void files.delete(key),
    list: async () => [...files].map(([key, { byteLength }]) => ({ key, bytes: byteLength })),
  };
}

const cacheName = 'hub-files';
/** A key as an address that no request ever goes to. */
const addressOf = (key: string) => `https://cache.invalid/${encodeURIComponent(key)}`;
const keyOf = (address: string) => decodeURIComponent(new URL(address).pathname.slice(1));

/** The browser's Cache API, shared by the page and its workers. */
export function browserCache(): FileCache {
  const open = () => caches.open(cacheName);
  return {
    read: async (key) => {
      const response = await (await open()).match(addressOf(key));
      return response ? new Uint8Array(await response.arrayBuffer()) : null;
    },
    write: async (key, bytes) => {
      const headers = { 'content-length': String(bytes.byteLength), 'content-type': 'application/octet-stream' };
      await (await open()).put(addressOf(key), new Response(new Blob([new Uint8Array(bytes)]), { headers }));
    },
    remove: async (key) => void (await (await open()).delete(addressOf(key))),
    list: async () => {
      const cache = await open();
      const requests = await cache.keys();
      return Promise.all(
        requests.map(async ({ url }) => {
          const length = (await cache.match(url))?.headers.get('content-length');
          return { key: keyOf(url), bytes: Number(length ?? 0) };
        }),
      );
    },
  };
}

/** A repository's files in the cache, added up. */
export interface CachedRepo {
  /** "models/owner/name" or "datasets/owner/name" */
  name: string;
  files: number;
  bytes: number;
}

const repoOf = (key: string) => key.split('@')[0] ?? key;

/** Cached repositories, the largest first. */
export async function listRepos(cache: FileCache): Promise<CachedRepo[]> {
  const repos = new Map<string, CachedRepo>();
  for (const { key, bytes } of await cache.list()) {
    const name = repoOf(key);
    const repo = repos.get(name) ?? { name, files: 0, bytes: 0 };
    repos.set(name, { name, files: repo.files + 1, bytes: repo.bytes + bytes });
  }
  return [...repos.values()].sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}

/** Removes every file of a repository, whatever its commit, unfinished ones too. */
export async function removeRepo(cache: FileCache, name: string): Promise<void> {
  for (const { key } of await cache.list()) if (repoOf(key) === name) await cache.remove(key);
}

export interface StorageState {
  /** Bytes that this site uses, and may use; null where the browser does not report it. */
  used: number | null;
  quota: number | null;
  /** Whether the browser keeps the files even when its disk runs short. */
  persisted: boolean;
}

export async function storageState(): Promise<StorageState> {
  const { usage, quota } = await navigator.storage.estimate();
  return { used: usage ?? null, quota: quota ?? null, persisted: await navigator.storage.persisted() };
}

/** Asks the browser to keep the files; it may refuse. */
export const persistStorage = (): Promise<boolean> => navigator.storage.persist();

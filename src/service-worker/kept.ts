/** The page's own files in the browser's storage, by their content: what two releases share is there once. */

/** A file that the build wrote. */
export interface PageFile {
  bytes: number;
  /** SHA-256 in base64. */
  digest: string;
}

/** By their paths below the page's folder. */
export type PageFiles = Readonly<Record<string, PageFile>>;

const cacheName = 'page-files';
/** Files fetched at a time. */
const atOnce = 6;

/** A path belongs to the key, since the browser goes by the type that a file was served with. */
const keyOf = (path: string, { digest }: PageFile) =>
  `https://cache.invalid/${path}?${new URLSearchParams({ digest })}`;

async function keptKeys(): Promise<Set<string>> {
  const requests = await (await caches.open(cacheName)).keys();
  return new Set(requests.map(({ url }) => url));
}

/** A file of this release, if it is kept. */
export async function keptFile(files: PageFiles, path: string): Promise<Response | undefined> {
  const file = Object.hasOwn(files, path) ? files[path] : undefined;
  return file && (await caches.open(cacheName)).match(keyOf(path, file));
}

/**
 * Fetches and keeps the files that are not kept yet; the page itself comes last, so that it is never there without the
 * rest.
 * @throws where a file cannot be fetched, or is not what the build wrote
 */
export async function keepFiles(files: PageFiles, folder: string): Promise<void> {
  const kept = await caches.open(cacheName);
  const there = await keptKeys();
  const keep = async ([path, file]: [string, PageFile]) => {
    // The browser refuses what has another digest: a login page of the network, for one.
    const integrity = `sha256-${file.digest}`;
    // A name below assets/ changes with its content: what the page has just fetched is not fetched again.
    const cache = path.startsWith('assets/') ? 'default' : 'no-cache';
    const response = await fetch(new URL(path, folder), { integrity, cache });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    await kept.put(keyOf(path, file), response);
  };
  const missing = Object.entries(files).filter(([path, file]) => !there.has(keyOf(path, file)));
  const last = missing.filter(([path]) => path === 'index.html');
  const others = missing.filter(([path]) => path !== 'index.html');
  const lanes = Array.from({ length: atOnce }, async () => {
    for (let next = others.pop(); next; next = others.pop()) await keep(next);
  });
  await Promise.all(lanes);
  for (const each of last) await keep(each);
}

/** Bytes of a release's files, and of those that are kept. */
export async function keptOf(files: PageFiles): Promise<{ bytes: number; kept: number }> {
  const there = await keptKeys();
  const sum = (some: [string, PageFile][]) => some.reduce((total, [, { bytes }]) => total + bytes, 0);
  const all = Object.entries(files);
  return { bytes: sum(all), kept: sum(all.filter(([path, file]) => there.has(keyOf(path, file)))) };
}

/** Removes what other releases have kept. */
export async function removeOthers(files: PageFiles): Promise<void> {
  const cache = await caches.open(cacheName);
  const own = new Set(Object.entries(files).map(([path, file]) => keyOf(path, file)));
  for (const key of await keptKeys()) if (!own.has(key)) await cache.delete(key);
}

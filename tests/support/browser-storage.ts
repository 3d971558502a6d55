import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Page } from 'playwright';
import { tinyFolder } from './site.ts';

/** A page's browser storage, exported and imported: what an earlier version wrote, for this one to open. */

interface StoredDatabase {
  name: string;
  version: number;
  stores: { name: string; entries: { key: unknown; value: unknown }[] }[];
}

interface CachedResponse {
  url: string;
  headers: [string, string][];
  /** In base64, or "=" and the name of a file of the tests' tiny encoder. */
  body: string;
}

export interface BrowserStorage {
  databases: StoredDatabase[];
  caches: { name: string; entries: CachedResponse[] }[];
  local: [string, string][];
}

/** Both ways between stored values and JSON, as the page's own script: binary data is base64 behind a tag. */
const codec = `
const base64 = (bytes) => { let s = ''; for (let i = 0; i < bytes.length; i += 32768) s += String.fromCharCode(...bytes.subarray(i, i + 32768)); return btoa(s); };
const bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
async function encode(value) {
  if (value === undefined) return { $: 'undefined' };
  if (typeof value === 'number' && !Number.isFinite(value)) return { $: 'number', text: String(value) };
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Promise.all(value.map(encode));
  if (value instanceof Map) return { $: 'Map', entries: await encode([...value]) };
  if (value instanceof Blob) return { $: 'Blob', type: value.type, data: base64(new Uint8Array(await value.arrayBuffer())) };
  if (value instanceof ArrayBuffer) return { $: 'ArrayBuffer', data: base64(new Uint8Array(value)) };
  if (ArrayBuffer.isView(value)) return { $: value.constructor.name, data: base64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) };
  if (Object.getPrototypeOf(value) !== Object.prototype) throw new Error('cannot take out a ' + value.constructor.name);
  return Object.fromEntries(await Promise.all(Object.entries(value).map(async ([key, inner]) => [key, await encode(inner)])));
}
function decode(value) {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(decode);
  if (value.$ === 'undefined') return undefined;
  if (value.$ === 'number') return Number(value.text);
  if (value.$ === 'Map') return new Map(decode(value.entries));
  if (value.$ === 'Blob') return new Blob([bytesOf(value.data)], { type: value.type });
  if (value.$ === 'ArrayBuffer') return bytesOf(value.data).buffer;
  if (value.$) return new globalThis[value.$](bytesOf(value.data).buffer);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decode(inner)]));
}
const done = (request) => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error); request.onblocked = () => reject(new Error('blocked')); });
`;

const takeScript = `(async () => {${codec}
  const databases = [];
  for (const { name, version } of await indexedDB.databases()) {
    const db = await done(indexedDB.open(name));
    const stores = [];
    for (const store of db.objectStoreNames) {
      const [keys, values] = await Promise.all([done(db.transaction(store).objectStore(store).getAllKeys()), done(db.transaction(store).objectStore(store).getAll())]);
      const entries = [];
      for (const [i, key] of keys.entries()) entries.push({ key: await encode(key), value: await encode(values[i]) });
      stores.push({ name: store, entries });
    }
    db.close();
    databases.push({ name, version, stores });
  }
  const cached = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    const entries = [];
    for (const { url } of await cache.keys()) {
      const response = await cache.match(url);
      entries.push({ url, headers: [...response.headers], body: base64(new Uint8Array(await response.arrayBuffer())) });
    }
    cached.push({ name, entries });
  }
  return { databases, caches: cached, local: Object.entries(localStorage) };
})()`;

const putScript = (storage: BrowserStorage) => `(async () => {${codec}
  const storage = ${JSON.stringify(storage)};
  for (const { name, version, stores } of storage.databases) {
    const opening = indexedDB.open(name, version);
    opening.onupgradeneeded = () => { for (const store of stores) opening.result.createObjectStore(store.name); };
    const db = await done(opening);
    for (const store of stores) for (const { key, value } of store.entries) await done(db.transaction(store.name, 'readwrite').objectStore(store.name).put(decode(value), decode(key)));
    db.close();
  }
  for (const { name, entries } of storage.caches) {
    const cache = await caches.open(name);
    for (const { url, headers, body } of entries) await cache.put(url, new Response(new Blob([bytesOf(body)]), { headers }));
  }
  for (const [key, value] of storage.local) localStorage.setItem(key, value);
})()`;

const tinyFiles = readdirSync(tinyFolder).map((name) => ({
  name,
  data: readFileSync(`${tinyFolder}${name}`).toString('base64'),
}));

const mapBodies = (storage: BrowserStorage, change: (body: string) => string): BrowserStorage => ({
  ...storage,
  caches: storage.caches.map(({ name, entries }) => ({
    name,
    entries: entries.map((entry) => ({ ...entry, body: change(entry.body) })),
  })),
});

/** @returns all that the page's origin stores, gzipped; the tests' tiny encoder is named rather than written again */
export async function takeStorage(page: Page): Promise<Buffer> {
  const storage = await page.evaluate<BrowserStorage>(takeScript);
  const named = mapBodies(storage, (body) => {
    const file = tinyFiles.find(({ data }) => data === body);
    return file ? `=${file.name}` : body;
  });
  return gzipSync(JSON.stringify(named), { level: 9 });
}

/** Puts storage that `takeStorage` took into the origin of a page that does not use it: a file of the site, not the page itself. */
export async function putStorage(page: Page, taken: Buffer): Promise<void> {
  const named: BrowserStorage = JSON.parse(gunzipSync(taken).toString());
  const storage = mapBodies(named, (body) => {
    if (!body.startsWith('=')) return body;
    const file = tinyFiles.find(({ name }) => name === body.slice(1));
    if (!file) throw new Error(`The tests' tiny encoder has no ${body.slice(1)}.`);
    return file.data;
  });
  await page.evaluate(putScript(storage));
}

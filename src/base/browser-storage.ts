/** Small values that a browser stores between visits. Where it stores nothing for the page, there are none. */

const cacheName = 'bottleneck-remembered';
const addressOf = (name: string) => `/remembered/${encodeURIComponent(name)}`;

/**
 * The JSON value that was stored under a name in the Cache storage, which pages and workers share; of any form: the caller
 * must check it. Undefined where there is none.
 */
export async function getJson(name: string): Promise<unknown> {
  try {
    const found = await (await caches.open(cacheName)).match(addressOf(name));
    return await found?.json();
  } catch {
    // Storage switched off or damaged: as if nothing had been stored.
    return undefined;
  }
}

/** Stores a value that JSON can hold under a name; without storage it is lost, which costs time and nothing else. */
export async function putJson(name: string, value: unknown): Promise<void> {
  try {
    await (await caches.open(cacheName)).put(addressOf(name), Response.json(value));
  } catch {
    // See above.
  }
}

/** Storages of short texts, on pages alone. Where the page may store nothing, even naming them throws. */
type Area = 'localStorage' | 'sessionStorage';

/** The text under a key; null where there is none, or no storage. */
export function readText(area: Area, key: string): string | null {
  try {
    return globalThis[area].getItem(key);
  } catch {
    return null;
  }
}

/** Stores a text under a key; null removes it. Without storage, it holds for this visit alone. */
export function writeText(area: Area, key: string, text: string | null): void {
  try {
    if (text === null) globalThis[area].removeItem(key);
    else globalThis[area].setItem(key, text);
  } catch {
    // See above.
  }
}

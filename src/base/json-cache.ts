/** Small JSON values cached between visits in the browser's Cache storage, which pages and workers share. */

const cacheName = 'bottleneck-remembered';
const addressOf = (name: string) => `/remembered/${encodeURIComponent(name)}`;

/** The value that was stored under a name, of any form: the caller must check it. Undefined where there is none. */
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

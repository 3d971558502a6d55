/** Small facts kept between visits in the browser's Cache storage, which pages and workers share. */

const cacheName = 'bottleneck-remembered';
const addressOf = (name: string) => `/remembered/${encodeURIComponent(name)}`;

/** What was remembered under a name, of any form: whoever asks must check it. Undefined if nothing was, or nothing can be. */
export async function recall(name: string): Promise<unknown> {
  try {
    const found = await (await caches.open(cacheName)).match(addressOf(name));
    return await found?.json();
  } catch {
    // Storage switched off or damaged: as if nothing had been kept.
    return undefined;
  }
}

/** Remembers a value that JSON can hold; without storage it is forgotten, which costs time and nothing else. */
export async function remember(name: string, value: unknown): Promise<void> {
  try {
    await (await caches.open(cacheName)).put(addressOf(name), Response.json(value));
  } catch {
    // See above.
  }
}

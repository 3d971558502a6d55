import { get, put, written } from './storage.ts';

/** A browser may clear what a page stores when the disk runs short, unless it has agreed not to. */

const note = 'asked-to-persist';

async function ask(): Promise<void> {
  // Absent outside a secure context.
  if (!navigator.storage?.persist || (await navigator.storage.persisted())) return;
  // Some browsers ask the person: once is enough.
  if ((await get('notes', note)) !== undefined) return;
  await put('notes', note, true);
  await navigator.storage.persist();
}

/** Asks the browser to keep what the page stores, once something is worth it: a run's state, or own rows. To be called once. */
export function askToPersist(): void {
  let isAsked = false;
  written.listen(({ store, key }) => {
    if (isAsked || (store !== 'states' && !(store === 'notes' && key === 'own-rows'))) return;
    isAsked = true;
    // A browser that refuses by throwing is asked by the person, in "This device".
    void ask().catch(() => undefined);
  });
}

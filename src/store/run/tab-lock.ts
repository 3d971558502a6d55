/** What the tabs of this page have: a lock of each tab, by the id of its run or queue. Locks are absent outside a secure context. */

const prefix = 'bottleneck-run-';

/** Makes a hold on an id for this tab: as long as it has that, or until the next; null: none. */
function createHold(): (id: string | null) => void {
  let letGo: (() => void) | null = null;
  return (id) => {
    letGo?.();
    letGo = null;
    if (id === null) return;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    globalThis.navigator?.locks?.request(prefix + id, { mode: 'shared' }, () => held).catch(() => undefined);
  };
}

export const lockRun = createHold();
export const lockQueue = createHold();

/** Ids that a tab has; a tab that was closed has none. */
export async function heldIds(): Promise<string[]> {
  const { held = [] } = (await globalThis.navigator?.locks?.query()) ?? {};
  return held.flatMap(({ name }) => (name?.startsWith(prefix) ? [name.slice(prefix.length)] : []));
}

export const isHeld = async (id: string): Promise<boolean> => (await heldIds()).includes(id);

/** Does something with what all tabs write, while no other tab does. */
export async function tabAfterTab<T>(what: string, task: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks;
  return locks ? await locks.request(`bottleneck-note-${what}`, task) : await task();
}

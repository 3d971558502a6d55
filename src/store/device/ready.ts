import { createStore } from 'zustand/vanilla';
import { type Message, messageOf } from '../../base/message.ts';
import type { FileGroup } from '../../workers/offline/api.ts';
import { keepBuiltIn, listBuiltIn } from '../../workers/offline/client.ts';
import { pageState } from '../page/service-worker.ts';

/** What is kept for a room without network, and keeping the rest. */

interface ReadyState {
  /** The page itself, and the files that it brings along; null until they are looked through. */
  groups: FileGroup[] | null;
  /** Bytes that are kept, of all; null: nothing is under way. */
  progress: { received: number; total: number } | null;
  problem: Message | null;
}

export const readyStore = createStore<ReadyState>(() => ({ groups: null, progress: null, problem: null }));
const { getState, setState } = readyStore;

/** The page's own files, as one of the groups. */
async function pageGroup(verb: 'keep' | 'tell'): Promise<FileGroup[]> {
  const page = await pageState(verb);
  return page ? [{ name: 'page', bytes: page.bytes, kept: page.kept }] : [];
}

/** Looks at what is kept. */
export async function lookThroughKept(): Promise<void> {
  if (getState().progress) return;
  try {
    setState({ groups: [...(await pageGroup('tell')), ...(await listBuiltIn())] });
  } catch (error) {
    setState({ problem: messageOf(error) });
  }
}

/** Keeps all of it. */
export async function keepEverything(base: string): Promise<void> {
  setState({ progress: { received: 0, total: 0 }, problem: null });
  try {
    const page = await pageGroup('keep');
    setState({ groups: [...page, ...(await keepBuiltIn(base, (progress) => setState({ progress })))] });
    // Else the browser may clear it away when its disk runs short; it may refuse.
    await navigator.storage?.persist?.();
  } catch (error) {
    setState({ problem: messageOf(error) });
  } finally {
    setState({ progress: null });
  }
}

import { loadAdapters } from '../adapters/state.ts';
import { loadLessons } from '../lessons/state.ts';
import { loadQueue } from '../queue/state.ts';
import { loadRuns } from '../runs/state.ts';

/** Reads what earlier visits left, beside what this one has: its own records come before those of storage. */
export async function loadStored(): Promise<void> {
  await Promise.all([loadRuns(), loadAdapters(), loadLessons(), loadQueue()]);
}

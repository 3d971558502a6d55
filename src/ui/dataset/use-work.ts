import { useLayoutEffect, useState } from 'react';
import { doInSlices, type Work } from '../../base/work.ts';

interface Worked<T> {
  /** What the work came to, the last time that it ended; null: never yet. */
  value: T | null;
  /** Newer work is under way. */
  stale: boolean;
}

/**
 * Does work beside the page's drawing, anew whenever `begin` is another function; the work before is given up. What takes a
 * moment only is there before anything is drawn.
 */
export function useWork<T>(begin: () => Work<T>): Worked<T> {
  const [ended, setEnded] = useState<{ begin: () => Work<T>; value: T } | null>(null);
  useLayoutEffect(() => doInSlices(begin(), (value) => setEnded({ begin, value })), [begin]);
  return { value: ended?.value ?? null, stale: ended?.begin !== begin };
}

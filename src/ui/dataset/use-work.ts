import { useLayoutEffect, useState } from 'react';
import { doInSlices, type Work } from '../../base/work.ts';

interface Worked<T> {
  /** Result of the work that ended last; null: none has yet. */
  value: T | null;
  /** Whether newer work is under way. */
  stale: boolean;
}

/**
 * Does work beside the page's drawing, anew whenever `begin` is another function; the work before is cancelled. Work
 * that takes only a moment is done before anything is drawn.
 */
export function useWork<T>(begin: () => Work<T>): Worked<T> {
  const [ended, setEnded] = useState<{ begin: () => Work<T>; value: T } | null>(null);
  useLayoutEffect(() => doInSlices(begin(), (value) => setEnded({ begin, value })), [begin]);
  return { value: ended?.value ?? null, stale: ended?.begin !== begin };
}

import type { Work } from '../data/work.ts';

/** Long work on the page's own thread: a slice of it, then whatever else the page has to do. */

/** Milliseconds of the first slice: what is done by then is there at once. */
const firstSlice = 12;
/** Milliseconds of a later slice: beside it, a frame is drawn in time. */
const laterSlice = 6;

/**
 * Does work in slices, the first of them now.
 * @param done told what it comes to; before this returns, where the first slice is enough
 * @returns gives the work up
 */
export function doInSlices<T>(work: Work<T>, done: (value: T) => void): () => void {
  let next: ReturnType<typeof setTimeout> | undefined;
  const go = (time: number) => {
    const until = performance.now() + time;
    do {
      const step = work.next();
      if (step.done) return done(step.value);
    } while (performance.now() < until);
    next = setTimeout(go, 0, laterSlice);
  };
  go(firstSlice);
  return () => clearTimeout(next);
}

/**
 * Work that is done piece by piece: it yields whenever the page may draw in between, and returns its result. A caller
 * that gives up on it stops pulling.
 */
export type Work<T> = Generator<void, T, void>;

/** Rows in a piece: about a millisecond's work for ordinary texts. */
const rowsInPiece = 200;

/** Visits each item of a list, in pieces. */
export function* inPieces<T>(list: ArrayLike<T>, visit: (item: T, at: number) => void): Work<void> {
  for (let from = 0; from < list.length; from += rowsInPiece) {
    const to = Math.min(list.length, from + rowsInPiece);
    for (let i = from; i < to; i++) visit(list[i] as T, i);
    yield;
  }
}

/** The items for which `keep` is true, in order. */
export function* filterInPieces<T>(list: ArrayLike<T>, keep: (item: T, at: number) => boolean): Work<T[]> {
  const kept: T[] = [];
  yield* inPieces(list, (item, at) => {
    if (keep(item, at)) kept.push(item);
  });
  return kept;
}

/** The items as `change` maps them, in order. */
export function* mapInPieces<T, U>(list: ArrayLike<T>, change: (item: T, at: number) => U): Work<U[]> {
  const changed: U[] = [];
  yield* inPieces(list, (item, at) => {
    changed.push(change(item, at));
  });
  return changed;
}

/** Resolves after so many milliseconds. */
export const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Does all of it at once. */
export function finish<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Milliseconds of the first slice: work that ends within it is ready at once. */
const firstSlice = 12;
/** Milliseconds of a later slice: beside it, a frame is drawn in time. */
const laterSlice = 6;

/**
 * Does work in slices, the first of them now.
 * @param done receives the result; before this returns, where the first slice is enough
 * @returns cancels the work
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

/** Yields to waiting messages and drawing. By a channel, since timers are throttled in a hidden tab. */
export const yieldToPage = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });

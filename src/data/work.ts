/**
 * Work that is done piece by piece: it yields whenever the page may draw in between, and returns what it comes to. Who gives up
 * on it, asks for no more.
 */
export type Work<T> = Generator<void, T, void>;

/** Rows of a piece: of ordinary texts about a millisecond's work. */
const rowsInPiece = 200;

/** Visits each item of a list, in pieces. */
export function* inPieces<T>(list: ArrayLike<T>, visit: (item: T, at: number) => void): Work<void> {
  for (let from = 0; from < list.length; from += rowsInPiece) {
    const to = Math.min(list.length, from + rowsInPiece);
    for (let i = from; i < to; i++) visit(list[i] as T, i);
    yield;
  }
}

/** The items that are to be kept, in order. */
export function* filterInPieces<T>(list: ArrayLike<T>, keep: (item: T, at: number) => boolean): Work<T[]> {
  const kept: T[] = [];
  yield* inPieces(list, (item, at) => {
    if (keep(item, at)) kept.push(item);
  });
  return kept;
}

/** What each item becomes, in order. */
export function* mapInPieces<T, U>(list: ArrayLike<T>, change: (item: T, at: number) => U): Work<U[]> {
  const changed: U[] = [];
  yield* inPieces(list, (item, at) => {
    changed.push(change(item, at));
  });
  return changed;
}

/** Does all of it at once. */
export function finish<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/**
 * Creates a throttle: a function that says whether it is time again, at most once in an interval.
 * @param interval milliseconds
 * @param leading whether the first call says yes; otherwise the first interval begins now
 */
export function createThrottle(interval: number, leading = true): () => boolean {
  let last = leading ? Number.NEGATIVE_INFINITY : performance.now();
  return () => {
    const now = performance.now();
    if (now - last < interval) return false;
    last = now;
    return true;
  };
}

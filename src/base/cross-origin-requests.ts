/** Requests of this page or worker to any other origin, as the browser itself records them. */

/**
 * Reports the addresses of requests that left for another origin, from now on and before; no blob and data addresses.
 * @param home the page's own origin
 * @returns reports what was recorded and not yet reported: for a worker that is about to end
 */
export function watchCrossOriginRequests(home: string, tell: (urls: string[]) => void): () => void {
  const report = (entries: readonly PerformanceEntry[]) => {
    const urls = entries.map(({ name }) => name).filter((name) => isCrossOrigin(name, home));
    if (urls.length > 0) tell(urls);
  };
  const observer = new PerformanceObserver((list) => report(list.getEntries()));
  observer.observe({ type: 'resource', buffered: true });
  return () => report(observer.takeRecords());
}

function isCrossOrigin(address: string, home: string): boolean {
  const { protocol, origin } = new URL(address, home);
  return /^(https?|wss?):$/.test(protocol) && origin !== home;
}

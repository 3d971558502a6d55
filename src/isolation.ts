/**
 * Cross-origin isolation, without which WASM has one thread. Most hosts can send the headers for it; where one does not,
 * the service worker adds them from the second loading of the page on.
 */

import { startServiceWorker } from './store/page/service-worker.ts';

/** Set while the page is loaded anew for its isolation: once is enough, whatever comes of it. */
const reloadKey = 'bottleneck.isolating';

/** The page does not wait longer than this for more threads, in milliseconds. */
const patience = 3000;

async function serviceWorkerReady(address: string): Promise<void> {
  await startServiceWorker(address);
  await navigator.serviceWorker.ready;
}

const after = (milliseconds: number) =>
  new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), milliseconds));

/** Loads the page anew; resolves only if nothing comes of that. */
async function loadAnew(): Promise<void> {
  sessionStorage.setItem(reloadKey, 'true');
  location.reload();
  await after(patience);
}

/**
 * Isolates the page where it is not and can be. To be awaited before anything begins that a reload would lose.
 * Never throws: without isolation there is one thread.
 * @param address the page's
 */
export async function isolatePage(address: string): Promise<void> {
  try {
    if (crossOriginIsolated) return sessionStorage.removeItem(reloadKey);
    // Inside another page, that page decides.
    if (window.top !== window || !('serviceWorker' in navigator)) return;
    if (navigator.serviceWorker.controller || sessionStorage.getItem(reloadKey)) return;
    const first = await Promise.race([serviceWorkerReady(address), after(patience)]);
    if (first !== 'late') await loadAnew();
  } catch {
    // Storage or service workers are not allowed here.
  }
}

import { createStore } from 'zustand/vanilla';
import type { PageState, ServiceWorkerVerb } from '../../service-worker/api.ts';
import { encoderLoaded } from '../encoder/state.ts';

/** The page's end of the service worker: it keeps the page for visits without a network, and a new release waits there. */

interface ReleaseState {
  /** A new release that has all its files; null: there is none. */
  waiting: ServiceWorker | null;
  /** Other tabs of this page, which it cannot take over from. */
  otherTabs: number;
}

export const releaseStore = createStore<ReleaseState>(() => ({ waiting: null, otherTabs: 0 }));
const { getState, setState } = releaseStore;

/** A new release is looked for this often, in milliseconds. */
const lookInterval = 3_600_000;
/** The page is kept no later than this after its start, in milliseconds, even where no encoder comes. */
const latest = 20_000;

/** Starts the service worker. It reaches the page's own folder and what lies in it. */
export const startServiceWorker = (address: string): Promise<ServiceWorkerRegistration> =>
  navigator.serviceWorker.register(new URL('service-worker.js', address), { updateViaCache: 'none' });

/** What a service worker answers. */
const ask = (worker: ServiceWorker, verb: ServiceWorkerVerb): Promise<PageState> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => {
      port1.close();
      resolve(data);
    };
    worker.postMessage(verb, [port2]);
  });

function noteWaiting({ waiting, active }: ServiceWorkerRegistration): void {
  setState({ waiting: active ? waiting : null });
}

function watchReleases(registration: ServiceWorkerRegistration): void {
  const follow = () => registration.installing?.addEventListener('statechange', () => noteWaiting(registration));
  noteWaiting(registration);
  // One that the browser has found on its own may be on its way already.
  follow();
  registration.addEventListener('updatefound', follow);
  // Without a network there is nothing new.
  const look = () => registration.update().catch(() => {});
  void look();
  setInterval(look, lookInterval);
}

/** When the page has what it needs for itself. */
const settled = () =>
  new Promise<void>((resolve) => {
    encoderLoaded.listen(() => resolve());
    setTimeout(resolve, latest);
  });

/**
 * Keeps the page for visits without a network, once it has started, and looks for new releases. Never throws: a browser
 * that does not allow it opens the page from the network alone.
 * @param address the page's
 */
export async function keepPage(address: string): Promise<void> {
  // Inside another page, that page decides.
  if (!('serviceWorker' in navigator) || window.top !== window) return;
  try {
    await settled();
    watchReleases(await startServiceWorker(address));
    const { active } = await navigator.serviceWorker.ready;
    if (active) await ask(active, 'keep');
  } catch {
    // Storage or service workers are not allowed here.
  }
}

/** How much of this release is kept; null without a service worker. `keep`: fetches what is missing before. */
export async function pageState(verb: 'keep' | 'tell'): Promise<PageState | null> {
  const active = navigator.serviceWorker?.controller;
  return active ? ask(active, verb) : null;
}

/** Loads the page anew with the release that waits; where other tabs are open, it only says so. */
export async function takeNewRelease(): Promise<void> {
  const { waiting } = getState();
  if (!waiting) return;
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
  const { tabs } = await ask(waiting, 'take over');
  setState({ otherTabs: tabs - 1 });
}

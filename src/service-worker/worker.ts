import builtIn from 'virtual:built-in-files';
import page from 'virtual:page-files';
import { removeOutdated } from '../workers/offline/checked.ts';
import type { PageState } from './api.ts';
import { keepFiles, keptFile, keptOf, removeOthers } from './kept.ts';
import { filePolicy, isolation } from './policy.ts';
import type { ServiceWorkerScope } from './scope.ts';

/**
 * Stands between the page and the network. It isolates the page where the host does not, and opens it without a network:
 * all files of a release are kept together, and the release before stays until its last tab is closed.
 */

declare const self: ServiceWorkerScope;

const { scope } = self.registration;
const isolating = ['document', 'worker', 'sharedworker'];

function isolated(response: Response, destination: RequestDestination): Response {
  // A redirection is followed by the browser: what it leads to comes by here again.
  if (response.type === 'opaqueredirect' || !isolating.includes(destination)) return response;
  const { body, status, statusText } = response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(isolation)) headers.set(name, value);
  // A document brings its own along.
  if (destination !== 'document') headers.set('Content-Security-Policy', filePolicy);
  return new Response(body, { status, statusText, headers });
}

/** The path of one of the page's files below its folder; the page itself goes by the folder's name, too. */
const pathOf = (url: string) => url.replace(/[?#].*/, '').slice(scope.length) || 'index.html';

async function answer(request: Request, path: string): Promise<Response> {
  const kept = await keptFile(page, path);
  return isolated(kept ?? (await fetch(request)), request.destination);
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(scope)) return;
  const path = pathOf(request.url);
  if (Object.hasOwn(page, path) || isolating.includes(request.destination)) event.respondWith(answer(request, path));
});

self.addEventListener('install', (event) => {
  // The first of all isolates the page at once, and keeps it when asked; a later one is complete before it may take over.
  if (self.registration.active) event.waitUntil(keepFiles(page, scope));
});

self.addEventListener('activate', (event) => {
  // The page that has just been opened for the first time is served from now on, too.
  event.waitUntil(Promise.all([removeOthers(page), removeOutdated(builtIn), self.clients.claim()]));
});

async function stateOf(): Promise<PageState> {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  return { ...(await keptOf(page)), tabs: windows.filter(({ url }) => url.startsWith(scope)).length };
}

/** Carries out what a page asks, and answers how things stand. */
async function carryOut(verb: unknown): Promise<PageState> {
  // A file that cannot be fetched now is fetched at the next visit.
  if (verb === 'keep') await keepFiles(page, scope).catch(() => {});
  const state = await stateOf();
  // Other tabs still need the files of their own release.
  if (verb === 'take over' && state.tabs <= 1) await self.skipWaiting();
  return state;
}

self.addEventListener('message', (event) => {
  const [port] = event.ports;
  event.waitUntil(carryOut(event.data).then((state) => port?.postMessage(state)));
});

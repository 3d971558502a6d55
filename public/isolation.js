/**
 * A service worker for hosts that send no headers of their own: it adds those that isolate the page from other origins,
 * which WASM needs for threads. Only documents and workers carry them; everything else goes past it, and nothing is kept:
 * a new release is there at the next visit.
 */

const isolating = ['document', 'worker', 'sharedworker'];

const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

async function isolated(request) {
  const response = await fetch(request);
  // A redirection is followed by the browser: what it leads to comes by here again.
  if (response.type === 'opaqueredirect') return response;
  const { body, status, statusText } = response;
  const all = new Headers(response.headers);
  for (const [name, value] of Object.entries(headers)) all.set(name, value);
  return new Response(body, { status, statusText, headers: all });
}

self.addEventListener('install', () => self.skipWaiting());

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (!isolating.includes(request.destination)) return;
  if (new URL(request.url).origin !== self.location.origin) return;
  event.respondWith(isolated(request));
});

/** What a browser is told about the page: where anything may come from, and nothing beyond. */

/** Both together isolate the page from other origins, without which WASM has no threads. */
export const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/**
 * For every file of the page, workers above all, which heed no other. Scripts, styles and workers are files of the page;
 * `wasm-unsafe-eval` lets onnxruntime compile its WASM, and runs no text as a script. Pictures are drawn from the page's own
 * charts (data: and blob:). Data may be fetched from any secure server, and from this computer: the Hub sends files by way
 * of hosts that it names anew each time, and a person may type in the address of a mirror (elsewhere only with https).
 */
export const filePolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self' https: http://localhost:* http://127.0.0.1:*",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/**
 * For the page itself: what becomes a script goes by src/trusted-types.ts, too. Not for workers: onnxruntime starts its
 * threads from a plain address.
 */
export const pagePolicy = `${filePolicy}; require-trusted-types-for 'script'; trusted-types default`;

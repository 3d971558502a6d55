import type { Plugin } from 'vite';
import { pagePolicy } from '../../src/service-worker/policy.ts';

/** Writes the page's policy into its head: it holds on every host, whatever headers that sends. */
export const policyPlugin = (): Plugin => ({
  name: 'policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: pagePolicy },
      // Before anything that it is about.
      injectTo: 'head-prepend',
    },
  ],
});

const config = '__zod_globalConfig = {}';

/**
 * Has zod check without compiling: it tries out whether text may be run as a script as soon as there is a schema, and a
 * policy reports each attempt.
 */
export const withoutEvalPlugin = (): Plugin => ({
  name: 'without-eval',
  apply: 'build',
  transform: {
    filter: { id: /zod\/v4\/core\/core\.js$/ },
    handler(code) {
      if (!code.includes(config)) throw new Error('zod keeps its configuration elsewhere');
      return code.replace(config, '__zod_globalConfig = { jitless: true }');
    },
  },
});

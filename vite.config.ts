import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Cross-origin isolation: without it WASM has no threads. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  // Relative, so that the built folder works under any path.
  base: './',
  plugins: [react()],
  // Only the worker imports these: found late, they would reload the page while it trains.
  optimizeDeps: { include: ['zod', '@huggingface/tokenizers', 'papaparse'] },
  worker: { format: 'es' },
  build: { target: 'esnext' },
  server: { headers },
  preview: { headers },
});

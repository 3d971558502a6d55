import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { crossOriginIsolation as headers } from './scripts/support/headers.ts';

export default defineConfig({
  // Relative, so that the built folder works under any path.
  base: './',
  plugins: [react()],
  // Only workers import these: found late, they would reload the page while it trains.
  optimizeDeps: {
    include: [
      'zod',
      'fflate',
      '@huggingface/hub',
      '@huggingface/tokenizers',
      'papaparse',
      'hyparquet',
      'hyparquet-compressors',
      ...['column', 'datapage', 'schema', 'thrift'].map((part) => `hyparquet/src/${part}.js`),
      'onnx-proto',
      'onnxruntime-web/wasm',
    ],
  },
  worker: { format: 'es' },
  build: { target: 'esnext' },
  server: { headers },
  preview: { headers },
});

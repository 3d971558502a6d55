import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { crossOriginIsolation as headers } from './scripts/support/headers.ts';
import { lateImports } from './scripts/support/late-imports.ts';

export default defineConfig({
  // Relative, so that the built folder works under any path.
  base: './',
  plugins: [react()],
  optimizeDeps: { include: lateImports },
  worker: { format: 'es' },
  build: { target: 'esnext' },
  server: { headers },
  preview: { headers },
});

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { builtInFilesPlugin } from './commands/site/built-in-files.ts';
import { crossOriginIsolation as headers } from './commands/support/headers.ts';
import { lateImports } from './commands/support/late-imports.ts';

export default defineConfig({
  // Relative, so that the built folder works under any path.
  base: './',
  plugins: [react(), builtInFilesPlugin()],
  optimizeDeps: { include: lateImports },
  worker: {
    format: 'es',
    plugins: () => [builtInFilesPlugin()],
    // Every worker's entry is called worker.ts: its folder tells which.
    rolldownOptions: {
      output: {
        entryFileNames: ({ facadeModuleId }) =>
          `assets/${/workers\/(\w+)\/worker\.ts/.exec(facadeModuleId ?? '')?.[1] ?? '[name]'}.worker-[hash].js`,
      },
    },
  },
  // One style sheet, there from the start: a view fetched later needs nothing else to look right.
  build: { target: 'esnext', cssCodeSplit: false },
  server: { headers },
  preview: { headers },
});

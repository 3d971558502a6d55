import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { builtInFilesPlugin } from './commands/site/built-in-files.ts';
import { policyPlugin, withoutEvalPlugin } from './commands/site/policy.ts';
import { serviceWorkerPlugin } from './commands/site/service-worker.ts';
import { socialPlugin } from './commands/site/social.ts';
import { themePlugin } from './commands/site/theme.ts';
import { lateImports } from './commands/support/late-imports.ts';
import { filePolicy, isolation } from './src/service-worker/policy.ts';
import { theme } from './src/ui/theme.ts';

export default defineConfig({
  // Relative, so that the built folder works under any path.
  base: './',
  plugins: [
    react(),
    themePlugin(theme),
    builtInFilesPlugin(),
    policyPlugin(),
    socialPlugin(),
    withoutEvalPlugin(),
    serviceWorkerPlugin(),
  ],
  optimizeDeps: { include: lateImports },
  worker: {
    format: 'es',
    plugins: () => [builtInFilesPlugin(), withoutEvalPlugin()],
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
  server: { headers: isolation },
  preview: { headers: { ...isolation, 'Content-Security-Policy': filePolicy } },
});

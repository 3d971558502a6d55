import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { builtInFilesPlugin } from './commands/site/built-in-files.ts';
import { chromiumArgs, findChromium } from './commands/support/chromium.ts';
import { lateImports } from './commands/support/late-imports.ts';
import { isolation } from './src/service-worker/policy.ts';

const executablePath = findChromium();

/** What runs in Chromium comes after the rest, one file at a time, kernels and pages side by side. */
const sideBySide = { groupOrder: 1 };
/** And after that what compares times. */
const alone = { groupOrder: 2 };

/** The page as a person uses it, in the built site. */
const onPage = (name: string, include: string, testTimeout: number, sequence: { groupOrder: number }) => ({
  test: {
    name,
    include: [include],
    testTimeout,
    sequence,
    globalSetup: 'tests/support/build-site.ts',
    // The page works on the same processor as the test.
    expect: { poll: { timeout: 15_000 } },
    environment: 'node' as const,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});

/** WebGPU in Chromium: a GPU or SwiftShader, never skipped. */
const inChromium = (name: string, include: string, testTimeout: number) => ({
  optimizeDeps: { include: [...lateImports, 'zustand/vanilla'] },
  server: { headers: isolation },
  test: {
    name,
    include: [include],
    testTimeout,
    hookTimeout: 120_000,
    fileParallelism: false,
    sequence: sideBySide,
    // One page for all files, and in it one GPU device: tests/support/gpu.ts.
    isolate: false,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: { args: chromiumArgs, ...(executablePath ? { executablePath } : {}) },
      }),
      instances: [{ browser: 'chromium' as const }],
    },
  },
});

/**
 * Three projects: plain Node, WebGPU in Chromium (a GPU or SwiftShader; never skipped), and the page as a person uses it.
 * `long` and `long-gpu` take too long for every change (`npm run test:long`), `hours` and `hours-gpu` for every landing
 * (`npm run test:hours`).
 */
export default defineConfig({
  test: {
    projects: [
      {
        plugins: [builtInFilesPlugin()],
        test: {
          name: 'node',
          environment: 'node',
          include: [
            'tests/*.test.ts',
            'tests/{base,reference,model,data,files,hub,training,store,ui,workers,commands}/**/*.test.ts',
          ],
          testTimeout: 60_000,
          // CommonJS under the name of a module: Node alone cannot load it.
          server: { deps: { inline: ['wgsl_reflect'] } },
        },
      },
      inChromium('gpu', 'tests/{browser,gpu,ops,webgpu,onnx,golden}/**/*.test.ts', 120_000),
      onPage('e2e', 'tests/e2e/**/*.test.ts', 300_000, sideBySide),
      onPage('long', 'tests/long/*.test.ts', 600_000, alone),
      inChromium('long-gpu', 'tests/long/gpu/**/*.test.ts', 1_800_000),
      onPage('hours', 'tests/hours/*.test.ts', 1_800_000, alone),
      inChromium('hours-gpu', 'tests/hours/gpu/**/*.test.ts', 1_800_000),
    ],
  },
});

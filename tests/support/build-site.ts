import { build } from 'vite';

/** Folder that the page for the tests is built in and, below that, its sub-path. */
export const siteFolder = 'node_modules/.e2e';
export const sitePath = 'some/path';

/** Builds the page, once for all tests that visit it. */
export async function setup(): Promise<void> {
  const { NODE_ENV } = process.env;
  // Vitest names its own; with that, React would come as it is for development, several times slower.
  process.env.NODE_ENV = 'production';
  await build({ logLevel: 'error', build: { outDir: `${siteFolder}/${sitePath}`, emptyOutDir: true } });
  process.env.NODE_ENV = NODE_ENV;
}

import { build } from 'vite';

/** Where the page that the tests visit is built, and below that, its sub-path. */
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

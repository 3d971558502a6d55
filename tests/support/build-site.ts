import { cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import { retiredEncoder, usualEncoders } from '../../src/data/built-in/tasks.ts';

/** Folder that the page for the tests is built in. */
export const siteFolder = 'node_modules/.e2e';
/** And below that: the page as it is, and one whose built-in encoder is the tests' tiny one, under the same name. */
export const sitePaths = { 'built-in': 'some/path', tiny: 'some/tiny' } as const;

export const tinyFolder = fileURLToPath(new URL('../golden/models/tiny/', import.meta.url));
const tinyPublic = 'node_modules/.e2e-public';

/** Builds a release of the page. */
export async function buildSite(path: string, publicDir: string, plugins: Plugin[] = []): Promise<void> {
  const { NODE_ENV } = process.env;
  // Vitest names its own; with that, React would come as it is for development, several times slower.
  process.env.NODE_ENV = 'production';
  await build({ logLevel: 'error', publicDir, plugins, build: { outDir: `${siteFolder}/${path}`, emptyOutDir: true } });
  process.env.NODE_ENV = NODE_ENV;
}

/** The page's public folder, with the tiny encoder in the place of the one that it begins with, and of the retired one. */
export function makeTinyPublic(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  cpSync('public', folder, { recursive: true });
  for (const name of [usualEncoders.en.name, retiredEncoder]) {
    const encoder = `${folder}/models/${name}`;
    rmSync(encoder, { recursive: true });
    cpSync(tinyFolder, encoder, { recursive: true });
  }
}

/** Builds the page, once for all tests that visit it. */
export async function setup(): Promise<void> {
  makeTinyPublic(tinyPublic);
  await buildSite(sitePaths['built-in'], 'public');
  await buildSite(sitePaths.tiny, tinyPublic);
}

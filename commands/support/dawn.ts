import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';
import { CommandError, type Host } from './command.ts';

/** Dawn in Node: npm `webgpu` and bundles of our own that run beside it, all in the ignored folder .gpu/. */

/** Dawn's version: others would compile kernels differently. */
const dawnVersion = '0.6.2';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const dawnFolder = join(root, '.gpu');
export const dawnPlugin = join(dawnFolder, 'node_modules/webgpu');

function installedVersion(): string | null {
  try {
    return JSON.parse(readFileSync(join(dawnPlugin, 'package.json'), 'utf8')).version;
  } catch {
    return null;
  }
}

/**
 * Fetches Dawn's plug-in, 150 MB for all systems together, where it is not there yet.
 * @throws CommandError
 */
export function ensureDawn(): void {
  if (installedVersion() === dawnVersion) return;
  mkdirSync(dawnFolder, { recursive: true });
  // A package of its own, so that npm leaves ours alone.
  writeFileSync(join(dawnFolder, 'package.json'), '{ "private": true }\n');
  const name = `webgpu@${dawnVersion}`;
  console.log(`Fetching Dawn (npm ${name}) into .gpu/ …`);
  try {
    const args = ['install', '--no-audit', '--no-fund', '--no-progress', '--ignore-scripts', name];
    execFileSync('npm', args, { cwd: dawnFolder, stdio: ['ignore', 'ignore', 'inherit'] });
  } catch {
    throw new CommandError(`Dawn (npm ${name}) could not be fetched. Run this once where npm reaches its registry.`);
  }
}

/** Packages that are not bundled: nothing loads them on Dawn, as the second engine needs a browser. */
const leftOut = ['onnxruntime-web', '@jax-js/jax'];

/**
 * Bundles a module with all that it imports, shaders included, into .gpu/NAME.mjs.
 * @param entry from the project's root
 * @returns the file's path
 */
export async function bundle(entry: string, name: string): Promise<string> {
  // Two commands at a time may bundle: each writes a file of its own, and renames it when it is whole.
  const draft = `${name}.${process.pid}.mjs`;
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: join(root, entry),
      outDir: dawnFolder,
      emptyOutDir: false,
      copyPublicDir: false,
      minify: false,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: draft, codeSplitting: false } },
    },
    ssr: { noExternal: true, external: leftOut },
  });
  const file = join(dawnFolder, `${name}.mjs`);
  await rename(join(dawnFolder, draft), file);
  return file;
}

type InNode = typeof import('./in-node.ts');

/** `Host` in this process, on Dawn. */
export const runOnDawn: Host = async (page, name, argument, mounts, options) => {
  ensureDawn();
  const file = await bundle('commands/support/in-node.ts', 'in-node');
  const { runHere }: InNode = await import(pathToFileURL(file).href);
  return runHere(page, name, argument, mounts, [], options);
};

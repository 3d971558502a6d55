import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin, type Rolldown } from 'vite';
import type { PageFile } from '../../src/service-worker/kept.ts';
import { builtInFilesPlugin } from './built-in-files.ts';
import { picture } from './social.ts';

/** Builds the service worker, with the list of all files that the page consists of. */

const source = fileURLToPath(new URL('../../src/service-worker/worker.ts', import.meta.url));
const name = 'virtual:page-files';

/**
 * Built-in encoders and tasks are kept when they are used, and so is onnxruntime: 14 MB that a GPU has no use for. The picture
 * is for those who post a link.
 */
const isPage = (path: string) =>
  path !== picture.file && !/^(models|datasets)\/|\.wasm$|^service-worker\.js$/.test(path);

/** The page's files, as they lie in the built folder: nothing changes them any more. */
function pageFiles(folder: string): Record<string, PageFile> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .flatMap((entry) =>
      entry.isFile() ? [relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/')] : [],
    )
    .filter(isPage);
  const describe = (content: Uint8Array): PageFile => ({
    bytes: content.byteLength,
    digest: createHash('sha256').update(content).digest('base64'),
  });
  return Object.fromEntries(paths.sort().map((path) => [path, describe(readFileSync(join(folder, path)))]));
}

async function buildWorker(files: Record<string, PageFile>, publicDir: string): Promise<string> {
  const listPlugin: Plugin = {
    name: 'page-files',
    resolveId: (id) => (id === name ? `\0${name}` : null),
    load: (id) => (id === `\0${name}` ? `export default ${JSON.stringify(files)};` : null),
  };
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    publicDir,
    plugins: [listPlugin, builtInFilesPlugin()],
    build: {
      write: false,
      copyPublicDir: false,
      target: 'esnext',
      rolldownOptions: { input: source, output: { format: 'iife' } },
    },
  });
  const [output] = (Array.isArray(built) ? built : [built]) as Rolldown.RolldownOutput[];
  const [chunk] = output?.output ?? [];
  if (!chunk) throw new Error('the service worker was not built');
  return chunk.code;
}

/** Writes service-worker.js beside index.html. */
export function serviceWorkerPlugin(): Plugin {
  let publicFolder = '';
  return {
    name: 'service-worker',
    apply: 'build',
    enforce: 'post',
    configResolved: ({ publicDir }) => {
      publicFolder = publicDir;
    },
    async writeBundle({ dir = '' }) {
      writeFileSync(join(dir, 'service-worker.js'), await buildWorker(pageFiles(dir), publicFolder));
    },
  };
}

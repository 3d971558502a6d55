import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin, type Rolldown } from 'vite';
import type { PageFile } from '../../src/service-worker/kept.ts';
import { builtInFilesPlugin } from './built-in-files.ts';

/** Builds the service worker, with the list of all files that the page consists of. */

const source = fileURLToPath(new URL('../../src/service-worker/worker.ts', import.meta.url));
const name = 'virtual:page-files';

const describe = (content: Uint8Array | string): PageFile => ({
  bytes: Buffer.byteLength(content),
  digest: createHash('sha256').update(content).digest('base64'),
});

/** Built-in encoders and tasks are kept when they are used, and so is onnxruntime: 14 MB that a GPU has no use for. */
const isPage = (path: string) => !/\.wasm$/.test(path);

/** Files beside the page, in its public folder itself. */
const besides = (folder: string) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));

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
    async generateBundle(_, bundle) {
      // The page's own workers are built by themselves.
      if (!bundle['index.html']) return;
      const written = Object.entries(bundle).map(
        ([path, file]) => [path, file.type === 'chunk' ? file.code : file.source] as const,
      );
      const beside = besides(publicFolder).map((path) => [path, readFileSync(join(publicFolder, path))] as const);
      const all = [...written, ...beside].filter(([path]) => isPage(path)).sort(([a], [b]) => (a < b ? -1 : 1));
      const files = Object.fromEntries(all.map(([path, content]) => [path, describe(content)]));
      const code = await buildWorker(files, publicFolder);
      this.emitFile({ type: 'asset', fileName: 'service-worker.js', source: code });
    },
  };
}

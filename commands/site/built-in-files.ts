import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Plugin } from 'vite';
import type { BuiltInFile } from '../../src/workers/offline/checked.ts';

/** The files that the page brings along, with their digests: compiled into whoever reads them. */

const name = 'virtual:built-in-files';
const folders = ['models', 'datasets'];

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function describe(file: string): BuiltInFile {
  const content = readFileSync(file);
  // A server may unpack a file on its way.
  const digests = file.endsWith('.gz') ? [digest(content), digest(gunzipSync(content))] : [digest(content)];
  return { bytes: content.byteLength, digests };
}

/** Every built-in file below a public folder, by its path there, and onnxruntime's WASM. */
function builtInFiles(publicFolder: string): Record<string, BuiltInFile> {
  const paths = folders.flatMap((folder) =>
    readdirSync(join(publicFolder, folder), { recursive: true, withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
    ),
  );
  const wasm = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm');
  return Object.fromEntries([
    ...paths.sort().map((path) => [path.slice(publicFolder.length + 1).replaceAll('\\', '/'), describe(path)]),
    ['ort-wasm-simd-threaded.wasm', describe(wasm)],
  ]);
}

/** Offers `virtual:built-in-files`. */
export function builtInFilesPlugin(): Plugin {
  let publicFolder = '';
  return {
    name: 'built-in-files',
    configResolved: ({ publicDir }) => {
      publicFolder = publicDir;
    },
    resolveId: (id) => (id === name ? `\0${name}` : null),
    load: (id) => (id === `\0${name}` ? `export default ${JSON.stringify(builtInFiles(publicFolder))};` : null),
  };
}

import { readFile } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { openDawn } from '../../src/gpu/dawn.ts';
import type { HostOptions, Mounts } from './command.ts';
import { writeWhole } from './out-folder.ts';
import { setFiles } from './page/files.ts';
import { askToStop } from './page/stop.ts';
import type { ArgumentOf, FunctionOf, Page, Pages, ResultOf } from './pages.ts';

/** Page modules in Node, on Dawn. Bundled by commands/support/dawn.ts. */

const modules: { [P in Page]?: () => Promise<Pages[P]> } = {
  'bench/page.ts': () => import('../bench/page.ts'),
  'bench/page-start.ts': () => import('../bench/page-start.ts'),
  'bench-kernels/page.ts': () => import('../bench-kernels/page.ts'),
  'train/page.ts': () => import('../train/page.ts'),
  'verify/page.ts': () => import('../verify/page.ts'),
};

/** A file of a folder; null outside it. */
function inside(folder: string | undefined, path: string): string | null {
  if (folder === undefined) return null;
  const file = resolve(folder, path);
  return file.startsWith(resolve(folder) + sep) ? file : null;
}

function openFolders(mounts: Mounts): void {
  setFiles({
    async read(name, path) {
      const file = inside(mounts[name], path);
      if (!file) return null;
      const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'EISDIR') return null;
        throw error;
      });
      // Not a view: readers make typed arrays over the whole buffer.
      return bytes && new Uint8Array(bytes);
    },
    async write(path, body, previous) {
      const file = inside(mounts.out, path);
      if (!file) throw new Error(`${path} could not be written.`);
      await writeWhole(file, body, previous);
    },
  });
}

/** `Host` in this process, on Dawn with these options. */
export async function runHere<P extends Page, Name extends FunctionOf<P>>(
  page: P,
  name: Name,
  argument: ArgumentOf<P, Name>,
  mounts: Mounts,
  options: readonly string[] = [],
  { stop }: HostOptions = {},
): Promise<ResultOf<P, Name>> {
  const { release } = await openDawn(options);
  if (stop?.aborted) askToStop();
  stop?.addEventListener('abort', askToStop);
  try {
    openFolders(mounts);
    const module = await modules[page]?.();
    if (!module) throw new Error(`${page} does not run on Dawn.`);
    const called = module[name] as (argument: ArgumentOf<P, Name>) => Promise<ResultOf<P, Name>>;
    return await called(argument);
  } finally {
    release();
  }
}

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { openDawn } from '../../src/gpu/dawn.ts';
import { setFiles } from './page/files.ts';

/** Page modules in Node, on Dawn. Bundled by commands/support/dawn.ts. */

const modules: Record<string, () => Promise<object>> = {
  '/commands/bench/page.ts': () => import('../bench/page.ts'),
  '/commands/verify/page.ts': () => import('../verify/page.ts'),
  '/commands/train/page.ts': () => import('../train/page.ts'),
  '/commands/bench/page-start.ts': () => import('../bench/page-start.ts'),
  '/commands/bench-kernels/page.ts': () => import('../bench-kernels/page.ts'),
};

/** A file of a folder; null outside it. */
function inside(folder: string | undefined, path: string): string | null {
  if (folder === undefined) return null;
  const file = resolve(folder, path);
  return file.startsWith(resolve(folder) + sep) ? file : null;
}

function openFolders(mounts: Record<string, string>): void {
  setFiles({
    async read(name, path) {
      const file = inside(mounts[name], path);
      if (!file) return null;
      const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'EISDIR') return null;
        throw error;
      });
      // Not a view: readers lay typed arrays over the whole.
      return bytes && new Uint8Array(bytes);
    },
    async write(path, body) {
      const file = inside(mounts.out, path);
      if (!file) throw new Error(`${path} could not be written.`);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, body);
    },
  });
}

/** Calls an exported function of a page module on Dawn; as `Host` of commands/support/command.ts, but with Dawn's options. */
export async function runHere<Result>(
  modulePath: string,
  functionName: string,
  argument: unknown,
  mounts: Record<string, string>,
  options: readonly string[] = [],
): Promise<Result> {
  const { release } = await openDawn(options);
  try {
    openFolders(mounts);
    const module = (await modules[modulePath]?.()) as Record<string, (argument: unknown) => unknown> | undefined;
    const called = module?.[functionName];
    if (!called) throw new Error(`${modulePath} has no ${functionName} on Dawn.`);
    return (await called(argument)) as Result;
  } finally {
    release();
  }
}

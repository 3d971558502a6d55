import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, resolve, sep } from 'node:path';
import { setFiles } from './files.ts';

/**
 * The headless modules in Node, where Dawn, Chromium's own WebGPU, opens the graphics card without a browser. Bundled by
 * scripts/support/dawn.ts; Dawn's plug-in (npm `webgpu`) lies beside the bundle.
 */

const modules: Record<string, () => Promise<object>> = {
  '/src/headless/bench.ts': () => import('./bench.ts'),
  '/src/headless/replay.ts': () => import('./replay.ts'),
  '/src/headless/train.ts': () => import('./train.ts'),
  '/src/headless/bench-start.ts': () => import('./bench-start.ts'),
  '/src/headless/kernels.ts': () => import('./kernels.ts'),
};

interface Dawn {
  create(options: readonly string[]): GPU;
  globals: Record<string, unknown>;
}

const noCard =
  'Dawn found no graphics card. It needs a Vulkan driver (Debian: libvulkan1, and mesa-vulkan-drivers or the maker’s own) that ' +
  'may open the card; VK_DRIVER_FILES names the JSON of a driver that lies elsewhere. Without a card: ' +
  'VK_DRIVER_FILES=/usr/lib/chromium/vk_swiftshader_icd.json takes Chromium’s SwiftShader.';

/**
 * Gives this process WebGPU, as a page has it. With `release`, Node may end again.
 * @param options of Dawn, such as "enable-dawn-features=dump_shaders"
 * @throws Error in words for a person if the plug-in does not load or finds no card
 */
export async function openDawn(options: readonly string[] = []): Promise<{ release: () => void }> {
  // Drivers ask for it and complain on the console where there is none.
  process.env.XDG_RUNTIME_DIR ??= tmpdir();
  // A name that no bundler looks into.
  const plugin = 'webgpu';
  const { create, globals } = await import(/* @vite-ignore */ plugin).then(
    (module: Dawn) => module,
    (error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`Dawn does not load on ${process.platform}-${process.arch}: ${reason}`);
    },
  );
  Object.assign(globalThis, globals);
  // Node 20 has no navigator, later ones one without a GPU.
  if (typeof navigator === 'undefined') Object.defineProperty(globalThis, 'navigator', { value: {} });
  Object.defineProperty(navigator, 'gpu', { value: create(options), configurable: true });
  const release = () => {
    Reflect.deleteProperty(navigator, 'gpu');
  };
  if (await navigator.gpu.requestAdapter()) return { release };
  release();
  throw new Error(noCard);
}

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

/** Calls an exported function of a headless module on Dawn; as `Host` of scripts/support/command.ts, but with Dawn's options. */
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

import { tmpdir } from 'node:os';

/** WebGPU in Node by Dawn, Chromium's, without a browser. Its plug-in (npm `webgpu`) is beside this file's bundle. */

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
  // Drivers read it and complain on the console where there is none.
  process.env.XDG_RUNTIME_DIR ??= tmpdir();
  // A name that bundlers do not resolve.
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

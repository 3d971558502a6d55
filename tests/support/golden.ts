import { afterAll, beforeAll } from 'vitest';
import { download } from '../../src/base/download.ts';
import { type EncoderFiles, readEncoderFiles } from '../../src/files/encoder-files.ts';
import type { Gpu } from '../../src/gpu/device.ts';

import { type LoadedWebGpuEncoder, loadEncoder } from '../../src/webgpu/engine.ts';
import type { Tuning } from '../../src/webgpu/products/tiles.ts';
import { sharedGpu } from './gpu.ts';

/** Reads files of a folder under tests/golden in the browser. */
export const goldenFolder = (path: string) => (name: string) => download(`/tests/golden/${path}/${name}`);

interface TinyEncoder {
  gpu: Gpu;
  files: EncoderFiles;
  encoder: LoadedWebGpuEncoder;
  /** Loads another encoder on the same device. */
  load: (files: EncoderFiles) => LoadedWebGpuEncoder;
}

/**
 * Opens a tiny golden encoder on the tests' GPU before a file's tests, and closes it after them.
 * @param tuning instead of the device's own
 * @param software false: what a graphics card is given
 * @param model its folder in tests/golden/models
 */
export function withTinyEncoder(tuning?: Tuning, software?: boolean, model = 'tiny'): TinyEncoder {
  const tiny = {} as TinyEncoder;
  beforeAll(async () => {
    tiny.gpu = await sharedGpu();
    tiny.files = await readEncoderFiles(goldenFolder(`models/${model}`));
    const gpu = { ...tiny.gpu, ...(software !== undefined && { software }) };
    tiny.load = (files) => loadEncoder(gpu, files, tuning);
    tiny.encoder = tiny.load(tiny.files);
  });
  afterAll(() => tiny.encoder.destroy());
  return tiny;
}

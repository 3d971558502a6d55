import { afterAll, beforeAll } from 'vitest';
import { download } from '../../src/files/download.ts';
import { type EncoderFiles, readEncoderFiles } from '../../src/files/encoder-files.ts';
import { type Gpu, openGpu } from '../../src/gpu/device.ts';

import { type LoadedWebGpuEncoder, loadEncoder } from '../../src/webgpu/engine.ts';

/** Reads files of a folder under tests/golden in the browser. */
export const goldenFolder = (path: string) => (name: string) => download(`/tests/golden/${path}/${name}`);

const tinyEncoder = (): Promise<EncoderFiles> => readEncoderFiles(goldenFolder('models/tiny'));

interface TinyEncoder {
  gpu: Gpu;
  files: EncoderFiles;
  encoder: LoadedWebGpuEncoder;
}

/** Opens the GPU and the tiny golden encoder before a file's tests, and closes both after them. */
export function withTinyEncoder(): TinyEncoder {
  const tiny = {} as TinyEncoder;
  beforeAll(async () => {
    tiny.gpu = await openGpu();
    tiny.files = await tinyEncoder();
    tiny.encoder = loadEncoder(tiny.gpu, tiny.files);
  });
  afterAll(() => {
    tiny.encoder.destroy();
    tiny.gpu.destroy();
  });
  return tiny;
}

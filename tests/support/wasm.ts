import { afterAll, beforeAll } from 'vitest';
import { type Device, openDevice } from '../../src/device/open.ts';
import type { LoadedEncoder } from '../../src/engine/contract.ts';
import { type EncoderFiles, readEncoderFiles } from '../../src/files/encoder-files.ts';
import { goldenFolder } from './golden.ts';

interface TinyOnWasm {
  device: Device;
  files: EncoderFiles;
  encoder: LoadedEncoder;
  /** Loads another encoder on the same device. */
  load: (files: EncoderFiles) => Promise<LoadedEncoder>;
}

/** Starts onnxruntime with a tiny golden encoder before a file's tests. @param model its folder in tests/golden/models */
export function withTinyOnWasm(model = 'tiny'): TinyOnWasm {
  const tiny = {} as TinyOnWasm;
  beforeAll(async () => {
    tiny.device = await openDevice('wasm');
    tiny.files = await readEncoderFiles(goldenFolder(`models/${model}`));
    tiny.load = (files) => tiny.device.loadEncoder(files);
    tiny.encoder = await tiny.load(tiny.files);
  });
  afterAll(() => {
    tiny.encoder.destroy();
    tiny.device.destroy();
  });
  return tiny;
}

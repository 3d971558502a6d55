import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EncoderFiles } from '../../src/files/encoder-files.ts';
import { type Gpu, openGpu } from '../../src/gpu/device.ts';
import { readRecordedRun } from '../../src/headless/recorded-run.ts';
import { verifyRun } from '../../src/headless/verify.ts';
import type { LoadedEncoder } from '../../src/training/engine.ts';
import { loadEncoder } from '../../src/webgpu/engine.ts';
import { goldenFolder, tinyEncoder } from '../support/golden.ts';

const runs = Object.keys(import.meta.glob('./runs/*/run.json')).map((path) => path.split('/')[2] ?? '');

let gpu: Gpu;
let files: EncoderFiles;
let encoder: LoadedEncoder;

beforeAll(async () => {
  gpu = await openGpu();
  files = await tinyEncoder();
  encoder = loadEncoder(gpu, files);
});

afterAll(() => {
  encoder.destroy();
  gpu.destroy();
});

test('there are recorded runs', () => {
  expect(runs.length).toBeGreaterThanOrEqual(16);
});

test.each(runs)('%s equals PyTorch', async (name) => {
  const recorded = await readRecordedRun(goldenFolder(`runs/${name}`));
  const { checks } = await verifyRun(recorded, encoder, files.tokenizer);
  expect(checks.length).toBeGreaterThan(15);
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
});

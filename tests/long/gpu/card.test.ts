import { expect, test, vi } from 'vitest';
import { defaultTuning } from '../../../src/webgpu/products/tiles.ts';
import { randomBatch, settingsOf } from '../../support/engine-runs.ts';
import { withTinyEncoder } from '../../support/golden.ts';
import { testGoldenRuns } from '../../support/golden-runs.ts';
import { expectClose } from '../../support/numbers.ts';

// Kernels with barriers take a processor a minute to compile.
vi.setConfig({ testTimeout: 600_000 });

/** The kernels that graphics cards get. golden.test.ts has every recorded run on every variant. */
const tiny = withTinyEncoder(defaultTuning({ software: false }), false);
const reference = withTinyEncoder(defaultTuning({ software: true }), true);

testGoldenRuns(tiny, ['runs/houlsby-gelu-scaling-2']);

test.each([
  { type: 'houlsby', bottleneck: 4, dropout: 0.1 },
  { type: 'lora', rank: 3 },
])('the same steps of $type give the same bits, and those of a processor but for rounding', async (method) => {
  const states = [];
  for (const { encoder } of [tiny, tiny, reference]) {
    const engine = await encoder.createEngine(settingsOf(method));
    // Rows enough for several parts of the weight gradients.
    const reports = [await engine.step(randomBatch(0, 16), 0.01)];
    const gradients = await engine.readGradients();
    reports.push(await engine.step(randomBatch(1, 16), 0.01));
    states.push({ reports, gradients, trained: await engine.readTrainable() });
    engine.destroy();
  }
  const [first, again, processor] = states;
  expect(again).toEqual(first);
  for (const [name, { data }] of processor?.gradients ?? [])
    expectClose(first?.gradients.get(name)?.data ?? [], data, { atol: 2e-5, rtol: 1e-3 }, name);
});

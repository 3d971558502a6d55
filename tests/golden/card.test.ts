import { expect, test } from 'vitest';
import { defaultTuning } from '../../src/webgpu/tiles.ts';
import { randomBatch, settingsOf } from '../support/engine-runs.ts';
import { withTinyEncoder } from '../support/golden.ts';
import { testGoldenRuns } from '../support/golden-runs.ts';

/** The kernels that graphics cards get, here wherever the tests run. tests/long has every recorded run on every variant. */
const tiny = withTinyEncoder(defaultTuning({ software: false }), false);

testGoldenRuns(tiny, ['houlsby-gelu-scaling-2', 'import-pfeiffer-double-ln-relu', 'lora-r4-query-value']);

test('the same step gives the same bits', async () => {
  const states = [];
  for (let run = 0; run < 2; run++) {
    const engine = await tiny.encoder.createEngine(settingsOf({ type: 'houlsby', bottleneck: 4, dropout: 0.1 }));
    const reports = [await engine.step(randomBatch(0), 0.01), await engine.step(randomBatch(1), 0.01)];
    states.push({ reports, trained: await engine.readTrainable(), gradients: await engine.readGradients() });
    engine.destroy();
  }
  expect(states[1]).toEqual(states[0]);
});

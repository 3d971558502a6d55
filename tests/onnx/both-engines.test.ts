import { expect, test } from 'vitest';
import { methods, settingsOf, train } from '../support/engine-runs.ts';
import { withTinyEncoder } from '../support/golden.ts';
import { withTinyOnWasm } from '../support/wasm.ts';

const webgpu = withTinyEncoder();
const wasm = withTinyOnWasm();

const rate = 0.005;
const relative = (a: number, b = Number.NaN) => Math.abs(a - b) / Math.abs(b);

test.each(methods)('$type $bottleneck $activation: both engines begin and train alike', async (method) => {
  const [a, b] = [
    await webgpu.encoder.createEngine(settingsOf(method)),
    await wasm.encoder.createEngine(settingsOf(method)),
  ];
  expect([...(await b.readTrainable()).keys()]).toEqual([...(await a.readTrainable()).keys()]);
  const [ours, theirs] = [await train(a, 4, { rate }), await train(b, 4, { rate })];
  ours.forEach((loss, step) => {
    expect(relative(loss, theirs[step]), `step ${step}`).toBeLessThan(1e-4);
  });
  a.destroy();
  b.destroy();
});

test('50 steps with dropout from one seed: losses agree to a thousandth', async () => {
  const settings = settingsOf({ type: 'houlsby', bottleneck: 8, dropout: 0.2 });
  const [a, b] = [await webgpu.encoder.createEngine(settings), await wasm.encoder.createEngine(settings)];
  const [ours, theirs] = [await train(a, 50, { rate }), await train(b, 50, { rate })];
  ours.forEach((loss, step) => {
    expect(relative(loss, theirs[step]), `step ${step}`).toBeLessThan(1e-3);
  });
  expect(ours.at(-1)).not.toBe(ours[0]);
  a.destroy();
  b.destroy();
});

import { expect, test } from 'vitest';
import { makeBatch } from '../../src/data/batches.ts';
import { type Method, methodSchema, trainingPlan } from '../../src/model/methods.ts';
import type { Batch, Engine, EngineSettings } from '../../src/training/engine.ts';
import { withTinyEncoder } from '../support/golden.ts';
import { integers } from '../support/numbers.ts';
import { withTinyOnWasm } from '../support/wasm.ts';

const webgpu = withTinyEncoder();
const wasm = withTinyOnWasm();

const methods: { type: Method['type']; [field: string]: unknown }[] = [
  { type: 'houlsby', bottleneck: 5, dropout: 0.2 },
  { type: 'houlsby', bottleneck: 3, activation: 'gelu_new', without: ['0.attention', '1.ffn'] },
  { type: 'ffn-only', bottleneck: 4, activation: 'relu', scaling: 2 },
  { type: 'attention-only', bottleneck: 7, activation: 'swish', layers: [1] },
  { type: 'pfeiffer', bottleneck: 4, dropout: 0.1 },
  { type: 'parallel', bottleneck: 9, scaling: 4 },
  { type: 'lora', rank: 3, alpha: 6 },
  { type: 'bitfit' },
  { type: 'head-only' },
  { type: 'full' },
];

const settingsOf = (method: object): EngineSettings => ({
  plan: trainingPlan(methodSchema.parse(method), webgpu.encoder.config.layers),
  classes: 3,
  pooling: 'mean',
  optimizer: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, clip: 1 },
  seed: 3,
});

/** Another batch of random rows every step. */
function batchOf(step: number): Batch {
  const lengths = integers(4, 3, 20, 100 + step);
  const rows = [...lengths].map((length, i) => [...integers(length, 5, 2000, 1000 * step + i)]);
  return makeBatch(rows, [...integers(4, 0, 3, 200 + step)], 0, 24);
}

async function losses(engine: Engine, steps: number): Promise<number[]> {
  const list: number[] = [];
  for (let step = 0; step < steps; step++) list.push((await engine.step(batchOf(step), 0.005)).loss);
  return list;
}

const relative = (a: number, b = Number.NaN) => Math.abs(a - b) / Math.abs(b);

test.each(methods)('$type $bottleneck $activation: both engines begin and train alike', async (method) => {
  const [a, b] = [
    await webgpu.encoder.createEngine(settingsOf(method)),
    await wasm.encoder.createEngine(settingsOf(method)),
  ];
  expect([...(await b.readTrainable()).keys()]).toEqual([...(await a.readTrainable()).keys()]);
  const [ours, theirs] = [await losses(a, 4), await losses(b, 4)];
  ours.forEach((loss, step) => {
    expect(relative(loss, theirs[step]), `step ${step}`).toBeLessThan(1e-4);
  });
  a.destroy();
  b.destroy();
});

test('50 steps with dropout from one seed: losses agree to a thousandth', async () => {
  const settings = settingsOf({ type: 'houlsby', bottleneck: 8, dropout: 0.2 });
  const [a, b] = [await webgpu.encoder.createEngine(settings), await wasm.encoder.createEngine(settings)];
  const [ours, theirs] = [await losses(a, 50), await losses(b, 50)];
  ours.forEach((loss, step) => {
    expect(relative(loss, theirs[step]), `step ${step}`).toBeLessThan(1e-3);
  });
  expect(ours.at(-1)).not.toBe(ours[0]);
  a.destroy();
  b.destroy();
});

test('500 steps hold no more memory than 50', async () => {
  const engine = await wasm.encoder.createEngine(settingsOf({ type: 'houlsby', bottleneck: 8, dropout: 0.2 }));
  await losses(engine, 50);
  const before = engine.memory();
  await losses(engine, 500);
  expect(engine.memory()).toEqual(before);
  engine.destroy();
});

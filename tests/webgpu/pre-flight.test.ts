import { expect, test } from 'vitest';
import { labelCount } from '../../src/engine/labels.ts';
import { forecastMemory } from '../../src/engine/memory-forecast.ts';
import { roundFrozen } from '../../src/model/frozen-bits.ts';
import { methodSchema, trainingPlan } from '../../src/model/methods.ts';
import { outputsOf, taskKinds } from '../../src/model/task-kind.ts';
import { deepTile, defaultTuning } from '../../src/webgpu/products/tiles.ts';
import { withTinyEncoder } from '../support/golden.ts';

const cardTuning = defaultTuning({ software: false });
const tiny = withTinyEncoder();
/** As on a graphics card. */
const card = withTinyEncoder(cardTuning, false);

/** The forecast against the engine's own buffers: 1 % of each arena, for constants of a few bytes that it does not list. */
const tolerance = 0.01;

const methods = [
  { type: 'houlsby', bottleneck: 8 },
  { type: 'houlsby', bottleneck: 8, layers: [1] },
  { type: 'pfeiffer', bottleneck: 8 },
  { type: 'parallel', bottleneck: 12 },
  { type: 'attention-only', bottleneck: 8 },
  { type: 'ffn-only', bottleneck: 8, layers: [0] },
  { type: 'lora', rank: 4 },
  { type: 'bitfit' },
  { type: 'head-only' },
  { type: 'full' },
];

test.each(methods)('what %j takes is what was foretold', async (json) => {
  const { config } = tiny.encoder;
  const [examples, tokens, classes] = [3, 21, 5];
  const plan = trainingPlan(methodSchema.parse(json), config.layers);
  const optimizer = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, clip: 1 };
  const engine = await tiny.encoder.createEngine({ plan, classes, pooling: 'mean', optimizer, seed: 1 });
  await engine.step(
    {
      examples,
      length: tokens,
      ids: new Uint32Array(examples * tokens).fill(7),
      lengths: new Uint32Array(examples).fill(tokens),
      labels: new Uint32Array(examples),
    },
    0.001,
  );
  const held = engine.memory();
  const { arenas } = forecastMemory({ config, plan, classes }, { examples, tokens });
  for (const arena of ['frozen', 'trainable', 'optimizer', 'activations', 'scratch'] as const)
    expect(
      Math.abs(arenas[arena] - held[arena]) / held[arena],
      `${arena}: ${arenas[arena]} for ${held[arena]}`,
    ).toBeLessThan(tolerance);
  engine.destroy();
});

test.each(taskKinds)('what a task of the kind %s takes is what was foretold', async (kind) => {
  const { config } = tiny.encoder;
  const [examples, tokens] = [3, 21];
  const classes = outputsOf(kind, 40);
  const plan = trainingPlan(methodSchema.parse({ type: 'houlsby', bottleneck: 8 }), config.layers);
  const optimizer = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, clip: 1 };
  const engine = await tiny.encoder.createEngine({ plan, classes, kind, pooling: 'mean', optimizer, seed: 1 });
  const count = labelCount(kind, kind === 'token' ? examples * tokens : examples, classes);
  const labels = kind === 'single-label' || kind === 'token' ? new Uint32Array(count) : new Float32Array(count);
  const ids = new Uint32Array(examples * tokens).fill(7);
  await engine.step({ examples, length: tokens, ids, lengths: new Uint32Array(examples).fill(tokens), labels }, 0.001);
  const held = engine.memory();
  const { arenas } = forecastMemory({ config, plan, classes, kind }, { examples, tokens });
  for (const arena of ['activations', 'scratch'] as const)
    expect(
      Math.abs(arenas[arena] - held[arena]) / held[arena],
      `${arena}: ${arenas[arena]} for ${held[arena]}`,
    ).toBeLessThan(tolerance);
  engine.destroy();
});

test.each([16, 8] as const)('what frozen weights of %i bits take is what was foretold', async (frozenBits) => {
  const { config } = tiny.encoder;
  const encoder = tiny.load(roundFrozen(tiny.files, frozenBits));
  const plan = trainingPlan(methodSchema.parse({ type: 'houlsby' }), config.layers);
  const optimizer = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, clip: 1 };
  const engine = await encoder.createEngine({ plan, classes: 2, pooling: 'mean', optimizer, seed: 1 });
  const { frozen } = forecastMemory({ config, plan, classes: 2, frozenBits }, { examples: 3, tokens: 21 }).arenas;
  expect(engine.memory().frozen).toBe(frozen);
  engine.destroy();
  encoder.destroy();
});

test.each([0, 1, 6, 9].map((i) => methods[i]))('the copies of gradients of %j on a card are foretold', async (json) => {
  const { config } = tiny.encoder;
  const [batch, classes] = [{ examples: 3, tokens: 21 }, 5];
  const plan = trainingPlan(methodSchema.parse(json), config.layers);
  const optimizer = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, clip: 1 };
  const held = [];
  for (const { encoder } of [tiny, card]) {
    const engine = await encoder.createEngine({ plan, classes, pooling: 'mean', optimizer, seed: 1 });
    held.push(engine.memory().scratch);
    engine.destroy();
  }
  const { maxStorageBufferBindingSize } = card.gpu.device.limits;
  const told = [undefined, deepTile(cardTuning.tiles)].map(
    (tile) =>
      forecastMemory({ config, plan, classes }, batch, { maxStorageBufferBindingSize, deepTile: tile }).arenas.scratch,
  );
  const [without, withCopies] = told as [number, number];
  expect(withCopies - without).toBe((held[1] as number) - (held[0] as number));
  expect(withCopies > without).toBe(plan.base !== 'all');
});

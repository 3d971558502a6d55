import { describe, expect, test } from 'vitest';
import type { Engine } from '../../src/engine/contract.ts';
import { liveBufferCount } from '../../src/gpu/buffers.ts';
import { type FrozenBits, roundFrozen } from '../../src/model/frozen-bits.ts';
import { loadEncoder } from '../../src/webgpu/engine.ts';
import { defaultTuning } from '../../src/webgpu/products/tiles.ts';
import { dispatches } from '../../src/webgpu/profile.ts';
import { testEngineContract } from '../support/engine-contract.ts';
import { randomBatch, settingsOf, train } from '../support/engine-runs.ts';
import { withTinyEncoder } from '../support/golden.ts';

const tiny = withTinyEncoder();

testEngineContract(tiny);

test('no growth of live buffers over 200 steps of changing lengths', async () => {
  const engine = await tiny.encoder.createEngine(settingsOf({ type: 'houlsby', bottleneck: 4, dropout: 0.1 }));
  await train(engine, 20);
  const live = liveBufferCount(tiny.gpu.device);
  const { activations, scratch } = engine.memory();
  await train(engine, 200, { from: 20 });
  expect(liveBufferCount(tiny.gpu.device)).toBe(live);
  expect(engine.memory()).toMatchObject({ activations, scratch });
  engine.destroy();
  expect(liveBufferCount(tiny.gpu.device)).toBeLessThan(live);
});

test.each([
  [{ type: 'houlsby', bottleneck: 4, layers: [1] }, true],
  [{ type: 'head-only' }, true],
  [{ type: 'houlsby', bottleneck: 4 }, false],
])('%j: dispatches of frozen layers are spared at the second visit: %s', async (method, spares) => {
  const engine = await tiny.encoder.createEngine(settingsOf(method));
  const keyed = { ...randomBatch(0), keys: Uint32Array.of(0, 1, 2, 3) };
  await engine.step(keyed, 0.01);
  const spared = dispatches(engine, randomBatch(0)).length - dispatches(engine, keyed).length;
  if (spares) expect(spared).toBeGreaterThan(5);
  else expect(spared).toBe(0);
  engine.destroy();
});

/** The tiny encoder with rounded weights, spread out to 32 bits. */
const spread = (bits: FrozenBits) => {
  const { weights } = roundFrozen(tiny.files, bits);
  return { ...tiny.files, weights: new Map([...weights].map(([name, { shape, data }]) => [name, { shape, data }])) };
};

describe('frozen matrices in 16 bits', () => {
  test.each([{ type: 'houlsby', bottleneck: 4 }, { type: 'full' }])('$type gives the same numbers', async (method) => {
    const tuning = defaultTuning(tiny.gpu);
    const whole = loadEncoder(tiny.gpu, spread(16), tuning);
    const half = loadEncoder(tiny.gpu, spread(16), { ...tuning, halfWeights: true });
    const [a, b] = [await whole.createEngine(settingsOf(method)), await half.createEngine(settingsOf(method))];
    expect(b.memory().frozen).toBeLessThan(0.8 * a.memory().frozen);
    expect(await train(b, 3)).toEqual(await train(a, 3));
    a.destroy();
    b.destroy();
    whole.destroy();
    half.destroy();
  });

  test('what halves cannot hold stays as it is', async () => {
    const tuning = { ...defaultTuning(tiny.gpu), halfWeights: true };
    const encoder = loadEncoder(tiny.gpu, tiny.files, tuning);
    const [a, b] = [
      await tiny.encoder.createEngine(settingsOf({ type: 'houlsby' })),
      await encoder.createEngine(settingsOf({ type: 'houlsby' })),
    ];
    expect(b.memory().frozen).toBe(a.memory().frozen);
    expect(await b.hashFrozen()).toBe(await a.hashFrozen());
    a.destroy();
    b.destroy();
    encoder.destroy();
  });
});

describe.each([16, 8] as const)('frozen weights of %i bits', (bits) => {
  test.each([
    { type: 'houlsby', bottleneck: 4 },
    { type: 'houlsby', bottleneck: 4, layers: [1] },
    { type: 'lora', rank: 2 },
    { type: 'full' },
  ])('$type computes with what they stand for, bit for bit', async (method) => {
    const encoders = [tiny.load(spread(bits)), tiny.load(roundFrozen(tiny.files, bits))];
    const engines = await Promise.all(encoders.map((encoder) => encoder.createEngine(settingsOf(method))));
    const [whole, few] = engines as unknown as [Engine, Engine];
    expect(few.memory().frozen).toBeLessThan((bits / 32 + 0.13) * whole.memory().frozen);
    expect(await train(few, 3)).toEqual(await train(whole, 3));
    for (const each of [...engines, ...encoders]) each.destroy();
  });

  test('a run that asks for others is not begun', async () => {
    const encoder = tiny.load(roundFrozen(tiny.files, bits));
    const settings = { ...settingsOf({ type: 'houlsby' }), frozenBits: 32 } as const;
    await expect(encoder.createEngine(settings)).rejects.toThrow(
      `The run asks for 32 bits; the encoder is loaded in ${bits}.`,
    );
    await expect(tiny.encoder.createEngine({ ...settings, frozenBits: bits })).rejects.toThrow(`${bits} bits`);
    encoder.destroy();
  });
});

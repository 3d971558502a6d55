import { describe, expect, test } from 'vitest';
import type { Batch, LoadedEncoder } from '../../src/engine/contract.ts';
import { headBias, headWeight } from '../../src/model/tensor-names.ts';
import { makeBatch } from '../../src/training/batches.ts';
import { methods, randomBatch, settingsOf, train } from './engine-runs.ts';
import { integers } from './numbers.ts';

/** The numbers of some rows of an epoch. */
const keyed = (step: number): Batch => ({
  ...randomBatch(step),
  keys: Uint32Array.of(0, 1, 2, 3).map((k) => 4 * step + k),
});

const firstTwo = (batch: Batch): Batch => ({
  ...batch,
  examples: 2,
  ids: batch.ids.subarray(0, 2 * batch.length),
  lengths: batch.lengths.subarray(0, 2),
  labels: batch.labels.subarray(0, 2),
  ...(batch.keys ? { keys: batch.keys.subarray(0, 2) } : {}),
});

/**
 * Tests of what both engines promise beyond PyTorch's numbers.
 * @param tiny the tiny golden encoder, there before the first test
 */
export function testEngineContract(tiny: { encoder: LoadedEncoder }): void {
  describe.each(methods)('$type $bottleneck $layers', (method) => {
    test('starts at the frozen model, bit for bit; trains every tensor of its own and no other', async () => {
      const engine = await tiny.encoder.createEngine(settingsOf(method));
      const plain = await tiny.encoder.createEngine(settingsOf({ type: 'head-only' }));
      const before = await engine.readTrainable();
      expect(await engine.evaluate(randomBatch(0))).toEqual(await plain.evaluate(randomBatch(0)));

      const hash = await engine.hashFrozen();
      await train(engine, 12);
      expect(await engine.hashFrozen()).toBe(hash);
      for (const [name, { data }] of await engine.readTrainable()) {
        // Rows of the embeddings that no token asked for have no gradient, and no decay at rate 0; the tensor as a whole moves.
        expect(data, name).not.toEqual(before.get(name)?.data);
        expect(data.every(Number.isFinite), name).toBe(true);
      }
      engine.destroy();
      plain.destroy();
    });
  });

  test('a run restored from weights and optimizer goes on as one that ran through, dropout included', async () => {
    const settings = settingsOf({ type: 'houlsby', bottleneck: 8, dropout: 0.3 });
    const through = await tiny.encoder.createEngine(settings);
    const expected = await train(through, 8);

    const first = await tiny.encoder.createEngine(settings);
    const begun = await train(first, 4);
    const second = await tiny.encoder.createEngine(settings);
    second.writeTrainable(await first.readTrainable());
    second.writeOptimizer(await first.readOptimizer());
    // An evaluation in between changes nothing.
    await second.evaluate(randomBatch(99));
    expect([...begun, ...(await train(second, 4, { from: 4 }))]).toEqual(expected);
    for (const engine of [through, first, second]) engine.destroy();
  });

  test('another seed begins and drops elsewhere', async () => {
    const run = async (seed: number) => {
      const engine = await tiny.encoder.createEngine(
        settingsOf({ type: 'houlsby', bottleneck: 8, dropout: 0.3 }, { seed }),
      );
      const losses = await train(engine, 3);
      engine.destroy();
      return losses;
    };
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });

  test('padding changes nothing', async () => {
    const engine = await tiny.encoder.createEngine(settingsOf({ type: 'houlsby', bottleneck: 8 }, { pooling: 'cls' }));
    await train(engine, 3);
    const rows = [
      [2, 50, 60, 3],
      [2, 70, 3],
    ];
    const narrow = await engine.evaluate({ ...makeBatch(rows, [0, 0], 0, 4) });
    const wide = await engine.evaluate({ ...makeBatch([...rows, [...integers(20, 5, 2000, 1)]], [0, 0, 0], 0, 24) });
    narrow.forEach((logit, i) => {
      expect(wide[i]).toBeCloseTo(logit, 5);
    });
    engine.destroy();
  });

  test('a head trains on cached features as on tokens', async () => {
    const onTokens = await tiny.encoder.createEngine(settingsOf({ type: 'head-only' }));
    const onFeatures = await tiny.encoder.createEngine(settingsOf({ type: 'head-only' }));
    for (let step = 0; step < 3; step++) {
      const batch = randomBatch(step);
      const { examples, labels } = batch;
      const features = await onFeatures.encode(batch);
      const [a, b] = [await onTokens.step(batch, 0.01), await onFeatures.step({ examples, labels, features }, 0.01)];
      expect(b).toEqual(a);
    }
    onTokens.destroy();
    onFeatures.destroy();
  });

  describe('what frozen layers make of an example is kept', () => {
    // Below layer 1, below the head, and nothing at all.
    test.each([
      { type: 'houlsby', bottleneck: 4, layers: [1], dropout: 0.2 },
      { type: 'ffn-only', bottleneck: 4, layers: [1] },
      { type: 'head-only' },
      { type: 'houlsby', bottleneck: 4 },
    ])('$type on layers $layers', async (method) => {
      const settings = settingsOf(method);
      const [plain, keeping] = [await tiny.encoder.createEngine(settings), await tiny.encoder.createEngine(settings)];
      for (let visit = 0; visit < 3; visit++)
        for (let step = 0; step < 3; step++) {
          expect(await keeping.step(keyed(step), 0.01)).toEqual(await plain.step(randomBatch(step), 0.01));
          // In other company, too, an example has the same states.
          expect(await keeping.evaluate(firstTwo(keyed(step)))).toEqual(
            await plain.evaluate(firstTwo(randomBatch(step))),
          );
        }
      expect(keeping.memory().cache > 0).toBe('layers' in method || method.type === 'head-only');
      expect(plain.memory().cache).toBe(0);
      plain.destroy();
      keeping.destroy();
    });

    test('the same number with other tokens is refused, and the engine goes on', async () => {
      const engine = await tiny.encoder.createEngine(settingsOf({ type: 'houlsby', layers: [1] }));
      await engine.step(keyed(0), 0.01);
      const other = { ...randomBatch(1), keys: Uint32Array.of(0, 1, 2, 9) };
      await expect(engine.step(other, 0.01)).rejects.toThrow('example 0');
      expect((await engine.step(keyed(0), 0.01)).loss).toBeGreaterThan(0);
      engine.destroy();
    });
  });

  describe('bad batches end in a message that says what is wrong', () => {
    const good = () => randomBatch(0);
    test.each([
      ['an id outside the vocabulary', () => ({ ...good(), ids: good().ids.map(() => 2000) }), 'vocabulary of 2000'],
      ['a label that does not exist', () => ({ ...good(), labels: Uint32Array.of(0, 1, 2, 3) }), 'labels'],
      ['rows longer than the positions', () => makeBatch([[...integers(65, 5, 99, 1)]], [0], 0, 65), '64 positions'],
      ['a row without tokens', () => ({ ...good(), lengths: Uint32Array.of(0, 1, 1, 1) }), 'real tokens'],
      ['too few ids', () => ({ ...good(), ids: good().ids.subarray(1) }), 'ids'],
    ])('%s', async (_, batch, reason) => {
      const engine = await tiny.encoder.createEngine(settingsOf({ type: 'houlsby' }));
      await expect(engine.step(batch(), 0.01)).rejects.toThrow(reason);
      // Nothing is lost: the engine goes on.
      expect((await engine.step(good(), 0.01)).loss).toBeGreaterThan(0);
      engine.destroy();
    });

    test('features for an encoder that trains', async () => {
      const engine = await tiny.encoder.createEngine(settingsOf({ type: 'houlsby' }));
      const features = { examples: 1, features: new Float32Array(64), labels: new Uint32Array(1) };
      await expect(engine.step(features, 0.01)).rejects.toThrow('the encoder trains');
      engine.destroy();
    });

    test('tensors that do not belong to the run', async () => {
      const engine = await tiny.encoder.createEngine(settingsOf({ type: 'houlsby' }));
      const wrong = (name: string, shape: number[]) =>
        new Map([[name, { shape, data: new Float32Array(shape.reduce((a, b) => a * b)) }]]);
      expect(() => engine.writeTrainable(wrong('pooler.weight', [2, 2]))).toThrow('pooler.weight does not train');
      expect(() => engine.writeTrainable(wrong(headWeight, [3, 63]))).toThrow('this run needs (3, 64)');
      expect(() => engine.writeTrainable(wrong(headBias, [3]))).not.toThrow();
      engine.destroy();
    });
  });
}

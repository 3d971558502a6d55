import { describe, expect, test } from 'vitest';
import type { Batch, Engine, EngineSettings, LoadedEncoder } from '../../src/engine/contract.ts';
import type { EncoderFiles } from '../../src/files/encoder-files.ts';
import { methodSchema, trainingPlan } from '../../src/model/methods.ts';
import { makeBatch } from '../../src/training/batches.ts';
import { modernRuns, testGoldenRuns } from './golden-runs.ts';
import { integers } from './numbers.ts';

const layers = 4;
const classes = 3;

/** Methods that have a place in a ModernBERT. */
export const modernMethods = [
  { type: 'houlsby', bottleneck: 5, dropout: 0.2 },
  { type: 'houlsby', bottleneck: 4, layers: [2] },
  { type: 'houlsby', bottleneck: 3, without: ['0.attention', '3.ffn'] },
  { type: 'attention-only', bottleneck: 4, layers: [1, 3], activation: 'relu' },
  { type: 'ffn-only', bottleneck: 7, layers: [3], scaling: 2 },
  { type: 'head-only' },
  { type: 'full' },
];

export const modernSettings = (method: object, change: Partial<EngineSettings> = {}): EngineSettings => ({
  plan: trainingPlan(methodSchema.parse(method), layers),
  classes,
  pooling: 'mean',
  optimizer: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, clip: 1 },
  seed: 3,
  ...change,
});

/** A batch of random rows, some much longer than the window of 8 tokens to each side and some much shorter than the batch. */
export function modernBatch(step: number): Batch {
  const lengths = [3, 40, 11, 4 + step];
  const rows = lengths.map((length, i) => [...integers(length, 0, 1000, 100 * step + i)]);
  return makeBatch(rows, [...integers(4, 0, classes, 200 + step)], 1003, 48);
}

export async function trainModern(engine: Engine, steps: number): Promise<number[]> {
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) losses.push((await engine.step(modernBatch(step), 0.01)).loss);
  return losses;
}

interface Modern {
  encoder: LoadedEncoder;
  files: EncoderFiles;
  load: (files: EncoderFiles) => LoadedEncoder | Promise<LoadedEncoder>;
}

/** What both engines promise of ModernBERT. @param modern the tiny ModernBERT, there before the first test */
export function testModernBert(modern: Modern): void {
  // A wrong epsilon of the LayerNorms moves them by 6e-5.
  testGoldenRuns(modern, modernRuns, 1e-5);

  test('two runs are recorded', () => {
    expect(modernRuns.length).toBe(2);
  });

  describe.each(modernMethods)('$type $bottleneck $layers', (method) => {
    test('starts at the frozen model, bit for bit, and trains every tensor of its own', async () => {
      const engine = await modern.encoder.createEngine(modernSettings(method));
      const plain = await modern.encoder.createEngine(modernSettings({ type: 'head-only' }));
      expect(await engine.evaluate(modernBatch(0))).toEqual(await plain.evaluate(modernBatch(0)));
      const before = await engine.readTrainable();
      await trainModern(engine, 6);
      for (const [name, { data }] of await engine.readTrainable()) {
        expect(data, name).not.toEqual(before.get(name)?.data);
        expect(data.every(Number.isFinite), name).toBe(true);
      }
      engine.destroy();
      plain.destroy();
    });

    test('a step on kept states is a step on tokens', async () => {
      const [plain, keeping] = [
        await modern.encoder.createEngine(modernSettings(method)),
        await modern.encoder.createEngine(modernSettings(method)),
      ];
      const keyed = (step: number) => ({
        ...modernBatch(step),
        keys: Uint32Array.of(0, 1, 2, 3).map((k) => 4 * step + k),
      });
      for (let visit = 0; visit < 2; visit++)
        for (let step = 0; step < 2; step++)
          expect(await keeping.step(keyed(step), 0.01)).toEqual(await plain.step(modernBatch(step), 0.01));
      plain.destroy();
      keeping.destroy();
    });

    test('a step in pieces has the loss and the gradients of the whole', async () => {
      const results = [];
      for (const microBatches of [1, 3]) {
        const engine = await modern.encoder.createEngine(modernSettings(method, { microBatches }));
        await engine.step(modernBatch(0), 0.01);
        const { loss, gradNorm } = await engine.step(modernBatch(1), 0.01);
        results.push({ loss, gradNorm });
        engine.destroy();
      }
      const [whole, cut] = results;
      expect(cut?.loss).toBeCloseTo(whole?.loss ?? Number.NaN, 4);
      expect(cut?.gradNorm).toBeCloseTo(whole?.gradNorm ?? Number.NaN, 3);
    });
  });

  test('padding, and whatever stands in it, changes nothing', async () => {
    const engine = await modern.encoder.createEngine(modernSettings({ type: 'houlsby', bottleneck: 8 }));
    await trainModern(engine, 3);
    const row = [1001, 50, 60, 1002];
    const narrow = await engine.evaluate(makeBatch([row], [0], 1003, 4));
    for (const filling of [1003, 7]) {
      const wide = await engine.evaluate(makeBatch([row, [...integers(60, 5, 1000, 1)]], [0, 0], filling, 64));
      narrow.forEach((logit, i) => {
        expect(wide[i]).toBeCloseTo(logit, 5);
      });
    }
    engine.destroy();
  });

  test.each([
    [{ type: 'lora' }, 'LoRA'],
    [{ type: 'bitfit' }, 'biases'],
    [{ type: 'pfeiffer' }, 'sequential'],
    [{ type: 'parallel' }, 'sequential'],
  ])('%j is refused with the reason', async (method, reason) => {
    await expect(modern.encoder.createEngine(modernSettings(method))).rejects.toThrow(reason);
  });
}

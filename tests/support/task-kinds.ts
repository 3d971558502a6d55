import { describe, expect, test } from 'vitest';
import type { Batch, Engine, LoadedEncoder } from '../../src/engine/contract.ts';
import { notCounted } from '../../src/model/shapes.ts';
import { outputsOf, type TaskKind, taskKinds } from '../../src/model/task-kind.ts';
import { randomBatch, settingsOf } from './engine-runs.ts';
import { expectClose, integers, normals } from './numbers.ts';

const classes = 3;
const examples = 5;

/** Labels of a kind for a random batch; of a pair's tokens the second half is of type 1. */
function batchOf(kind: TaskKind, step: number): Batch {
  const batch = randomBatch(step, examples);
  const types = batch.ids.map((_, at) => Number(at % batch.length >= batch.length / 2));
  const labels = {
    'single-label': () => batch.labels,
    'multi-label': () => Float32Array.from(integers(examples * classes, 0, 2, step)),
    regression: () => Float32Array.from(normals(examples, step)),
    token: () =>
      batch.ids.map((_, at) => {
        const real = at % batch.length < (batch.lengths[Math.floor(at / batch.length)] ?? 0);
        return real && at % 2 === 0 ? at % classes : notCounted;
      }),
  };
  return { ...batch, types, labels: labels[kind]() };
}

const settingsFor = (kind: TaskKind, method: object, microBatches = 1) =>
  settingsOf(method, { kind, classes: outputsOf(kind, classes), microBatches });

const gradientsOf = async (engine: Engine) =>
  [...(await engine.readGradients()).values()].flatMap(({ data }) => [...data]);

/** Tests of what both engines promise of every kind of task. @param tiny the tiny golden encoder */
export function testTaskKinds(tiny: { encoder: LoadedEncoder }): void {
  describe.each(taskKinds)('%s', (kind) => {
    test('a step in pieces has the loss and the gradients of the whole', async () => {
      const results = [];
      for (const pieces of [1, 3]) {
        const engine = await tiny.encoder.createEngine(settingsFor(kind, { type: 'houlsby', bottleneck: 4 }, pieces));
        // The second step has gradients in the way down, too.
        await engine.step(batchOf(kind, 0), 0.01);
        const { loss } = await engine.step(batchOf(kind, 1), 0.01);
        results.push({ loss, gradients: await gradientsOf(engine) });
        engine.destroy();
      }
      const [whole, cut] = results;
      expect(cut?.loss).toBeCloseTo(whole?.loss ?? Number.NaN, 5);
      expect(whole?.gradients.some((gradient) => gradient !== 0)).toBe(true);
      expectClose(
        Float32Array.from(cut?.gradients ?? []),
        Float64Array.from(whole?.gradients ?? []),
        { atol: 2e-5, rtol: 1e-3 },
        'gradients',
      );
    });

    test('a head alone computes on kept states what it computes anew', async () => {
      const [plain, keeping] = [
        await tiny.encoder.createEngine(settingsFor(kind, { type: 'head-only' })),
        await tiny.encoder.createEngine(settingsFor(kind, { type: 'head-only' })),
      ];
      const keys = Uint32Array.from({ length: examples }, (_, i) => i);
      for (let visit = 0; visit < 2; visit++) {
        const batch = batchOf(kind, 0);
        expect(await keeping.step({ ...batch, keys }, 0.01)).toEqual(await plain.step(batch, 0.01));
      }
      expect(keeping.memory().cache).toBeGreaterThan(0);
      plain.destroy();
      keeping.destroy();
    });

    test('a head alone trains on the states of what is labelled as on all tokens', async () => {
      const settings = settingsFor(kind, { type: 'head-only' });
      const [onTokens, onStates] = [
        await tiny.encoder.createEngine(settings),
        await tiny.encoder.createEngine(settings),
      ];
      for (let step = 0; step < 3; step++) {
        const batch = batchOf(kind, step);
        const states = await onTokens.encode(batch);
        const counted = [...batch.labels.keys()].filter((at) => kind !== 'token' || batch.labels[at] !== notCounted);
        const width = states.length / (kind === 'token' ? batch.ids.length : examples);
        const features = {
          examples: kind === 'token' ? counted.length : examples,
          features:
            kind === 'token'
              ? Float32Array.from(counted.flatMap((at) => [...states.subarray(at * width, (at + 1) * width)]))
              : states,
          labels: kind === 'token' ? Uint32Array.from(counted, (at) => batch.labels[at] ?? 0) : batch.labels,
        };
        const [a, b] = [await onTokens.step(batch, 0.01), await onStates.step(features, 0.01)];
        expect(b.loss).toBeCloseTo(a.loss, 5);
        expect(b.gradNorm).toBeCloseTo(a.gradNorm, 4);
      }
      onTokens.destroy();
      onStates.destroy();
    });

    test('labels of another form are refused, and the engine goes on', async () => {
      const engine = await tiny.encoder.createEngine(settingsFor(kind, { type: 'houlsby', bottleneck: 4 }));
      const good = batchOf(kind, 0);
      const wrong = [new Uint32Array(2), new Float32Array(2), good.labels.map(() => Number.POSITIVE_INFINITY)];
      // Infinity becomes 0 among whole numbers.
      if (good.labels instanceof Uint32Array) wrong[2] = good.labels.map(() => classes);
      for (const labels of wrong) await expect(engine.step({ ...good, labels }, 0.01)).rejects.toThrow('labels');
      expect((await engine.step(good, 0.01)).loss).toBeGreaterThan(0);
      engine.destroy();
    });
  });

  test('the second text of a pair is told apart from the first', async () => {
    const engine = await tiny.encoder.createEngine(settingsFor('single-label', { type: 'head-only' }));
    const { types: _, ...alone } = batchOf('single-label', 0);
    expect(await engine.evaluate(batchOf('single-label', 0))).not.toEqual(await engine.evaluate(alone));
    const types = alone.ids.map(() => 2);
    await expect(engine.evaluate({ ...alone, types })).rejects.toThrow('token types');
    engine.destroy();
  });

  test('a batch in which no token is counted has loss 0 and moves nothing', async () => {
    const engine = await tiny.encoder.createEngine(settingsFor('token', { type: 'houlsby', bottleneck: 4 }));
    const batch = batchOf('token', 0);
    const { loss, gradNorm } = await engine.step({ ...batch, labels: batch.ids.map(() => notCounted) }, 0.01);
    expect([loss, gradNorm]).toEqual([0, 0]);
    engine.destroy();
  });
}

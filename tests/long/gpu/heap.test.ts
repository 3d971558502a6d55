import { expect, test } from 'vitest';
import { methods, settingsOf, train } from '../../support/engine-runs.ts';
import { heapGrowth } from '../../support/heap.ts';
import { withTinyOnWasm } from '../../support/wasm.ts';

/** Large enough that its arrays, not onnxruntime itself, are what the heap grows by. */
const config = {
  family: 'bert' as const,
  layers: 2,
  hidden: 256,
  heads: 8,
  intermediate: 1024,
  vocabulary: 8000,
  positions: 64,
  tokenTypes: 2,
  layerNormEpsilon: 1e-12,
};

/** The heap grows by a fifth at a time, so that what is measured lies up to so much above what is needed. */
const [least, most] = [0.7, 1.3];

test.each([
  { method: { type: 'houlsby' }, examples: 64 },
  { method: { type: 'houlsby', layers: [1] }, examples: 64 },
  { method: { type: 'bitfit' }, examples: 48 },
  { method: { type: 'full' }, examples: 32 },
])('$method.type $method.layers: what a run needs is what a new heap grows by', async ({ method, examples }) => {
  const { grown, memory } = await heapGrowth({ config, method, examples, tokens: 40, classes: 4 });
  // The moments of the optimizer, and states that are kept, lie outside onnxruntime's heap.
  const { frozen, trainable, activations, scratch } = memory;
  const share = (frozen + trainable + activations + scratch) / grown;
  expect(share).toBeGreaterThan(least);
  expect(share).toBeLessThan(most);
});

const wasm = withTinyOnWasm();

test('what a run needs does not depend on what ran before it', async () => {
  const memoryOf = async (method: object) => {
    const engine = await wasm.encoder.createEngine(settingsOf(method));
    await train(engine, 4);
    const memory = engine.memory();
    engine.destroy();
    return memory;
  };
  const first = await memoryOf({ type: 'houlsby', bottleneck: 2 });
  for (const method of methods) await memoryOf(method);
  expect(await memoryOf({ type: 'houlsby', bottleneck: 2 })).toEqual(first);
  expect((await memoryOf({ type: 'full' })).optimizer).toBeGreaterThan(10 * first.optimizer);
});

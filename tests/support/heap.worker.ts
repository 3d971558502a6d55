import { openOnnxRuntime } from '../../src/device/open.ts';
import { methodSchema, trainingPlan } from '../../src/model/methods.ts';
import { baseParameters, elementCount } from '../../src/model/parameters.ts';
import { loadEncoder } from '../../src/onnx/engine.ts';
import { makeBatch } from '../../src/training/batches.ts';
import type { HeapCase, HeapGrowth } from './heap.ts';
import { integers } from './numbers.ts';

/** Trains in an onnxruntime of its own, whose heap nothing else has grown. */
async function measure({ config, method, examples, tokens, classes }: HeapCase): Promise<HeapGrowth> {
  const runtime = await openOnnxRuntime();
  const before = runtime.heapBytes();
  const weights = new Map(
    baseParameters(config).map(({ name, shape }) => [
      name,
      { shape, data: new Float32Array(elementCount(shape)).fill(0.01) },
    ]),
  );
  const encoder = loadEncoder(runtime, { config, weights, poolerCount: 0 });
  const engine = await encoder.createEngine({
    plan: trainingPlan(methodSchema.parse(method), config.layers),
    classes,
    pooling: 'mean',
    optimizer: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clip: 1 },
    seed: 1,
  });
  const ready = runtime.heapBytes();
  for (let step = 0; step < 3; step++) {
    const rows = Array.from({ length: examples }, (_, i) => [
      ...integers(tokens, 5, config.vocabulary, 100 * step + i),
    ]);
    await engine.step(
      makeBatch(
        rows,
        rows.map((_, i) => i % classes),
        0,
        tokens,
      ),
      0.001,
    );
  }
  return { before, ready, grown: runtime.heapBytes() - before, memory: engine.memory() };
}

self.addEventListener('message', ({ data }: MessageEvent<HeapCase>) => {
  measure(data).then(
    (result) => self.postMessage(result),
    (error: unknown) => self.postMessage({ error: String(error) }),
  );
});

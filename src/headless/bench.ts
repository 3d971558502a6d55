import { z } from 'zod';
import { liveBufferBytes, liveBufferCount } from '../gpu/buffers.ts';
import { type Gpu, openGpu } from '../gpu/device.ts';
import { type EncoderConfig, readEncoderConfig } from '../model/encoder-config.ts';
import { methodSchema, trainingPlan } from '../model/methods.ts';
import { baseParameters, countParameters, elementCount } from '../model/parameters.ts';
import { drawInitial } from '../model/random.ts';
import type { Batch, EngineSettings, NamedTensors } from '../training/engine.ts';
import { type DispatchTime, loadEncoder, type WebGpuEngine } from '../webgpu/engine.ts';

/** `npm run bench`: the time of a training step on random weights of a given shape. Nothing is learned. */

export const benchSchema = z.object({
  layers: z.number().int().min(1).max(48),
  hidden: z.number().int().min(4).max(4096),
  heads: z.number().int().min(1).max(64),
  intermediate: z.number().int().min(4).max(16384),
  examples: z.number().int().min(1).max(1024),
  tokens: z.number().int().min(1).max(2048),
  bottleneck: z.number().int().min(1).max(4096),
  train: z.enum(['adapters', 'full', 'head']),
  /** Layers with adapters; all of them unless given. */
  adapted: z.array(z.number().int().min(0)).optional(),
  steps: z.number().int().min(1).max(10_000),
  warmup: z.number().int().min(1).max(1000),
  dense: z.boolean(),
});
export type Bench = z.infer<typeof benchSchema>;

interface Spread {
  median: number;
  minimum: number;
  p90: number;
}

export interface BenchResult extends Bench {
  device: string;
  software: boolean;
  loss: number;
  trainable: number;
  firstStepMs: number;
  /** Each step ended by reading its loss with the device idle. */
  stepMs: Spread;
  stepMsMedian: number;
  /** Steps handed over ahead of their results. */
  stepMsPipelined: number;
  /** JavaScript of a step: upload, encoding, submit. */
  hostMs: number;
  dispatches: number;
  submitsPerStep: number;
  buffersMadePerStep: number;
  gflop: number;
  gflops: number;
  memoryBytes: Record<string, number>;
  peakBytes: number;
  kernels: { kernel: string; calls: number; milliseconds: number; gflops: number | null }[];
}

const vocabulary = 1000;
const classes = 2;
const seed = 1;
const learningRate = 1e-3;

function configOf(bench: Bench): EncoderConfig {
  return readEncoderConfig({
    model_type: 'bert',
    hidden_size: bench.hidden,
    num_hidden_layers: bench.layers,
    num_attention_heads: bench.heads,
    intermediate_size: bench.intermediate,
    vocab_size: vocabulary,
    max_position_embeddings: bench.tokens,
    hidden_act: 'gelu',
  });
}

/** Normal matrices of deviation 0.02, LayerNorm weights 1, everything else 0: BERT's own start. */
function randomWeights(config: EncoderConfig): NamedTensors {
  return new Map(
    baseParameters(config).map(({ name, shape }) => {
      const count = elementCount(shape);
      if (shape.length > 1)
        return [name, { shape, data: drawInitial({ kind: 'normal', deviation: 0.02 }, count, seed, name) }];
      return [name, { shape, data: new Float32Array(count).fill(name.endsWith('LayerNorm.weight') ? 1 : 0) }];
    }),
  );
}

function batchOf({ examples, tokens, dense }: Bench): Batch {
  const lengths = Uint32Array.from({ length: examples }, (_, b) =>
    Math.max(1, dense ? tokens : tokens - ((3 * b) % 32)),
  );
  const ids = new Uint32Array(examples * tokens);
  lengths.forEach((length, b) => {
    for (let t = 0; t < length; t++) ids[b * tokens + t] = 1 + ((b * 131 + t * 7919) % (vocabulary - 1));
  });
  return {
    examples,
    length: tokens,
    ids,
    lengths,
    labels: Uint32Array.from({ length: examples }, (_, b) => b % classes),
  };
}

function settingsOf({ train, bottleneck, adapted, layers }: Bench): EngineSettings {
  const method = { adapters: 'houlsby', full: 'full', head: 'head-only' }[train];
  const rest = train === 'adapters' ? { bottleneck, ...(adapted ? { layers: adapted } : {}) } : {};
  return {
    plan: trainingPlan(methodSchema.parse({ type: method, ...rest }), layers),
    classes,
    pooling: 'mean',
    optimizer: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, clip: 1 },
    seed,
  };
}

function spread(times: readonly number[]): Spread {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { median: at(0.5), minimum: at(0), p90: at(0.9) };
}

/** Sums times by the kernel's name: the label without its layer. */
function byKernel(times: readonly DispatchTime[]): BenchResult['kernels'] {
  const kernels = new Map<string, { calls: number; milliseconds: number; flops: number }>();
  for (const { label, milliseconds, flops } of times) {
    const name = label.replace(/encoder\.layer\.\d+\./, '');
    const known = kernels.get(name) ?? { calls: 0, milliseconds: 0, flops: 0 };
    kernels.set(name, {
      calls: known.calls + 1,
      milliseconds: known.milliseconds + milliseconds,
      flops: known.flops + flops,
    });
  }
  return [...kernels]
    .map(([kernel, { calls, milliseconds, flops }]) => ({
      kernel,
      calls,
      milliseconds,
      gflops: flops > 0 && milliseconds > 0 ? flops / milliseconds / 1e6 : null,
    }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
}

async function timeSteps(engine: WebGpuEngine, batch: Batch, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const started = performance.now();
    await engine.step(batch, learningRate);
    times.push(performance.now() - started);
  }
  return times;
}

async function measure(gpu: Gpu, bench: Bench): Promise<BenchResult> {
  const config = configOf(bench);
  const batch = batchOf(bench);
  const settings = settingsOf(bench);
  const encoder = loadEncoder(gpu, { config, weights: randomWeights(config), poolerCount: 0 });
  const started = performance.now();
  const engine = await encoder.createEngine(settings);
  const { loss } = await engine.step(batch, learningRate);
  const firstStepMs = performance.now() - started;
  await timeSteps(engine, batch, bench.warmup);

  const buffers = liveBufferCount(gpu.device);
  const stepMs = spread(await timeSteps(engine, batch, bench.steps));
  const pipelined = performance.now();
  await Promise.all(Array.from({ length: bench.steps }, () => engine.step(batch, learningRate)));
  const stepMsPipelined = (performance.now() - pipelined) / bench.steps;
  const hostMs = engine.hostMilliseconds;
  const buffersMadePerStep = (liveBufferCount(gpu.device) - buffers) / (2 * bench.steps);
  const peakBytes = liveBufferBytes(gpu.device);
  const dispatched = engine.dispatches(batch);
  const times = (await engine.profile(batch, learningRate)) ?? [];
  const gflop = dispatched.reduce((sum, { flops }) => sum + flops, 0) / 1e9;
  const memoryBytes = { ...engine.memory() };
  engine.destroy();
  encoder.destroy();
  return {
    ...bench,
    device: gpu.name,
    software: gpu.software,
    loss,
    trainable: countParameters(config, settings.plan, classes, 0).trainable,
    firstStepMs,
    stepMs,
    stepMsMedian: stepMs.median,
    stepMsPipelined,
    hostMs,
    dispatches: dispatched.length,
    submitsPerStep: 1,
    buffersMadePerStep,
    gflop,
    gflops: (1000 * gflop) / stepMs.median,
    memoryBytes,
    peakBytes,
    kernels: byKernel(times),
  };
}

/** Measures one shape. */
export async function bench(json: unknown): Promise<BenchResult> {
  const gpu = await openGpu();
  try {
    return await measure(gpu, benchSchema.parse(json));
  } finally {
    gpu.destroy();
  }
}

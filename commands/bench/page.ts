import { z } from 'zod';
import { drawInitial } from '../../src/base/random.ts';
import type { Batch, Engine, EngineSettings } from '../../src/engine/contract.ts';
import { liveBufferBytes } from '../../src/gpu/buffers.ts';
import { type Gpu, openGpu } from '../../src/gpu/device.ts';
import { type EncoderConfig, readEncoderConfig } from '../../src/model/encoder-config.ts';
import { type FrozenTensors, frozenBits, roundFrozen } from '../../src/model/frozen-bits.ts';
import { methodSchema, trainingPlan } from '../../src/model/methods.ts';
import { baseParameters, countParameters, elementCount } from '../../src/model/parameters.ts';
import { loadEncoder, type WebGpuEngine } from '../../src/webgpu/engine.ts';
import { type Calibration, calibrate } from '../../src/webgpu/products/calibrate.ts';
import { type DispatchTime, dispatches, profile } from '../../src/webgpu/profile.ts';
import { tuningFrom } from '../support/page/tuning.ts';

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
  /** Forces a way to cut products, in the syntax of `--tile`. */
  tile: z.string().optional(),
  /** Bits of the frozen weights. */
  frozenBits: z.literal(frozenBits).default(32),
});
export type Bench = z.infer<typeof benchSchema>;

export interface Spread {
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
  /** Milliseconds of a step that ends by reading its loss with the device idle. */
  stepMs: Spread;
  stepMsMedian: number;
  /** Milliseconds from result to result, one step submitted ahead of the results of the one before, as a run does. */
  pipelinedMs: Spread;
  stepMsPipelined: number;
  /** Milliseconds of a step's JavaScript: upload, encoding, submit. */
  hostMs: number;
  dispatches: number;
  passesPerStep: number;
  submitsPerStep: number;
  /** Calls of createBuffer, and of createBindGroup and createComputePipelineAsync, in the steady state. */
  buffersMadePerStep: number;
  otherObjectsMadePerStep: number;
  gflop: number;
  gflops: number;
  /** The best rate of any tile shape on a large product, measured in the same run. */
  calibratedGflops: number;
  /** `gflops` over `calibratedGflops`. */
  shareOfCalibrated: number;
  /** Share of matrix products' time that runs at 70 % of the calibrated rate or more. Null without timestamps. */
  matmulTimeAtRate: number | null;
  calibration: Calibration;
  memoryBytes: Record<string, number>;
  /** Buffers of all arenas together, which only grow while an engine lives. */
  peakBytes: number;
  kernels: { kernel: string; calls: number; milliseconds: number; gflops: number | null }[];
}

const vocabulary = 1000;
export const classes = 2;
const seed = 1;
export const learningRate = 1e-3;

export function configOf(bench: Bench): EncoderConfig {
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

/** BERT's initial values (matrices normal, deviation 0.02; LayerNorm weights 1; else 0), rounded to `frozenBits`. */
export function randomEncoder(bench: Bench) {
  const config = configOf(bench);
  const weights: FrozenTensors = new Map(
    baseParameters(config).map(({ name, shape }) => {
      const count = elementCount(shape);
      if (shape.length > 1)
        return [name, { shape, data: drawInitial({ kind: 'normal', deviation: 0.02 }, count, seed, name) }];
      return [name, { shape, data: new Float32Array(count).fill(name.endsWith('LayerNorm.weight') ? 1 : 0) }];
    }),
  );
  return roundFrozen({ config, weights, poolerCount: 0 }, bench.frozenBits);
}

export function batchOf({ examples, tokens, dense }: Bench): Batch {
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
    // The same rows come back, as in a later epoch: the states of frozen layers are cached.
    keys: Uint32Array.from({ length: examples }, (_, b) => b),
  };
}

export function settingsOf({ train, bottleneck, adapted, layers }: Bench): EngineSettings {
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

export function spread(times: readonly number[]): Spread {
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

export async function timeSteps(engine: Engine, batch: Batch, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const started = performance.now();
    await engine.step(batch, learningRate);
    times.push(performance.now() - started);
  }
  return times;
}

/** Times from result to result, each step submitted while the one before it runs. */
async function timePipelined(engine: WebGpuEngine, batch: Batch, count: number): Promise<number[]> {
  const times: number[] = [];
  let ahead = engine.step(batch, learningRate);
  let last = performance.now();
  for (let i = 0; i < count; i++) {
    const next = engine.step(batch, learningRate);
    await ahead;
    ahead = next;
    times.push(performance.now() - last);
    last = performance.now();
  }
  await ahead;
  return times;
}

/** Counts the calls of a method of WebGPU until the returned function is called. */
function countCalls<T extends object>(prototype: T, method: keyof T): () => number {
  const original = prototype[method];
  if (typeof original !== 'function') throw new Error(`${String(method)} is no method`);
  let calls = 0;
  prototype[method] = function (this: T, ...args: unknown[]) {
    calls++;
    return original.apply(this, args);
  } as T[keyof T];
  return () => {
    prototype[method] = original;
    return calls;
  };
}

/** Share of the time of matrix products that runs at `rate` or more. */
function timeAtRate(times: readonly DispatchTime[], rate: number): number | null {
  const products = times.filter(({ flops, milliseconds }) => flops > 0 && milliseconds > 0);
  const sum = (list: typeof products) => list.reduce((total, { milliseconds }) => total + milliseconds, 0);
  if (products.length === 0) return null;
  return sum(products.filter(({ flops, milliseconds }) => flops / milliseconds / 1e6 >= rate)) / sum(products);
}

const goodShare = 0.7;

async function measure(gpu: Gpu, bench: Bench): Promise<BenchResult> {
  const calibration = await calibrate(gpu);
  const large = calibration.rates.filter(({ kind }) => kind === 'large');
  const calibratedGflops = Math.max(...large.map(({ gflops }) => gflops));
  const config = configOf(bench);
  const batch = batchOf(bench);
  const settings = settingsOf(bench);
  const tuning = bench.tile ? tuningFrom(gpu, bench.tile) : calibration;
  const encoder = loadEncoder(gpu, randomEncoder(bench), tuning);
  const started = performance.now();
  const engine = await encoder.createEngine(settings);
  const { loss } = await engine.step(batch, learningRate);
  const firstStepMs = performance.now() - started;
  await timeSteps(engine, batch, bench.warmup);

  const passes = countCalls(GPUCommandEncoder.prototype, 'beginComputePass');
  const submits = countCalls(GPUQueue.prototype, 'submit');
  const buffers = countCalls(GPUDevice.prototype, 'createBuffer');
  const bindGroups = countCalls(GPUDevice.prototype, 'createBindGroup');
  const pipelines = countCalls(GPUDevice.prototype, 'createComputePipelineAsync');
  const stepMs = spread(await timeSteps(engine, batch, bench.steps));
  const pipelinedMs = spread(await timePipelined(engine, batch, bench.steps));
  const hostMs = engine.hostMilliseconds;
  // One step before the pipelined ones fills the pipe.
  const perStep = (count: () => number) => count() / (2 * bench.steps + 1);
  const counts = {
    passesPerStep: perStep(passes),
    submitsPerStep: perStep(submits),
    buffersMadePerStep: perStep(buffers),
    otherObjectsMadePerStep: perStep(bindGroups) + perStep(pipelines),
  };
  const peakBytes = liveBufferBytes(gpu.device);
  const dispatched = dispatches(engine, batch);
  const times = (await profile(gpu.device, engine, batch, learningRate)) ?? [];
  const gflop = dispatched.reduce((sum, { flops }) => sum + flops, 0) / 1e9;
  const gflops = gflop / (stepMs.median / 1000);
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
    pipelinedMs,
    stepMsPipelined: pipelinedMs.median,
    hostMs,
    dispatches: dispatched.length,
    ...counts,
    gflop,
    gflops,
    calibratedGflops,
    shareOfCalibrated: gflops / calibratedGflops,
    matmulTimeAtRate: timeAtRate(times, goodShare * calibratedGflops),
    calibration,
    memoryBytes,
    peakBytes,
    kernels: byKernel(times),
  };
}

/** Measures one shape. */
export async function bench(options: Bench): Promise<BenchResult> {
  const gpu = await openGpu();
  try {
    return await measure(gpu, benchSchema.parse(options));
  } finally {
    gpu.destroy();
  }
}

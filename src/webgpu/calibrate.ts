import attention from '../../shaders/attention.wgsl?raw';
import matmul from '../../shaders/matmul.wgsl?raw';
import tileSource from '../../shaders/tile.wgsl?raw';
import { Arena } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { Recording } from '../gpu/recorder.ts';
import { Stopwatch } from '../gpu/stopwatch.ts';
import { seedOf } from '../model/random.ts';
import { attentionForward, paddedTokens } from './ops/attention.ts';
import { matmulBackwardInput, matmulForward } from './ops/matmul.ts';
import { type BatchSize, createRecorder, type Recorder, spareSlices } from './ops/recorder.ts';
import { stepUniform } from './step-uniform.ts';
import {
  defaultTuning,
  type Tile,
  type TileChoice,
  type TileClass,
  type Tuning,
  tileClasses,
  tileShapes,
  tuningSchema,
} from './tiles.ts';

/** Which tile shape a device likes for which product, and whether 16-bit weights pay, measured on the kernels themselves. */

export interface Rate {
  kind: TileClass;
  tile: Tile;
  gflops: number;
}

export interface Calibration extends Tuning {
  rates: Rate[];
  /** GFLOP/s of a large product whose frozen weights are stored in 16 bits. */
  halfGflops: number;
}

const size: BatchSize = { examples: 16, tokens: 64 };
const rows = size.examples * size.tokens;
const [hidden, heads, wide, narrow] = [128, 4, 512, 16];
/** Milliseconds that one timing should last at least, so that coarse clocks do not matter. */
const lasting = 4;
const mostRepeats = 64;
const timings = 2;
/** Half the room is worth this share of the speed. */
const asFast = 0.98;

/** A product of each class, at sizes as in a small encoder. Values are all zero: on every known device the time is the same. */
type Trial = (recorder: Recorder, arena: Arena) => void;
const trials: Record<TileClass, Trial> = {
  large: (recorder, arena) => linear(recorder, arena, 2 * hidden, wide),
  small: (recorder, arena) => linear(recorder, arena, 2 * hidden, narrow),
  attention: (recorder, arena) =>
    attentionForward(recorder, 'attention', {
      hidden,
      heads,
      qkv: arena.create('qkv', rows * 3 * hidden),
      lengths: arena.create('lengths', size.examples),
      probabilities: arena.create('probabilities', size.examples * heads * paddedTokens(size.tokens) ** 2),
      context: arena.create('context', rows * hidden),
    }),
};

const halfTrial: Trial = (recorder, arena) => linear(recorder, arena, 2 * hidden, wide, true);

function linear(recorder: Recorder, arena: Arena, inputs: number, outputs: number, half = false): void {
  const x = arena.create('x', rows * inputs);
  const weight = { ...arena.create('weight', (outputs * inputs) / (half ? 2 : 1)), half };
  const out = arena.create('out', rows * outputs);
  matmulForward(recorder, 'forward', { inputs, outputs, x, weight, out });
  const dX = arena.create('dx', rows * inputs);
  matmulBackwardInput(recorder, 'backward', { inputs, outputs, dOut: out, weight, dX });
}

/** Milliseconds of `repeats` replays: by timestamps where there are any, else by the clock. */
async function time({ device }: Gpu, recording: Recording<BatchSize>, repeats: number): Promise<number> {
  const stopwatch = device.features.has('timestamp-query') ? new Stopwatch(device, 1) : null;
  const started = performance.now();
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass(stopwatch ? { timestampWrites: stopwatch.next('trial') } : {});
  for (let i = 0; i < repeats; i++) recording.replay(pass, size);
  pass.end();
  device.queue.submit([encoder.finish()]);
  await device.queue.onSubmittedWorkDone();
  const [stamped] = stopwatch ? await stopwatch.read() : [];
  return stamped?.milliseconds || performance.now() - started;
}

/** GFLOP/s of a trial. */
async function measure(gpu: Gpu, trial: Trial, tiles: TileChoice): Promise<number> {
  const arena = new Arena(gpu.device, 'calibration');
  try {
    const recording = new Recording<BatchSize>(gpu.device);
    const values = { size, training: true, seed: 0, updates: 0, learningRate: 0, corrections: [1, 1] } as const;
    const step = arena.createUniform('step', stepUniform(values));
    trial(createRecorder(gpu, { recording, step, spare: spareSlices(arena), arena, tiles }), arena);
    await recording.ready();
    const once = await time(gpu, recording, 1);
    const repeats = Math.min(mostRepeats, Math.ceil(lasting / Math.max(once, 1e-3)));
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < timings; i++) best = Math.min(best, (await time(gpu, recording, repeats)) / repeats);
    const flops = recording.dispatches.reduce((sum, { flops: count }) => sum + (count?.(size) ?? 0), 0);
    return flops / best / 1e6;
  } finally {
    arena.destroy();
  }
}

/** Measures every tile shape for every class of products: three seconds on SwiftShader, most of it compilation. */
export async function calibrate(gpu: Gpu): Promise<Calibration> {
  const rates: Rate[] = [];
  for (const kind of tileClasses)
    for (const tile of tileShapes) {
      const gflops = await measure(gpu, trials[kind], { ...defaultTuning(gpu).tiles, [kind]: tile });
      rates.push({ kind, tile, gflops });
    }
  const best = (kind: TileClass) =>
    rates.filter((rate) => rate.kind === kind).reduce((a, b) => (b.gflops > a.gflops ? b : a));
  const [large, small, attention] = [best('large'), best('small'), best('attention')];
  const tiles = { large: large.tile, small: small.tile, attention: attention.tile };
  const halfGflops = await measure(gpu, halfTrial, tiles);
  return { tiles, halfWeights: halfGflops >= asFast * large.gflops, rates, halfGflops };
}

/** Keeps a choice between visits. */
export interface TuningMemory {
  /** What was remembered under this name, of any form; undefined if nothing was. */
  recall(name: string): Promise<unknown>;
  remember(name: string, value: Tuning): Promise<void>;
}

/**
 * What to run a device with. Known for a CPU rasteriser, where measuring takes seconds; else remembered from an earlier visit, else measured now and remembered.
 */
export async function tuningFor(gpu: Gpu, memory: TuningMemory): Promise<Tuning> {
  if (gpu.software) return defaultTuning(gpu);
  // Other kernels may like other tiles.
  const name = `tuning-${seedOf(gpu.name, tileSource, matmul, attention)}`;
  const remembered = tuningSchema.safeParse(await memory.recall(name));
  if (remembered.success) return remembered.data;
  const { tiles, halfWeights } = await calibrate(gpu);
  const tuning = { tiles, halfWeights };
  await memory.remember(name, tuning);
  return tuning;
}

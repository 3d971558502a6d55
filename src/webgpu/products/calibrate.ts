import activation from '../../../shaders/activation.wgsl?raw';
import adapter from '../../../shaders/adapter.wgsl?raw';
import attention from '../../../shaders/attention.wgsl?raw';
import matmul from '../../../shaders/matmul.wgsl?raw';
import { seedOf } from '../../base/random.ts';
import { Arena } from '../../gpu/buffers.ts';
import type { Gpu } from '../../gpu/device.ts';
import { readOnce } from '../../gpu/readback.ts';
import { Recording } from '../../gpu/recording.ts';
import { Stopwatch } from '../../gpu/stopwatch.ts';
import { type BatchSize, createRecorder, spareSlices } from '../ops/recorder.ts';
import { stepUniform } from '../step-uniform.ts';
import {
  defaultTuning,
  everywhere,
  isStaged,
  type TileChoice,
  type TileClass,
  type Tuning,
  tileClasses,
  tileSource,
  tuningSchema,
  type Variant,
  workgroupBytes,
  workgroupInvocations,
} from './tiles.ts';
import { makeTrial, type Trial, type TrialResult, trialSize } from './trials.ts';

/** A device's fastest way to compute each product, and whether 16-bit weights pay, measured on the kernels. */

export interface Rate {
  kind: TileClass;
  tile: Variant;
  gflops: number;
  /** Difference of its result from the reference path's, as a share of what rounding allows: 1 and more is wrong. */
  error: number;
}

export interface Calibration extends Tuning {
  rates: Rate[];
  /** GFLOP/s of a large product whose frozen weights are stored in 16 bits. */
  halfGflops: number;
}

/** Milliseconds that one timing should last at least, so that coarse clocks do not matter. */
const lasting = 4;
const maxRepeats = 64;
const timings = 2;
/** Share of the full speed that 16-bit weights must reach to be chosen: they take half the room. */
const asFast = 0.98;
/** The variant that all others are compared with: an invocation a tile, no workgroup memory. */
const reference: Variant = 'V0-8x8';

const registerTiles: readonly Variant[] = ['V0-8x8', 'V0-8x16', 'V0-16x8', 'V0-16x16'];
const stagedTiles: Record<TileClass, readonly Variant[]> = {
  large: ['V1', 'V1-deep', 'V1n', 'V2'],
  narrow: ['V3', 'V1', 'V4'],
  deep: ['V4', 'V1'],
  attention: ['V1h', 'V1', 'V1n'],
};

/** Variants worth measuring on a device for a class. */
export function candidates({ software, vendor, device: { limits } }: Gpu, kind: TileClass): readonly Variant[] {
  if (software) return registerTiles;
  const { maxComputeWorkgroupStorageSize: bytes, maxComputeInvocationsPerWorkgroup: invocations } = limits;
  return stagedTiles[kind].filter(
    (variant) =>
      workgroupBytes(variant) <= bytes &&
      workgroupInvocations(variant) <= invocations &&
      // Two rows a lane, as NVIDIA's own kernels have them; elsewhere it never led, and each candidate costs a visitor's time.
      (variant !== 'V1n' || vendor === '' || vendor === 'nvidia'),
  );
}

interface Prepared {
  tile: Variant;
  trial: Trial;
  recording: Recording<BatchSize>;
}

/** Milliseconds of `repeats` replays: by timestamps where there are any, else by the clock. */
async function time({ device }: Gpu, recording: Recording<BatchSize>, repeats: number): Promise<number> {
  const stopwatch = device.features.has('timestamp-query') ? new Stopwatch(device, 1) : null;
  const started = performance.now();
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass(stopwatch ? { timestampWrites: stopwatch.next('trial') } : {});
  for (let i = 0; i < repeats; i++) recording.replay(pass, trialSize);
  pass.end();
  device.queue.submit([encoder.finish()]);
  await device.queue.onSubmittedWorkDone();
  const [stamped] = stopwatch ? await stopwatch.read() : [];
  return stamped?.milliseconds || performance.now() - started;
}

/** Records a trial for a variant; its kernels compile in the background. */
function prepare(gpu: Gpu, arena: Arena, trial: Trial, tile: Variant): Prepared {
  const recording = new Recording<BatchSize>(gpu.device);
  const values = {
    size: trialSize,
    training: true,
    seed: 0,
    updates: 0,
    learningRate: 0,
    corrections: [1, 1],
  } as const;
  const step = arena.createUniform('step', stepUniform(values));
  // The reference path has one part of every depth.
  const parts = isStaged(tile) ? trial.parts : null;
  const spare = spareSlices(arena);
  trial.record(createRecorder(gpu, { recording, step, spare, arena, tiles: everywhere(tile), parts }));
  return { tile, trial, recording };
}

/** Runs a trial once, on zeroed results, and reads them. */
async function run({ device }: Gpu, { trial, recording }: Prepared): Promise<Float32Array[]> {
  const encoder = device.createCommandEncoder();
  for (const { slice } of trial.results) encoder.clearBuffer(slice.buffer, slice.offset, slice.size);
  const pass = encoder.beginComputePass();
  recording.replay(pass, trialSize);
  pass.end();
  device.queue.submit([encoder.finish()]);
  const read: Float32Array[] = [];
  for (const { slice } of trial.results) read.push(new Float32Array(await readOnce(device, slice)));
  return read;
}

/** Results, copies added up to what they are copies of. */
const summed = ({ results }: Trial, values: Float32Array[]): Float32Array[] => {
  const sums: Float32Array[] = [];
  results.forEach(({ copyOf }, i) => {
    const [value, before] = [values[i] as Float32Array, sums.at(-1)];
    if (copyOf === undefined || !before) sums.push(value);
    else
      value.forEach((element, at) => {
        before[at % copyOf] = (before[at % copyOf] as number) + element;
      });
  });
  return sums;
};

/**
 * The largest difference, as a share of what rounding allows: twice n u Σ |a b| (Higham 2002, 3.5), u = 2^-24, for n
 * products of numbers within 1, a quarter each on average. A fixed bound would refuse right kernels that are deep.
 */
export function errorOf(results: readonly TrialResult[], ours: Float32Array[], theirs: Float32Array[]): number {
  let most = 0;
  theirs.forEach((expected, i) => {
    const allowed = ((results[i]?.depth ?? 0) ** 2 / 4) * 2 ** -23;
    expected.forEach((value, at) => {
      const off = Math.abs((ours[i]?.[at] as number) - value) / allowed;
      // Not a number is as wrong as can be.
      most = off <= most ? most : Number.isNaN(off) ? Number.POSITIVE_INFINITY : off;
    });
  });
  return most;
}

/** GFLOP/s of a trial. */
async function measure(gpu: Gpu, { recording }: Prepared): Promise<number> {
  const once = await time(gpu, recording, 1);
  const repeats = Math.min(maxRepeats, Math.ceil(lasting / Math.max(once, 1e-3)));
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < timings; i++) best = Math.min(best, (await time(gpu, recording, repeats)) / repeats);
  const flops = recording.dispatches.reduce((sum, { flops: count }) => sum + (count?.(trialSize) ?? 0), 0);
  return flops / best / 1e6;
}

/** The candidates of a class, compared with the reference and timed. */
async function rate(gpu: Gpu, kind: TileClass, prepared: readonly Prepared[]): Promise<Rate[]> {
  const expected = prepared.find(({ tile }) => tile === reference);
  if (!expected) return [];
  await expected.recording.ready();
  const right = summed(expected.trial, await run(gpu, expected));
  const sums = expected.trial.results.filter(({ copyOf }) => copyOf === undefined);
  const rates: Rate[] = [];
  const measured = prepared.filter(({ tile }) => candidates(gpu, kind).includes(tile));
  for (const each of measured) {
    // What a driver cannot compile is as wrong as can be.
    const compiled = await each.recording.ready().then(
      () => true,
      () => false,
    );
    const error = compiled ? errorOf(sums, summed(each.trial, await run(gpu, each)), right) : Number.POSITIVE_INFINITY;
    rates.push({ kind, tile: each.tile, error, gflops: error < 1 ? await measure(gpu, each) : 0 });
  }
  return rates;
}

/** Compares and measures every candidate of every class: a second or less on a card, three on SwiftShader, most of it compilation. */
export async function calibrate(gpu: Gpu): Promise<Calibration> {
  const arena = new Arena(gpu.device, 'calibration');
  try {
    const prepared = tileClasses.map((kind) => {
      const trial = makeTrial(kind, arena);
      const tiles = new Set([reference, ...candidates(gpu, kind)]);
      return { kind, trials: [...tiles].map((tile) => prepare(gpu, arena, trial, tile)) };
    });
    // All at once, so that drivers compile side by side.
    await Promise.allSettled(prepared.flatMap(({ trials }) => trials.map(({ recording }) => recording.ready())));
    const rates: Rate[] = [];
    for (const { kind, trials } of prepared) rates.push(...(await rate(gpu, kind, trials)));
    const best = (kind: TileClass): Rate =>
      rates
        .filter((each) => each.kind === kind && each.error < 1)
        .reduce((a, b) => (b.gflops > a.gflops ? b : a), { kind, tile: reference, gflops: 0, error: 0 });
    const tiles = Object.fromEntries(tileClasses.map((kind) => [kind, best(kind).tile])) as TileChoice;
    const half = prepare(gpu, arena, makeTrial('large', arena, true), tiles.large);
    await half.recording.ready();
    const halfGflops = await measure(gpu, half);
    const refused = rates.filter(({ error }) => error >= 1).map(({ kind, tile }) => ({ kind, tile }));
    return { tiles, halfWeights: halfGflops >= asFast * best('large').gflops, refused, rates, halfGflops };
  } finally {
    arena.destroy();
  }
}

/** Stores a choice between visits. */
export interface TuningMemory {
  /** The value stored under this name, of any form; undefined if there is none. */
  recall(name: string): Promise<unknown>;
  remember(name: string, value: Tuning): Promise<void>;
}

/**
 * The tuning to run a device with. Fixed for a CPU rasteriser, where measuring takes seconds; else stored by an earlier
 * visit, else measured now and stored.
 * @param measure the default compiles every candidate
 */
export async function tuningFor(
  gpu: Gpu,
  memory: TuningMemory,
  measure: (gpu: Gpu) => Promise<Tuning> = calibrate,
): Promise<Tuning> {
  if (gpu.software) return defaultTuning(gpu);
  // Other tiles may be faster, or wrong, with another driver or other kernels.
  const kernels = [tileSource(reference), tileSource('V1'), activation, matmul, adapter, attention];
  const name = `tuning-${seedOf(gpu.identity, ...kernels)}`;
  const remembered = tuningSchema.safeParse(await memory.recall(name));
  if (remembered.success) return remembered.data;
  const { tiles, halfWeights, refused } = await measure(gpu);
  const tuning = { tiles, halfWeights, refused };
  await memory.remember(name, tuning);
  return tuning;
}

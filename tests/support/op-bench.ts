import { afterAll, beforeAll } from 'vitest';
import { Arena, type Slice, write } from '../../src/gpu/buffers.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import { readOnce } from '../../src/gpu/readback.ts';
import { Recording } from '../../src/gpu/recording.ts';
import {
  type BatchSize,
  createRecorder,
  type GradientParts,
  type Recorder,
  spareSlices,
} from '../../src/webgpu/ops/recorder.ts';
import { defaultTuning, type TileChoice } from '../../src/webgpu/products/tiles.ts';
import { stepUniform } from '../../src/webgpu/step-uniform.ts';
import { sharedGpu } from './gpu.ts';

/** Runs single ops on the GPU: tensors in, tensors out. A test without a GPU fails; it never skips. */
export interface OpBench {
  /** A buffer with these values. */
  tensor(data: Float64Array | Float32Array | Uint32Array): Slice;
  /** A buffer of `count` elements filled with 7, so that an element that nothing writes is seen. */
  unwritten(count: number): Slice;
  zeros(count: number): Slice;
  /** Records ops, runs them once for a batch of this size, and waits. */
  run(size: BatchSize, record: (recorder: Recorder) => void, step?: Partial<StepValues>): Promise<void>;
  read(slice: Slice, count: number): Promise<Float32Array>;
}

interface StepValues {
  training: boolean;
  seed: number;
  update: number;
  terms: number;
  learningRate: number;
  corrections: [number, number];
  tiles: TileChoice;
  parts: GradientParts;
  /** Lanes and slices as on a graphics card. */
  card: boolean;
}

/** An op bench for the tests of a file; everything is released at its end. */
export function opBench(): OpBench {
  let gpu: Gpu;
  let arena: Arena;
  beforeAll(async () => {
    gpu = await sharedGpu();
    arena = new Arena(gpu.device, 'test');
  });
  afterAll(() => arena.destroy());
  const filled = (data: Float32Array | Uint32Array) => {
    const slice = arena.create('tensor', Math.max(1, data.length));
    write(gpu.device, slice, data);
    return slice;
  };
  return {
    tensor: (data) => filled(data instanceof Uint32Array ? data : Float32Array.from(data)),
    unwritten: (count) => filled(new Float32Array(count).fill(7)),
    zeros: (count) => filled(new Float32Array(count)),
    run: async ({ examples, tokens }, record, values = {}) => {
      const {
        training = true,
        seed = 0,
        update: updates = 0,
        learningRate = 0,
        terms = examples,
        corrections = [1, 1],
        tiles,
        parts,
        card = false,
      } = values;
      const size = { examples, tokens };
      const step = arena.createUniform(
        'step',
        stepUniform({ size, training, seed, updates, terms, learningRate, corrections }),
      );
      const recording = new Recording<BatchSize>(gpu.device);
      const spare = spareSlices(arena);
      record(
        createRecorder(card ? { ...gpu, software: false } : gpu, {
          recording,
          step,
          spare,
          arena,
          tiles: tiles ?? defaultTuning(gpu).tiles,
          parts: parts ?? null,
        }),
      );
      await recording.ready();
      const encoder = gpu.device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      recording.replay(pass, { examples, tokens });
      pass.end();
      gpu.device.queue.submit([encoder.finish()]);
      await gpu.trusted(gpu.device.queue.onSubmittedWorkDone());
    },
    read: async (slice, count) => new Float32Array(await readOnce(gpu.device, slice)).subarray(0, count),
  };
}

/** float32 against float64: sums of some hundred products of numbers around 1. */
export const kernelTolerance = { atol: 2e-5, rtol: 2e-5 };

/** Odd sizes: a single token, less than a tile, more than a tile. */
export const oddSizes: BatchSize[] = [
  { examples: 1, tokens: 1 },
  { examples: 1, tokens: 7 },
  { examples: 3, tokens: 33 },
];

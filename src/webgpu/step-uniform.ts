import type { BatchSize } from './ops/recorder.ts';

/** Bytes of `Step` in shaders/step.wgsl. */
export const stepBytes = 40;

export interface StepValues {
  /** Size of the rows that are computed at once. */
  size: BatchSize;
  training: boolean;
  seed: number;
  /** Updates made before. */
  updates: number;
  /** Rows of the whole step; absent: those of `size`. */
  batch?: number;
  /** Elements (B, T, H) of the step before these rows; absent: none. */
  firstElement?: number;
  learningRate: number;
  /** 1 - β1ᵗ and 1 - β2ᵗ of the coming update. */
  corrections: readonly [number, number];
}

/** The uniform's bytes. */
export function stepUniform(values: StepValues): Uint32Array<ArrayBuffer> {
  const { size, training, seed, updates, batch = size.examples, firstElement = 0, learningRate, corrections } = values;
  const words = Uint32Array.of(
    size.examples,
    size.tokens,
    Number(training),
    seed,
    updates,
    batch,
    firstElement,
    0,
    0,
    0,
  );
  new Float32Array(words.buffer).set([learningRate, ...corrections], 7);
  return words;
}

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
  /** Terms that the whole step's loss is the mean of; absent: one for each row of `size`. */
  terms?: number;
  /** Elements (B, T, H) of the step before these rows; absent: none. */
  firstElement?: number;
  learningRate: number;
  /** 1 - β1ᵗ and 1 - β2ᵗ of the coming update. */
  corrections: readonly [number, number];
}

/** The uniform's bytes. */
export function stepUniform(values: StepValues): Uint32Array<ArrayBuffer> {
  const { size, training, seed, updates, terms = size.examples, firstElement = 0, learningRate, corrections } = values;
  const words = Uint32Array.of(
    size.examples,
    size.tokens,
    Number(training),
    seed,
    updates,
    terms,
    firstElement,
    0,
    0,
    0,
  );
  new Float32Array(words.buffer).set([learningRate, ...corrections], 7);
  return words;
}

import type { EncoderConfig } from '../model/encoder-config.ts';
import type { FrozenBits, RoundedWeights } from '../model/frozen-bits.ts';
import type { TrainingPlan } from '../model/methods.ts';
import type { Pooling } from '../model/shapes.ts';
import type { TaskKind } from '../model/task-kind.ts';
import type { Labels } from './labels.ts';

/** The contract between the training loop and an engine. Whatever computes a step implements this, and nothing else. */

/** Named float32 tensors, row-major, in PyTorch's names and layout. */
export type NamedTensors = Map<string, { shape: number[]; data: Float32Array }>;

/** A batch of tokenised rows, padded on the right. */
export interface Batch {
  /** B */
  examples: number;
  /** T, padding included */
  length: number;
  /** Token ids; [PAD] is 0. (B, T) */
  ids: Uint32Array;
  /** Real tokens of each example, 1..T. (B) */
  lengths: Uint32Array;
  /** Segment of each token, 0 or 1; absent: all 0, as of one text. (B, T) */
  types?: Uint32Array;
  /** By the kind of task; any that fit where nothing is compared. */
  labels: Labels;
  /**
   * A number of each example that stays with it: an engine may cache the states that the frozen layers below the lowest
   * trained site compute for it, and skip them at the next visit. Equal numbers must always come with equal tokens and types. (B)
   */
  keys?: Uint32Array;
}

/** Pooled states of a frozen encoder, in place of tokens: what a head alone trains on. */
export interface FeatureBatch {
  examples: number;
  /** (B, H) */
  features: Float32Array;
  labels: Labels;
}

export interface StepReport {
  /** Mean over the terms that the batch's labels have (`lossTerms`), before the update. */
  loss: number;
  /** Global L2 norm over all trainable gradients, before clipping. */
  gradNorm: number;
}

export interface OptimizerSettings {
  beta1: number;
  beta2: number;
  epsilon: number;
  /** Decoupled; on matrices only. */
  weightDecay: number;
  /** Largest global gradient norm; null clips nothing. */
  clip: number | null;
}

/** AdamW's moments, and how many updates have been made. */
export interface OptimizerState {
  updates: number;
  firstMoments: NamedTensors;
  secondMoments: NamedTensors;
}

/** Bytes that a run takes: read from live buffers where an engine has its own, else computed. Never another run's. */
export interface MemoryBytes {
  /** The encoder's weights, shared by every engine made on them. */
  frozen: number;
  /** Parameters and their gradients. */
  trainable: number;
  /** AdamW's two moments. */
  optimizer: number;
  activations: number;
  scratch: number;
  /** States that frozen layers computed for examples, cached for their next visit. */
  cache: number;
}

export interface Engine {
  readonly name: 'webgpu' | 'wasm';
  /** Name of the device, as far as the browser reports it. */
  readonly device: string;

  /**
   * One training step: forward, backward, clipping, AdamW. The dropout masks follow from the engine's seed and the number
   * of updates made, so a run that was paused or restored goes on exactly as one that was not.
   */
  step(batch: Batch | FeatureBatch, learningRate: number): Promise<StepReport>;
  /** Logits, without dropout. (B, C); where every token is labelled (B, T, C), of padding any. */
  evaluate(batch: Batch | FeatureBatch): Promise<Float32Array>;
  /** Pooled states of the encoder as it is now, adapters included. (B, H); where every token is labelled those of all tokens, (B, T, H). */
  encode(batch: Batch): Promise<Float32Array>;

  readTrainable(): Promise<NamedTensors>;
  /** Replaces the named tensors; names that are absent keep their values. Refuses unknown names and other shapes. */
  writeTrainable(tensors: NamedTensors): void;
  /** Gradients of the last step, before clipping. */
  readGradients(): Promise<NamedTensors>;
  readOptimizer(): Promise<OptimizerState>;
  writeOptimizer(state: OptimizerState): void;

  /** SHA-256 over the frozen weights as they are stored on the device, in hexadecimal. */
  hashFrozen(): Promise<string>;
  memory(): MemoryBytes;
  /** Bytes of a heap that all engines share and that never shrinks; null where each has buffers of its own. */
  sharedHeapBytes(): number | null;
  destroy(): void;
}

/** Settings of an engine, besides the loaded encoder. */
export interface EngineSettings {
  plan: TrainingPlan;
  /** Outputs of the head: C, or 1 for a number. */
  classes: number;
  /** Absent: single-label. */
  kind?: TaskKind | undefined;
  /** Of no account where every token is labelled. */
  pooling: Pooling;
  optimizer: OptimizerSettings;
  /** Seeds initial weights and dropout. */
  seed: number;
  /**
   * Pieces that a step's rows are cut in and computed one after another; absent: 1. Loss, gradients and dropout masks are
   * those of the whole batch, as far as float32 sums go; room is needed for one piece only.
   */
  microBatches?: number;
  /** Bits that the encoder's frozen matrices must be rounded to; absent: whatever they are. */
  frozenBits?: FrozenBits;
}

/** Weights that an encoder is loaded from: every tensor of `baseParameters(config)`. */
export interface EncoderWeights extends RoundedWeights {
  config: EncoderConfig;
  /** Elements of the file's pooler, which is never used. */
  poolerCount: number;
}

/** An encoder on a device: makes engines that share its frozen weights. */
export interface LoadedEncoder {
  readonly config: EncoderConfig;
  /** Elements of the unused pooler in the file. */
  readonly poolerCount: number;
  /** @throws FrozenBitsError where the settings ask for weights in other bits */
  createEngine(settings: EngineSettings): Promise<Engine>;
  destroy(): void;
}

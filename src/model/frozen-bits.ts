import { nearestFloat16 } from '../base/float16.ts';
import { msg, UserError } from '../base/message.ts';
import { dequantise, type Int8Matrix, quantiseRows } from './int8.ts';
import { elementCount } from './parameters.ts';
import { embeddings } from './tensor-names.ts';

/** Frozen weights in fewer bits: a choice of the run, with the same numbers on every engine. */

/** Bits of a weight in a matrix of the encoder. */
export const frozenBits = [32, 16, 8] as const;
export type FrozenBits = (typeof frozenBits)[number];

/** A tensor of the encoder, float32 and row-major; of one rounded to 8 bits also the whole numbers that it is stored as. */
export interface FrozenTensor {
  shape: number[];
  data: Float32Array;
  int8?: Int8Matrix;
}
export type FrozenTensors = Map<string, FrozenTensor>;

/** An encoder's tensors, named without `bert.`, as its files have them or as a run rounds them. */
export interface RoundedWeights {
  weights: FrozenTensors;
  /** Bits that they are rounded to; absent: 32, as they are. */
  frozenBits?: FrozenBits;
}

/**
 * Rounds every matrix and every table of embeddings of an encoder: to the nearest float16 (16), or by row to whole
 * multiples of a 127th of its largest weight (8). Biases and LayerNorms stay. What a run trains of it starts at the rounded values.
 * @throws UserError for a weight that so few bits cannot hold
 */
export function roundFrozen<Files extends RoundedWeights>(files: Files, bits: FrozenBits): Files {
  if (bits === 32) return files;
  const weights: FrozenTensors = new Map();
  for (const [name, tensor] of files.weights)
    weights.set(name, tensor.shape.length === 2 ? rounded(name, tensor, bits) : tensor);
  return { ...files, weights, frozenBits: bits };
}

function rounded(name: string, { shape, data }: FrozenTensor, bits: 16 | 8): FrozenTensor {
  const int8 = bits === 8 ? quantiseRows(data, shape[0] ?? 0) : undefined;
  const back = int8 ? dequantise(int8) : nearestFloat16(data);
  const at = back.findIndex((value) => !Number.isFinite(value));
  if (at >= 0)
    throw new UserError(msg`${name} holds ${data[at] ?? 0}, which ${bits} bits cannot hold. Choose 32 bits.`);
  return { shape, data: back, ...(int8 && { int8 }) };
}

/**
 * Whether the WebGPU engine stores a tensor in fewer bits: the matrices of linear layers and the table of words, where they are
 * read four elements at a time. Positions and token types are few, and stay float32 however they are rounded.
 */
export function isPacked(name: string, [rows = 0, width]: readonly number[]): boolean {
  if (width === undefined || width % 4 !== 0) return false;
  return name === embeddings.word || (!name.startsWith('embeddings.') && rows % 4 === 0);
}

/** Size of a tensor on the GPU, in elements of 32 bits. */
export function storedElements(name: string, shape: readonly number[], bits: FrozenBits): number {
  const count = elementCount(shape);
  if (bits === 32 || !isPacked(name, shape)) return count;
  return bits === 16 ? count / 2 : count / 4 + (shape[0] ?? 0);
}

import { msg, UserError } from '../base/message.ts';
import type { EncoderConfig } from '../model/encoder-config.ts';
import type { FrozenBits } from '../model/frozen-bits.ts';
import { elementCount, type Parameter } from '../model/parameters.ts';
import type { TaskKind } from '../model/task-kind.ts';
import { BatchError } from './batch-error.ts';
import type { Batch, FeatureBatch, NamedTensors } from './contract.ts';
import { checkLabels } from './labels.ts';

/** Checks of input that every engine makes before it computes. */

/** An example whose key came with other tokens before. */
export class CacheKeyError extends UserError {
  override name = 'CacheKeyError';
}

/** A run that would begin on weights that are rounded differently. */
export class FrozenBitsError extends Error {
  override name = 'FrozenBitsError';
}

/** @throws FrozenBitsError, rather than silently computing another run's numbers */
export function checkFrozenBits(
  { frozenBits = 32 }: { frozenBits?: FrozenBits | undefined },
  asked: FrozenBits = frozenBits,
): void {
  if (asked !== frozenBits)
    throw new FrozenBitsError(`The run asks for ${asked} bits; the encoder is loaded in ${frozenBits}.`);
}

/** Tensors that do not fit what trains. */
export class TensorError extends UserError {
  override name = 'TensorError';
}

/**
 * @returns B and T; T is 1 for features
 * @throws BatchError saying what does not fit
 */
export function checkBatch(
  batch: Batch | FeatureBatch,
  { hidden, positions, vocabulary, tokenTypes }: EncoderConfig,
  { classes, kind = 'single-label' }: { classes: number; kind?: TaskKind | undefined },
): { examples: number; tokens: number } {
  const { examples, labels } = batch;
  checkLabels(labels, { examples, length: 'features' in batch ? 1 : batch.length, classes, kind });
  if ('features' in batch) {
    if (batch.features.length !== examples * hidden)
      throw new BatchError(msg`features: (${examples}, ${hidden}) are needed, got ${batch.features.length} elements`);
    return { examples, tokens: 1 };
  }
  const { length, ids, lengths, keys, types } = batch;
  if (length === 0) throw new BatchError('a batch without tokens');
  if (keys && keys.length !== examples) throw new BatchError(msg`${examples} keys are needed, got ${keys.length}`);
  if (length > positions)
    throw new BatchError(msg`rows of ${length} tokens; this encoder has ${positions} positions. Lower maxLength.`);
  if (ids.length !== examples * length || lengths.length !== examples)
    throw new BatchError(msg`a batch of (${examples}, ${length}) has ${ids.length} ids and ${lengths.length} lengths`);
  if (ids.some((id) => id >= vocabulary))
    throw new BatchError(msg`a token id lies outside the encoder's vocabulary of ${vocabulary}: wrong tokenizer?`);
  if (types && (types.length !== ids.length || types.some((type) => type > 0 && type >= tokenTypes)))
    throw new BatchError(msg`token types: ${ids.length} below ${tokenTypes} are needed`);
  if (lengths.some((real) => real < 1 || real > length)) throw new BatchError('every row needs 1 to T real tokens');
  return { examples, tokens: length };
}

/** @throws TensorError for a name that is not among the parameters, or another shape */
export function checkTensors(parameters: readonly Parameter[], tensors: NamedTensors): void {
  for (const [name, { shape, data }] of tensors) {
    const expected = parameters.find((parameter) => parameter.name === name)?.shape;
    if (!expected) throw new TensorError(msg`${name} does not train in this run.`);
    if (shape.join() !== expected.join() || data.length !== elementCount(expected))
      throw new TensorError(msg`${name} is (${shape.join(', ')}), this run needs (${expected.join(', ')}).`);
  }
}

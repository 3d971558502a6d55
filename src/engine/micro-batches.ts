import type { Batch, FeatureBatch } from './contract.ts';

/** Gradient accumulation: a step's rows in pieces that are computed one after another, so that only one has to fit. */

/** Sizes of the rows that are computed at once. */
export interface BatchSizes {
  examples: number;
  /** Tokens of all examples. */
  rows: number;
  /** Pairs of tokens that attend to each other, in one head. */
  pairs: number;
}

/** The larger of two batches in each of their sizes. */
export const largerOf = (one: BatchSizes | null, other: BatchSizes): BatchSizes => ({
  examples: Math.max(one?.examples ?? 0, other.examples),
  rows: Math.max(one?.rows ?? 0, other.rows),
  pairs: Math.max(one?.pairs ?? 0, other.pairs),
});

/** Some consecutive rows of a batch. */
export interface MicroBatch {
  rows: Batch | FeatureBatch;
  /** Index of its first row in the whole batch. */
  first: number;
}

/** Rows that are computed at once where a batch is cut: the size of every piece but the last. */
export const rowsAtOnce = ({ batchSize, microBatches }: { batchSize: number; microBatches: number }): number =>
  Math.ceil(batchSize / microBatches);

/** Rows from `first` on, `count` of them, on the same memory. */
function rowsOf(batch: Batch | FeatureBatch, first: number, count: number): Batch | FeatureBatch {
  const cut = <T extends Uint32Array | Float32Array>(list: T, width: number) =>
    list.subarray(first * width, (first + count) * width) as T;
  const labels = cut(batch.labels, batch.labels.length / batch.examples);
  if ('features' in batch)
    return { examples: count, features: cut(batch.features, batch.features.length / batch.examples), labels };
  const { length, ids, lengths, keys, types } = batch;
  return {
    examples: count,
    length,
    ids: cut(ids, length),
    lengths: cut(lengths, 1),
    labels,
    ...(keys ? { keys: cut(keys, 1) } : {}),
    ...(types ? { types: cut(types, length) } : {}),
  };
}

/**
 * Cuts a batch into `microBatches` pieces, or one a row where it has fewer. The pieces keep the batch's length, so that
 * every position in (B, T) has an index that does not depend on the cut: dropout masks follow from it.
 */
export function cutBatch(batch: Batch | FeatureBatch, microBatches: number): MicroBatch[] {
  const size = rowsAtOnce({ batchSize: batch.examples, microBatches });
  if (size >= batch.examples) return [{ rows: batch, first: 0 }];
  const starts = Array.from({ length: Math.ceil(batch.examples / size) }, (_, i) => i * size);
  return starts.map((first) => ({ rows: rowsOf(batch, first, Math.min(size, batch.examples - first)), first }));
}

import { seedOf, shuffled } from '../base/random.ts';
import type { Batch } from '../engine/contract.ts';
import { notCounted } from '../model/shapes.ts';
import type { TaskKind } from '../model/task-kind.ts';

/** Rows are padded to a multiple of this, so that few different lengths occur. */
const lengthStep = 8;

/** A tokenised row. */
export interface TokenRow {
  /** (T) */
  ids: readonly number[];
  /** Segment of each token; absent: all 0. (T) */
  types?: readonly number[] | undefined;
}

/** T of a batch of these rows. @param maxLength no row is padded beyond this */
function paddedLength(rows: readonly TokenRow[], maxLength: number): number {
  const longest = Math.max(...rows.map(({ ids }) => ids.length));
  return Math.max(longest, Math.min(maxLength, Math.ceil(longest / lengthStep) * lengthStep));
}

/** Rows side by side, padded on the right. (B, T) */
function padded(rows: readonly (readonly number[])[], length: number, padding: number): Uint32Array {
  const whole = new Uint32Array(rows.length * length).fill(padding);
  rows.forEach((row, i) => {
    whole.set(row, i * length);
  });
  return whole;
}

/**
 * Pads rows on the right into one batch.
 * @param labels of each row, by the kind of task: a class index; a class index or `notCounted` for each token; or numbers, a
 * row each
 * @param maxLength no row is padded beyond this
 */
export function batchOfRows(
  rows: readonly TokenRow[],
  { kind, labels }: { kind: TaskKind; labels: readonly (readonly number[])[] },
  padId: number,
  maxLength: number,
): Batch {
  const length = paddedLength(rows, maxLength);
  const ofLabels = () => {
    if (kind === 'token') return padded(labels, length, notCounted);
    return kind === 'single-label' ? Uint32Array.from(labels.flat()) : Float32Array.from(labels.flat());
  };
  const batch = {
    examples: rows.length,
    length,
    ids: padded(
      rows.map(({ ids }) => ids),
      length,
      padId,
    ),
    lengths: Uint32Array.from(rows, ({ ids }) => ids.length),
    labels: ofLabels(),
  };
  if (!rows.some(({ types }) => types)) return batch;
  const types = rows.map(({ types = [] }) => types);
  return { ...batch, types: padded(types, length, 0) };
}

/**
 * Pads tokenised texts with a label each on the right into one batch.
 * @param maxLength no row is padded beyond this
 * @param keys a number of each row that stays with it, so that an engine may cache what never changes (`Batch.keys`)
 */
export function makeBatch(
  rows: readonly number[][],
  labels: readonly number[],
  padId: number,
  maxLength: number,
  keys?: readonly number[],
): Batch {
  const batch = batchOfRows(
    rows.map((ids) => ({ ids })),
    { kind: 'single-label', labels: labels.map((label) => [label]) },
    padId,
    maxLength,
  );
  return keys ? { ...batch, keys: Uint32Array.from(keys) } : batch;
}

/** The order in which an epoch visits its rows: a permutation of 0..count-1. Epochs count from 0. */
export function epochOrder(count: number, seed: number, epoch: number): number[] {
  const rows = Array.from({ length: count }, (_, i) => i);
  return shuffled(rows, seedOf(seed, 'order', epoch));
}

/** Number of batches that share a pool of rows sorted by length. */
const poolBatches = 8;

/**
 * An epoch's batches, as row indices: rows in random order, sorted by length within pools of a few batches, so that
 * rows of like length are padded together; then the batches in random order. Epochs count from 0.
 * @param rows token ids, of which only the lengths count
 */
export function epochBatches(rows: readonly number[][], size: number, seed: number, epoch: number): number[][] {
  const lengthOf = (row: number) => rows[row]?.length ?? 0;
  const pools = chunks(epochOrder(rows.length, seed, epoch), poolBatches * size);
  const batches = pools.flatMap((pool) =>
    chunks(
      pool.sort((a, b) => lengthOf(a) - lengthOf(b)),
      size,
    ),
  );
  return shuffled(batches, seedOf(seed, 'batches', epoch));
}

/** Consecutive groups of at most `size`. */
export function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}

/** Row indices in batches of like length, so that evaluation computes little padding. */
export function evaluationBatches(rows: readonly number[][], size: number): number[][] {
  const byLength = rows.map((_, i) => i).sort((a, b) => (rows[a]?.length ?? 0) - (rows[b]?.length ?? 0) || a - b);
  return chunks(byLength, size);
}

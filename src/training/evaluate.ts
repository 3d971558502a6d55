import type { Batch, Engine, FeatureBatch } from '../engine/contract.ts';

/** From rows to their logits, on an engine as it is now. */

/** Cuts a flat result into its rows. (rows, width) */
export function cutFlat(flat: Float32Array, rows: number): Float32Array[] {
  const width = flat.length / rows;
  return Array.from({ length: rows }, (_, i) => flat.subarray(i * width, (i + 1) * width));
}

/**
 * Logits of rows, each at its row's index, computed batch by batch. (rows, C)
 * @param batches row indices
 */
export async function* logitsOf(
  engine: Pick<Engine, 'evaluate'>,
  batches: readonly (readonly number[])[],
  batchOf: (rows: readonly number[]) => Batch | FeatureBatch,
): AsyncGenerator<void, number[][]> {
  const logits: number[][] = [];
  for (const rows of batches) {
    const cut = cutFlat(await engine.evaluate(batchOf(rows)), rows.length);
    rows.forEach((row, i) => {
      logits[row] = [...(cut[i] ?? [])];
    });
    yield;
  }
  return logits;
}

/** Runs a generator to its end and returns its result. */
export async function resultOf<T>(work: AsyncGenerator<unknown, T>): Promise<T> {
  for (;;) {
    const { done, value } = await work.next();
    if (done) return value as T;
  }
}

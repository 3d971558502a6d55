import { evaluationBatches, makeBatch } from '../data/batches.ts';
import type { Engine } from '../training/engine.ts';

/** Rows of logits are asked for in batches of this size. */
const batchSize = 16;

interface Rows {
  /** Token ids of each row. */
  ids: number[][];
  classes: number;
  padId: number;
  /** Tokens of a row at most. */
  maxLength: number;
}

/** An engine's logits of tokenised rows, in their order. */
export async function logitsOf(engine: Engine, { ids, classes, padId, maxLength }: Rows): Promise<number[][]> {
  const logits: number[][] = [];
  for (const rows of evaluationBatches(ids, batchSize)) {
    const tokens = rows.map((row) => ids[row] ?? []);
    const noLabels = rows.map(() => 0);
    const flat = await engine.evaluate(makeBatch(tokens, noLabels, padId, maxLength));
    rows.forEach((row, i) => {
      logits[row] = [...flat.subarray(i * classes, (i + 1) * classes)];
    });
  }
  return logits;
}

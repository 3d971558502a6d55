import { evaluationBatches, makeBatch } from '../data/batches.ts';
import type { CheckParts } from './cross-check.ts';
import type { Batch, Engine } from './engine.ts';
import { argMax } from './metrics.ts';
import { rowsAtOnce } from './micro-batches.ts';

/** Whether an exported model answers as the engine that trained it. */

export interface ExportAgreement {
  /** Test rows that both were asked about. */
  rows: number;
  /** Of any logit, absolute; NaN if one is no number. */
  largestDifference: number;
  /** Share of rows for which both find the same class. */
  samePredictions: number;
}

export interface ExportCheckParts extends CheckParts {
  engine: Pick<Engine, 'evaluate'>;
  /** Logits of the exported model. (B, C) */
  exported: (batch: Batch) => Promise<Float32Array>;
  /** Tokens of a row at most, special ones included. */
  maxLength: number;
}

/** Asks both about the first `most` test rows; yields how many have been asked about so far. */
export async function* checkExport(
  { engine, exported, run, dataset, tokenizer, maxLength }: ExportCheckParts,
  most: number,
): AsyncGenerator<{ done: number; of: number }, ExportAgreement> {
  const ids = dataset.test.slice(0, most).map(({ text }) => tokenizer.encode(text, maxLength));
  const classes = dataset.labels.length;
  let [done, same, largestDifference] = [0, 0, 0];
  for (const rows of evaluationBatches(ids, rowsAtOnce(run.training))) {
    const batch = makeBatch(
      rows.map((row) => ids[row] ?? []),
      rows.map(() => 0),
      tokenizer.padId,
      maxLength,
    );
    const [ours, theirs] = [await engine.evaluate(batch), await exported(batch)];
    ours.forEach((logit, i) => {
      largestDifference = Math.max(largestDifference, Math.abs(logit - (theirs[i] ?? Number.NaN)));
    });
    const classOf = (logits: Float32Array, row: number) =>
      argMax([...logits.subarray(row * classes, (row + 1) * classes)]);
    same += rows.filter((_, row) => classOf(ours, row) === classOf(theirs, row)).length;
    done += rows.length;
    yield { done, of: ids.length };
  }
  return { rows: ids.length, largestDifference, samePredictions: same / Math.max(1, ids.length) };
}

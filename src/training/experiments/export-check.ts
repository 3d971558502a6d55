import type { Batch, Engine } from '../../engine/contract.ts';
import { rowsAtOnce } from '../../engine/micro-batches.ts';
import { cutFlat } from '../evaluate.ts';
import { argMax } from '../metrics.ts';
import { TokenisedRows } from '../tokenised-rows.ts';
import type { CheckParts } from './cross-check.ts';

/** Whether an exported model answers as the engine that trained it. */

export interface ExportAgreement {
  /** Number of test rows that both have classified. */
  rows: number;
  /** The largest absolute difference of any logit; NaN if one is no number. */
  largestDifference: number;
  /** Share of rows for which both predict the same class. */
  samePredictions: number;
}

export interface ExportCheckParts extends CheckParts {
  engine: Pick<Engine, 'evaluate'>;
  /** Logits of the exported model. (B, C) */
  exported: (batch: Batch) => Promise<Float32Array>;
  /** Tokens of a row at most, special ones included. */
  maxLength: number;
}

/** Compares both on the first `most` test rows; yields how many have been compared so far. */
export async function* checkExport(
  { engine, exported, run, dataset, tokenizer, maxLength }: ExportCheckParts,
  most: number,
): AsyncGenerator<{ done: number; of: number }, ExportAgreement> {
  const tested = dataset.test.slice(0, most);
  const rows = new TokenisedRows(tested, { tokenizer, maxLength, atOnce: rowsAtOnce(run.training) });
  let [done, same, largestDifference] = [0, 0, 0];
  for (const some of rows.batches()) {
    const batch = rows.batch(some);
    const [ours, theirs] = [await engine.evaluate(batch), await exported(batch)];
    ours.forEach((logit, i) => {
      largestDifference = Math.max(largestDifference, Math.abs(logit - (theirs[i] ?? Number.NaN)));
    });
    const classesOf = (logits: Float32Array) => cutFlat(logits, some.length).map((row) => argMax([...row]));
    const found = classesOf(theirs);
    same += classesOf(ours).filter((label, i) => label === found[i]).length;
    done += some.length;
    yield { done, of: rows.count };
  }
  return { rows: rows.count, largestDifference, samePredictions: same / Math.max(1, rows.count) };
}

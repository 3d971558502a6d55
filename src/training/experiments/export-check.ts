import type { Batch, Engine } from '../../engine/contract.ts';
import { rowsAtOnce } from '../../engine/micro-batches.ts';
import type { TaskKind } from '../../model/task-kind.ts';
import { resultOf } from '../evaluate.ts';
import { argMax } from '../metrics.ts';
import { kindOf } from '../run.ts';
import { TokenisedRows } from '../tokenised-rows.ts';
import { type CheckParts, rowTaskOf } from './cross-check.ts';

/** Whether an exported model answers as the engine that trained it. */

export interface ExportAgreement {
  /** Number of test rows that both have answered. */
  rows: number;
  /** The largest absolute difference of any logit; NaN if one is no number. */
  largestDifference: number;
  /** Share of rows for which both predict the same: class, labels, tags or, to four digits, number. */
  samePredictions: number;
}

export interface ExportCheckParts extends CheckParts {
  engine: Pick<Engine, 'evaluate'>;
  /** Logits of the exported model. (B, C) */
  exported: (batch: Batch) => Promise<Float32Array>;
  /** Tokens of a row at most, special ones included. */
  maxLength: number;
}

/** What a row's answers say, to be compared. @param answers of words one list a word, else one list (answers, C) */
const saidOf = (kind: TaskKind, answers: readonly (readonly number[])[]): string =>
  answers
    .map((row) => {
      if (kind === 'regression') return Number((row[0] ?? 0).toPrecision(4));
      return kind === 'multi-label' ? row.flatMap((z, at) => (z > 0 ? [at] : [])).join('+') : argMax(row);
    })
    .join();

/** Compares both on the first `most` test rows; yields how many have been compared so far. */
export async function* checkExport(
  { engine, exported, run, dataset, tokenizer, maxLength }: ExportCheckParts,
  most: number,
): AsyncGenerator<{ done: number; of: number }, ExportAgreement> {
  const kind = kindOf(run);
  const tested = dataset.test.slice(0, most);
  const options = { tokenizer, maxLength, atOnce: rowsAtOnce(run.training) };
  const rows = new TokenisedRows(tested, options, rowTaskOf(run, dataset));
  const batches = rows.batches();
  const both = { ours: rows.logits(engine), theirs: rows.logits({ evaluate: (batch) => exported(batch as Batch) }) };
  let done = 0;
  for (const { length } of batches) {
    await both.ours.next();
    await both.theirs.next();
    done += length;
    yield { done, of: rows.count };
  }
  const [ours, theirs] = [await resultOf(both.ours), await resultOf(both.theirs)];
  const differences = ours.map((row, i) =>
    row.map((logit, at) => Math.abs(logit - (theirs[i]?.[at] ?? Number.NaN))).reduce((a, b) => Math.max(a, b), 0),
  );
  let [from, same] = [0, 0];
  for (const count of rows.answered(ours).rows) {
    const said = (answers: readonly number[][]) => saidOf(kind, answers.slice(from, from + count));
    same += Number(said(ours) === said(theirs));
    from += count;
  }
  const largestDifference = differences.reduce((a, b) => Math.max(a, b), 0);
  return { rows: rows.count, largestDifference, samePredictions: same / Math.max(1, rows.count) };
}

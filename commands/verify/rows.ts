import type { Tokenizer } from '../../src/data/tokenizer/tokenizer.ts';
import { wordTargets } from '../../src/engine/labels.ts';
import type { TokenRow } from '../../src/training/batches.ts';
import type { RecordedRow, RecordedRun } from '../support/recorded-run.ts';

/** Rows of a recorded run, as an engine takes them. */

/** A row's tokens, and what its logits are compared with. */
export interface VerifiedRow extends TokenRow {
  /** Word of each token; null for special ones. Only where words are labelled. */
  wordIds?: readonly (number | null)[];
  /** By the kind of task, as `batchOfRows` takes them. */
  labels: readonly number[];
}

type Task = Pick<RecordedRun['run'], 'task' | 'labels' | 'max_length'>;

function labelsOf(row: RecordedRow, { task, labels }: Task): number[] {
  if (task.kind === 'regression') return [row.target ?? 0];
  if (task.kind === 'multi-label') return labels.map((_, at) => Number(row.labels?.includes(at) ?? false));
  return [labels.indexOf(row.label)];
}

/** Cuts a row into tokens and puts its labels beside them. */
export function verifiedRow(row: RecordedRow, task: Task, tokenizer: Tokenizer): VerifiedRow {
  if (task.task.kind === 'token') {
    const { ids, wordIds } = tokenizer.encodeWords(row.tokens ?? [], task.max_length);
    const tags = (row.tags ?? []).map((tag) => task.labels.indexOf(tag));
    return { ids, wordIds, labels: wordTargets(wordIds, tags) };
  }
  const labels = labelsOf(row, task);
  const texts = task.task.pair ? { text: row.text, second: row.text2 ?? '' } : { text: row.text };
  return { ...tokenizer.encodeRow(texts, task.max_length), labels };
}

import { msg } from '../base/message.ts';
import { notCounted } from '../model/shapes.ts';
import type { TaskKind } from '../model/task-kind.ts';
import { BatchError } from './batch-error.ts';

/**
 * What a batch is compared with, by the kind of its task:
 *
 *   single-label   class indices (B)
 *   token          class indices, `notCounted` where nothing is compared (B, T)
 *   multi-label    1 for a class that the row has, else 0 (B, C)
 *   regression     the number (B, 1)
 */
export type Labels = Uint32Array | Float32Array;

/**
 * What tokens are compared with: the first piece of each word with the word's class, no other token with anything.
 * @param wordIds as `Tokenizer.encodeWords` gives them
 * @param classes of the words
 */
export function wordTargets(wordIds: readonly (number | null)[], classes: readonly number[]): number[] {
  return wordIds.map((word, at) => {
    const isFirst = word !== null && word !== wordIds[at - 1];
    return isFirst ? (classes[word] ?? notCounted) : notCounted;
  });
}

/** Elements of the labels for so many rows of the head: examples, or tokens where each is labelled. */
export const labelCount = (kind: TaskKind | undefined, rows: number, classes: number): number =>
  kind === 'multi-label' || kind === 'regression' ? rows * classes : rows;

/** Terms that the loss of these rows is the mean of: rows, rows x outputs, or the tokens that are counted. */
export const lossTerms = (labels: Labels): number =>
  labels instanceof Float32Array ? labels.length : labels.reduce((sum, label) => sum + Number(label !== notCounted), 0);

/** A loss's mean over so many terms; 0 where nothing is compared. */
export const meanOf = (sum: number, terms: number): number => (terms === 0 ? 0 : sum / terms);

/** @throws BatchError where labels do not fit the kind of task */
export function checkLabels(
  labels: Labels,
  { examples, length, classes, kind }: { examples: number; length: number; classes: number; kind: TaskKind },
): void {
  if (kind === 'multi-label' || kind === 'regression') {
    const fits = labels instanceof Float32Array && labels.length === examples * classes;
    if (!fits) throw new BatchError(msg`labels: (${examples}, ${classes}) numbers are needed, got ${labels.length}`);
    if (labels.some((value) => !Number.isFinite(value))) throw new BatchError('labels: a number is not finite');
    return;
  }
  const count = kind === 'token' ? examples * length : examples;
  const isClass = (label: number) => label < classes || (kind === 'token' && label === notCounted);
  if (labels instanceof Float32Array || labels.length !== count || !labels.every(isClass))
    throw new BatchError(msg`labels: ${count} below ${classes} are needed, got ${labels.join(', ')}`);
}

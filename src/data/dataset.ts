import { seedOf, shuffled } from '../model/random.ts';
import { PersonError, said } from '../model/said.ts';
import type { Row } from './rows.ts';

export interface Example {
  text: string;
  /** Index into the data set's labels. */
  label: number;
}

/** Labelled rows, ready to train on. */
export interface Dataset {
  name: string;
  /** Class names in code-unit order; the index is the class. */
  labels: string[];
  train: Example[];
  test: Example[];
}

/** Rows that cannot be trained on. */
export class DatasetError extends PersonError {
  override name = 'DatasetError';
}

export interface DatasetOptions {
  name: string;
  /** A seeded sample of this many training rows; absent: all. */
  limit?: number | undefined;
  /** The first so many test rows; absent: all. */
  testLimit?: number | undefined;
  seed: number;
}

/** Most classes that make sense for a classifier; more is a column of ids or numbers. */
export const mostClasses = 1000;

/**
 * Makes a data set of training and test rows. Classes are those of all training rows, whatever the sample.
 * @throws DatasetError for fewer than two classes, too many, or a label that only the test rows have
 */
export function makeDataset(rows: { train: Row[]; test: Row[] }, options: DatasetOptions): Dataset {
  const { name, limit, testLimit, seed } = options;
  const labels = [...new Set(rows.train.map(({ label }) => label))].sort((a, b) => (a < b ? -1 : 1));
  if (labels.length < 2)
    throw new DatasetError(
      said`${name}: the training rows have one label only (${labels[0] ?? 'none'}); two are needed.`,
    );
  if (labels.length > mostClasses)
    throw new DatasetError(said`${name}: ${labels.length} different labels. Is the label column a number or an id?`);
  if (rows.test.length === 0) throw new DatasetError(said`${name}: there are no test rows.`);
  const classOf = new Map(labels.map((label, index) => [label, index]));
  const unseen = rows.test.find(({ label }) => !classOf.has(label));
  if (unseen)
    throw new DatasetError(
      said`${name}: label ${unseen.label} (test rows, line ${unseen.line}) is in no training row. Correct it, or add training rows for it.`,
    );
  const example = ({ text, label }: Row): Example => ({ text, label: classOf.get(label) ?? 0 });
  const sample =
    limit === undefined || limit >= rows.train.length
      ? rows.train
      : shuffled(rows.train, seedOf(seed, 'sample')).slice(0, limit);
  return { name, labels, train: sample.map(example), test: rows.test.slice(0, testLimit).map(example) };
}

import { msg, UserError } from '../base/message.ts';
import { seedOf, shuffled } from '../base/random.ts';
import type { Row } from './rows/row.ts';
import { rowsSetAside } from './rows/split.ts';

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
  /** Validation rows, to choose on: neither trained nor tested on. Empty where a run has none. */
  validation: Example[];
  /** The training rows before `validation` was taken out of them; absent where the validation rows have a source of their own. */
  cutFrom?: Example[];
  test: Example[];
}

/** Rows that cannot be trained on. */
export class DatasetError extends UserError {
  override name = 'DatasetError';
}

export interface DatasetOptions {
  name: string;
  /** A seeded sample of this many training rows; absent: all. */
  limit?: number | undefined;
  /** Number of test rows, from the first on; absent: all. */
  testLimit?: number | undefined;
  /** The share of those training rows that is set aside to choose on; absent: none. */
  validationShare?: number | undefined;
  seed: number;
}

/** Rows as they are read, before a run selects its own. */
export interface SplitRows {
  train: Row[];
  /** Validation rows with a source of their own. */
  validation?: Row[];
  test: Row[];
}

/** Most classes that make sense for a classifier; more is a column of ids or numbers. */
export const maxClasses = 1000;

/**
 * Makes a data set of training, validation and test rows. Classes are those of all training rows, whatever the sample.
 * @throws DatasetError for fewer than two classes, too many, a label that no training row has, or no validation rows where
 *   some are asked for
 */
export function makeDataset(rows: SplitRows, options: DatasetOptions): Dataset {
  const { name, limit, testLimit, validationShare, seed } = options;
  const labels = [...new Set(rows.train.map(({ label }) => label))].sort((a, b) => (a < b ? -1 : 1));
  if (labels.length < 2)
    throw new DatasetError(
      msg`${name}: the training rows have one label only (${labels[0] ?? 'none'}); two are needed.`,
    );
  if (labels.length > maxClasses)
    throw new DatasetError(msg`${name}: ${labels.length} different labels. Is the label column a number or an id?`);
  if (rows.test.length === 0) throw new DatasetError(msg`${name}: there are no test rows.`);
  const classOf = new Map(labels.map((label, index) => [label, index]));
  const unseenIn = (list: readonly Row[]) => list.find(({ label }) => !classOf.has(label));
  const unseen = unseenIn(rows.test);
  if (unseen)
    throw new DatasetError(
      msg`${name}: label ${unseen.label} (test rows, line ${unseen.line}) is in no training row. Correct it, or add training rows for it.`,
    );
  const unseenHere = unseenIn(rows.validation ?? []);
  if (unseenHere)
    throw new DatasetError(
      msg`${name}: label ${unseenHere.label} (validation rows, line ${unseenHere.line}) is in no training row. Correct it, or add training rows for it.`,
    );
  const example = ({ text, label }: Row): Example => ({ text, label: classOf.get(label) ?? 0 });
  const sample =
    limit === undefined || limit >= rows.train.length
      ? rows.train
      : shuffled(rows.train, seedOf(seed, 'sample')).slice(0, limit);
  const test = rows.test.slice(0, testLimit).map(example);
  const whole = { name, labels, train: sample.map(example), test };
  if (rows.validation) {
    if (rows.validation.length === 0) throw new DatasetError(msg`${name}: there are no validation rows.`);
    return { ...whole, validation: rows.validation.map(example) };
  }
  return setValidationAside(whole, validationShare, seed);
}

/**
 * Takes validation rows out of the training rows, a stratified share that follows from the seed and the rows. Of a class at
 * least one row trains; the order of the rows is kept.
 * @param share absent: none are taken
 * @throws DatasetError where the share comes to no row at all
 */
export function setValidationAside(
  whole: Omit<Dataset, 'validation' | 'cutFrom'>,
  share: number | undefined,
  seed: number,
): Dataset {
  if (share === undefined) return { ...whole, validation: [] };
  const { name, labels, train: cutFrom } = whole;
  const names = cutFrom.map(({ label }) => labels[label] ?? '');
  const aside = new Set(rowsSetAside(names, share, seed, 'validation'));
  if (aside.size === 0)
    throw new DatasetError(
      msg`${name}: a share of ${share} of ${cutFrom.length} training rows leaves no validation row. Set a larger share, or add rows.`,
    );
  const [train, validation] = [false, true].map((is) => cutFrom.filter((_, i) => aside.has(i) === is));
  return { ...whole, train: train ?? [], validation: validation ?? [], cutFrom };
}

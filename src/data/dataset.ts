import { msg, UserError } from '../base/message.ts';
import { seedOf, shuffled } from '../base/random.ts';
import type { TaskKind } from '../model/task-kind.ts';
import type { Row } from './rows/row.ts';
import { namesOf } from './rows/row-names.ts';
import { rowsSetAside } from './rows/split.ts';
import { arePairs, joinedText, type Texts, textsOf } from './rows/texts.ts';

/** What a row is labelled with, by the kind of task. */
export interface LabelOf {
  /** Index into the data set's labels. */
  'single-label': number;
  /** Such indices, ascending; none is a label, too. */
  'multi-label': number[];
  /** The number. */
  regression: number;
  /** The index of each word's tag. */
  token: number[];
}

export interface Example<K extends TaskKind = 'single-label'> extends Texts {
  /** The words that `text` is made of, where words are labelled. */
  words?: string[];
  label: LabelOf[K];
}

/** Labelled rows, ready to train on. */
export interface Dataset<K extends TaskKind = 'single-label'> {
  name: string;
  /** Names of classes or tags in code-unit order, whose index is the class; none where a number is asked for. */
  labels: string[];
  train: Example<K>[];
  /** Validation rows, to choose on: neither trained nor tested on. Empty where a run has none. */
  validation: Example<K>[];
  /** The training rows before `validation` was taken out of them; absent where the validation rows have a source of their own. */
  cutFrom?: Example<K>[];
  test: Example<K>[];
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
  /**
   * Whether rows are pairs of texts; false: pairs are read as an earlier version read them, joined into one text each. Absent:
   * as the rows are.
   */
  pair?: boolean | undefined;
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

/** Names of the classes of all training rows. @throws DatasetError for fewer than two, or too many */
function classesOf(kind: TaskKind, rows: readonly Row[], name: string): string[] {
  if (kind === 'regression') return [];
  const labels = [...new Set(rows.flatMap((row) => namesOf(kind, row)))].sort((a, b) => (a < b ? -1 : 1));
  if (labels.length < 2)
    throw new DatasetError(
      msg`${name}: the training rows have one label only (${labels[0] ?? 'none'}); two are needed.`,
    );
  if (labels.length > maxClasses)
    throw new DatasetError(msg`${name}: ${labels.length} different labels. Is the label column a number or an id?`);
  return labels;
}

/** @throws DatasetError for a row with one text among pairs */
function assertPairs(rows: readonly Row[], name: string): void {
  const alone = rows.find(({ second }) => second === undefined);
  if (alone)
    throw new DatasetError(
      msg`${name}: the row on line ${alone.line} has one text, and this run's rows have two each. Import it again with a column for the second text (data.second).`,
    );
}

/** Whether rows are drawn in each class's own proportion. Of the other kinds hardly two rows have the same label. */
export const isStratified = (kind: TaskKind): boolean => kind === 'single-label';

/**
 * Makes a data set of training, validation and test rows. Classes are those of all training rows, whatever the sample.
 * @throws DatasetError for fewer than two classes, too many, a label that no training row has, or no validation rows where
 *   some are asked for
 */
export function makeDataset(rows: SplitRows, options: DatasetOptions): Dataset {
  return makeDatasetOf('single-label', rows, options);
}

/** Whether a data set's rows are pairs of texts. */
export const isOfPairs = <K extends TaskKind>({ train }: Pick<Dataset<K>, 'train'>): boolean => arePairs(train);

/** `makeDataset` of another kind of task, whose rows were read by its labelling. */
export function makeDatasetOf<K extends TaskKind>(kind: K, rows: SplitRows, options: DatasetOptions): Dataset<K> {
  const { name, limit, testLimit, validationShare, seed } = options;
  const { pair = arePairs(rows.train) } = options;
  if (pair) for (const part of [rows.train, rows.validation ?? [], rows.test]) assertPairs(part, name);
  const labels = classesOf(kind, rows.train, name);
  if (rows.test.length === 0) throw new DatasetError(msg`${name}: there are no test rows.`);
  const classOf = new Map(labels.map((label, index) => [label, index]));
  const unseenIn = (list: readonly Row[]) => {
    for (const row of list)
      for (const label of namesOf(kind, row)) if (!classOf.has(label)) return { label, line: row.line };
    return null;
  };
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
  const example = (row: Row): Example<K> => {
    const classes = namesOf(kind, row).map((label) => classOf.get(label) ?? 0);
    const label = {
      'single-label': classes[0] ?? 0,
      'multi-label': [...classes].sort((a, b) => a - b),
      regression: Number(row.label),
      token: classes,
    } satisfies LabelOf;
    const texts = pair ? textsOf(row) : { text: joinedText(row) };
    return { ...texts, ...(row.tagged ? { words: row.tagged.words } : {}), label: label[kind] };
  };
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
  return setValidationAside(kind, whole, validationShare, seed);
}

/** Class names by which rows are drawn in proportion: of single labels their own, else one for all. */
export const stratumOf = (kind: TaskKind, labels: readonly string[], label: LabelOf[TaskKind]): string =>
  isStratified(kind) ? (labels[Number(label)] ?? '') : '';

/**
 * Takes validation rows out of the training rows, a share that follows from the seed and the rows, stratified where rows have
 * one label each. Of a class at least one row trains; the order of the rows is kept.
 * @param share absent: none are taken
 * @throws DatasetError where the share comes to no row at all
 */
export function setValidationAside<K extends TaskKind>(
  kind: K,
  whole: Omit<Dataset<K>, 'validation' | 'cutFrom'>,
  share: number | undefined,
  seed: number,
): Dataset<K> {
  if (share === undefined) return { ...whole, validation: [] };
  const { name, labels, train: cutFrom } = whole;
  const names = cutFrom.map(({ label }) => stratumOf(kind, labels, label));
  const aside = new Set(rowsSetAside(names, share, seed, 'validation'));
  if (aside.size === 0)
    throw new DatasetError(
      msg`${name}: a share of ${share} of ${cutFrom.length} training rows leaves no validation row. Set a larger share, or add rows.`,
    );
  const [train, validation] = [false, true].map((is) => cutFrom.filter((_, i) => aside.has(i) === is));
  return { ...whole, train: train ?? [], validation: validation ?? [], cutFrom };
}

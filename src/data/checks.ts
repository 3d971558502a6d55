import { mostClasses } from './dataset.ts';
import { countLabels } from './edit.ts';
import type { Row } from './rows.ts';
import type { Split } from './split.ts';
import type { Tokenizer } from './tokenizer.ts';

/** What is wrong with rows before anyone trains on them: each finding with its count, examples and a fix. */

export type CheckName =
  | 'empty-text'
  | 'duplicate'
  | 'two-labels'
  | 'leakage'
  | 'label-spelling'
  | 'imbalance'
  | 'rare-class'
  | 'one-class'
  | 'too-many-classes'
  | 'test-only-class'
  | 'cut-off'
  | 'unknown-tokens';

/** A row that shows what is meant. */
export interface Example {
  part: 'train' | 'test';
  row: Row;
}

export interface Finding {
  check: CheckName;
  /** `error`: training is not possible; `warning`: it is, but its result misleads; `note`: good to know. */
  severity: 'error' | 'warning' | 'note';
  /** Rows concerned; for checks of classes, classes. */
  count: number;
  /** The figure in question, where there is one: a share from 0 to 1. */
  share?: number;
  /** Classes in question, where there are some. */
  labels?: string[];
  examples: Example[];
  /** Makes rows without the fault; absent where only a person can decide. */
  fix?: (split: Split) => Split;
}

/** Examples that a finding brings along. */
const mostExamples = 5;
/** A class with fewer training rows is rare. */
const fewRows = 8;
/** A majority class of this share makes accuracy look better than it is. */
const imbalancedShare = 0.8;
/** More classes than this, and fewer rows than that of each on the average, look like numbers or ids. */
const manyClasses = 50;
const fewRowsEach = 3;
/** Unknown tokens of this share mean that the vocabulary is of another language. */
const unknownShare = 0.05;
/** Cut-off rows of this share are more than a few outliers. */
const cutOffShare = 0.05;

const examples = (part: Example['part'], rows: readonly Row[]): Example[] =>
  rows.slice(0, mostExamples).map((row) => ({ part, row }));
const both = (train: readonly Row[], test: readonly Row[]): Example[] =>
  [...examples('train', train), ...examples('test', test)].slice(0, mostExamples);
const mapBoth = (change: (rows: Row[]) => Row[]) => (split: Split) => ({
  train: change(split.train),
  test: change(split.test),
});

/** What makes two texts the same: neither blanks nor case do. */
export const textKey = (text: string): string => text.trim().replace(/\s+/g, ' ').toLowerCase();

const keyOf = ({ text }: Row) => textKey(text);

const isEmpty = ({ text }: Row) => text.replace('[SEP]', '').trim() === '';

function emptyTexts({ train, test }: Split): Finding[] {
  const [inTrain, inTest] = [train.filter(isEmpty), test.filter(isEmpty)];
  const count = inTrain.length + inTest.length;
  if (count === 0) return [];
  const fix = mapBoth((rows) => rows.filter((row) => !isEmpty(row)));
  return [{ check: 'empty-text', severity: 'warning', count, examples: both(inTrain, inTest), fix }];
}

/** Rows that say again what a row before them said, with the same label. */
function repeated(rows: readonly Row[]): Row[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = `${row.label}\0${keyOf(row)}`;
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  });
}

function duplicates({ train, test }: Split): Finding[] {
  const [inTrain, inTest] = [repeated(train), repeated(test)];
  const count = inTrain.length + inTest.length;
  if (count === 0) return [];
  const fix = mapBoth((rows) => {
    const again = new Set(repeated(rows));
    return rows.filter((row) => !again.has(row));
  });
  return [{ check: 'duplicate', severity: 'warning', count, examples: both(inTrain, inTest), fix }];
}

/** Texts that carry more than one label, over all rows. */
function contradictoryKeys(rows: readonly Row[]): Set<string> {
  const labels = new Map<string, string>();
  const keys = new Set<string>();
  for (const row of rows) {
    const key = keyOf(row);
    const known = labels.get(key);
    if (known === undefined) labels.set(key, row.label);
    else if (known !== row.label) keys.add(key);
  }
  return keys;
}

function twoLabels({ train, test }: Split): Finding[] {
  const keys = contradictoryKeys(train);
  const rows = train.filter((row) => keys.has(keyOf(row)));
  const testKeys = contradictoryKeys(test);
  const testRows = test.filter((row) => testKeys.has(keyOf(row)));
  const count = rows.length + testRows.length;
  if (count === 0) return [];
  // Side by side, so that an example shows both labels.
  const shown = both(
    rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
    testRows,
  );
  const fix = mapBoth((list) => {
    const bad = contradictoryKeys(list);
    return list.filter((row) => !bad.has(keyOf(row)));
  });
  return [{ check: 'two-labels', severity: 'warning', count, examples: shown, fix }];
}

function leakage({ train, test }: Split): Finding[] {
  const known = new Set(train.map(keyOf));
  const rows = test.filter((row) => !isEmpty(row) && known.has(keyOf(row)));
  if (rows.length === 0) return [];
  const fix = (split: Split) => {
    const tested = new Set(split.test.map(keyOf));
    return { train: split.train.filter((row) => !tested.has(keyOf(row))), test: split.test };
  };
  const share = rows.length / test.length;
  return [{ check: 'leakage', severity: 'warning', count: rows.length, share, examples: examples('test', rows), fix }];
}

/** Labels that differ by case or blanks only. */
function labelSpelling({ train, test }: Split): Finding[] {
  const spellings = new Map<string, string[]>();
  // The most frequent spelling comes first, and is the one to keep.
  for (const [label] of countLabels([...train, ...test])) {
    const key = label
      .trim()
      .replace(/[\s_-]+/g, ' ')
      .toLowerCase();
    spellings.set(key, [...(spellings.get(key) ?? []), label]);
  }
  const kept = new Map<string, string>();
  for (const [usual = '', ...others] of spellings.values()) for (const other of others) kept.set(other, usual);
  if (kept.size === 0) return [];
  const rows = train.filter(({ label }) => kept.has(label));
  const fix = mapBoth((list) => list.map((row) => ({ ...row, label: kept.get(row.label) ?? row.label })));
  const labels = [...kept.keys()];
  return [
    { check: 'label-spelling', severity: 'warning', count: kept.size, labels, examples: examples('train', rows), fix },
  ];
}

function classes({ train, test }: Split): Finding[] {
  const counts = countLabels(train);
  const findings: Finding[] = [];
  const labelsOf = (list: [string, number][]) => list.map(([label]) => label);
  if (counts.length < 2)
    findings.push({
      check: 'one-class',
      severity: 'error',
      count: counts.length,
      labels: labelsOf(counts),
      examples: [],
    });
  const looksLikeIds = counts.length > manyClasses && train.length < fewRowsEach * counts.length;
  if (counts.length > mostClasses || looksLikeIds) {
    const severity = counts.length > mostClasses ? 'error' : 'warning';
    findings.push({ check: 'too-many-classes', severity, count: counts.length, examples: examples('train', train) });
    return findings;
  }
  const [largest] = counts;
  const share = largest ? largest[1] / train.length : 0;
  if (largest && counts.length > 1 && share >= imbalancedShare)
    findings.push({
      check: 'imbalance',
      severity: 'warning',
      count: largest[1],
      share,
      labels: [largest[0]],
      examples: [],
    });
  const rare = counts.filter(([, count]) => count < fewRows);
  if (rare.length > 0 && counts.length > 1) {
    const names = new Set(labelsOf(rare));
    const fix =
      counts.length - rare.length < 2 ? undefined : mapBoth((rows) => rows.filter(({ label }) => !names.has(label)));
    findings.push({
      check: 'rare-class',
      severity: 'warning',
      count: rare.length,
      labels: labelsOf(rare),
      examples: examples(
        'train',
        train.filter(({ label }) => names.has(label)),
      ),
      ...(fix ? { fix } : {}),
    });
  }
  const known = new Set(labelsOf(counts));
  const unseen = test.filter(({ label }) => !known.has(label));
  if (unseen.length > 0)
    findings.push({
      check: 'test-only-class',
      severity: 'error',
      count: unseen.length,
      labels: [...new Set(unseen.map(({ label }) => label))],
      examples: examples('test', unseen),
      fix: (split) => {
        const trained = new Set(split.train.map(({ label }) => label));
        return { train: split.train, test: split.test.filter(({ label }) => trained.has(label)) };
      },
    });
  return findings;
}

/** Accuracy of always answering the largest class of the training rows, on the test rows: what any model must beat. */
export function majorityAccuracy({ train, test }: Split): number {
  const largest = countLabels(train)[0]?.[0];
  return test.length === 0 ? 0 : test.filter(({ label }) => label === largest).length / test.length;
}

/** Everything that needs no tokenizer. */
export function checkRows(split: Split): Finding[] {
  return [emptyTexts, duplicates, twoLabels, leakage, labelSpelling, classes].flatMap((check) => check(split));
}

/** Rows that the checks of tokens look at: a share needs no more. */
const tokenSample = 5000;

/**
 * Checks of how the rows are cut into tokens, on the first 5,000 of each part.
 * @param maxLength tokens a row at most, [CLS] and [SEP] included
 */
export function checkTokens(split: Split, tokenizer: Tokenizer, maxLength: number): Finding[] {
  const rows = [...split.train.slice(0, tokenSample), ...split.test.slice(0, tokenSample)];
  const cut: Row[] = [];
  const strange: Row[] = [];
  let [unknown, all, needed] = [0, 0, 0];
  for (const row of rows) {
    const { count, unknown: missed } = tokenizer.measure(row.text);
    if (count > maxLength) cut.push(row);
    if (missed > 0) strange.push(row);
    unknown += missed;
    all += count;
    needed = Math.max(needed, count);
  }
  const findings: Finding[] = [];
  if (cut.length > 0) {
    const share = cut.length / rows.length;
    const severity = share >= cutOffShare ? 'warning' : 'note';
    findings.push({ check: 'cut-off', severity, count: cut.length, share, examples: examples('train', cut) });
  }
  if (all > 0 && unknown / all >= unknownShare)
    findings.push({
      check: 'unknown-tokens',
      severity: 'warning',
      count: strange.length,
      share: unknown / all,
      examples: examples('train', strange),
    });
  return findings;
}

/**
 * The shortest maximal length, a multiple of 8, that cuts off no more than a share of the rows.
 * @param most the encoder's positions
 */
export function fittingLength(rows: readonly Row[], tokenizer: Tokenizer, most: number, share = cutOffShare): number {
  const lengths = rows
    .slice(0, tokenSample)
    .map(({ text }) => tokenizer.measure(text).count)
    .sort((a, b) => a - b);
  const wanted = lengths[Math.min(lengths.length - 1, Math.ceil(lengths.length * (1 - share)))] ?? 8;
  return Math.min(most, Math.ceil(wanted / 8) * 8);
}

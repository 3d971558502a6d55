import { filterInPieces, inPieces, mapInPieces, type Work } from '../../base/work.ts';
import type { TaskKind } from '../../model/task-kind.ts';
import { maxClasses } from '../dataset.ts';
import { compareCounts, labelCounts, largestFirst } from '../rows/edit.ts';
import type { Row } from '../rows/row.ts';
import { renamed } from '../rows/row-labels.ts';
import { namesOf } from '../rows/row-names.ts';
import type { Split } from '../rows/split.ts';
import { joinedText, type Texts } from '../rows/texts.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { type ReadPart, type ReadTexts, readTexts } from './same-texts.ts';

/** Checks of rows before training: each finding has its count, examples and a fix. */

export type CheckName =
  | 'empty-text'
  | 'half-empty'
  | 'duplicate'
  | 'two-labels'
  | 'leakage'
  | 'label-spelling'
  | 'imbalance'
  | 'rare-class'
  | 'one-class'
  | 'one-number'
  | 'too-many-classes'
  | 'test-only-class'
  | 'cut-off'
  | 'unknown-tokens';

/** Makes rows without a fault of ones that have it. */
export type Fix = (split: Split) => Work<Split>;

/** A row that shows what a finding means. */
export interface FindingExample {
  part: 'train' | 'test';
  row: Row;
}

export interface Finding {
  check: CheckName;
  /** `error`: training is not possible; `warning`: it is, but its result misleads; `note`: good to know. */
  severity: 'error' | 'warning' | 'note';
  /** Number of rows concerned; for checks of classes, of classes. */
  count: number;
  /** The figure in question, where there is one: a share from 0 to 1. */
  share?: number;
  /** Classes in question, where there are some. */
  labels?: string[];
  examples: FindingExample[];
  /** Absent where only a person can decide. */
  fix?: Fix;
}

/** Most examples of a finding. */
const maxExamples = 5;
/** A class with fewer training rows is rare. */
const fewRows = 8;
/** A majority class of this share makes accuracy look better than it is. */
const imbalancedShare = 0.8;
/** More classes than this, and fewer rows than that of each on the average, look like numbers or ids. */
const manyClasses = 50;
const fewRowsEach = 3;
/** More labels than this are not compared by their spelling. */
const maxSpelt = 10 * maxClasses;
/** Unknown tokens of this share are more than a few strange words. */
const unknownShare = 0.05;
/** Cut-off rows of this share are more than a few outliers. */
const cutOffShare = 0.05;

/** A count of rows, with the first few to show. */
class Tally {
  count = 0;
  readonly rows: Row[] = [];

  add(row: Row): void {
    this.count++;
    if (this.rows.length < maxExamples) this.rows.push(row);
  }
}

const examples = (part: FindingExample['part'], rows: readonly Row[]): FindingExample[] =>
  rows.slice(0, maxExamples).map((row) => ({ part, row }));
const both = (train: readonly Row[], test: readonly Row[]): FindingExample[] =>
  [...examples('train', train), ...examples('test', test)].slice(0, maxExamples);

/** Counts the rows of a list for which `isMeant` is true. */
function* tally(rows: readonly Row[], isMeant: (row: Row, at: number) => boolean): Work<Tally> {
  const found = new Tally();
  yield* inPieces(rows, (row, at) => {
    if (isMeant(row, at)) found.add(row);
  });
  return found;
}

/** A fix that keeps the rows of both parts that are sound. */
const keeping = (isSound: (row: Row) => boolean): Fix =>
  function* ({ train, test }) {
    return { train: yield* filterInPieces(train, isSound), test: yield* filterInPieces(test, isSound) };
  };

/** A fix that changes the rows of both parts. */
const changing = (change: (row: Row) => Row): Fix =>
  function* ({ train, test }) {
    return { train: yield* mapInPieces(train, change), test: yield* mapInPieces(test, change) };
  };

/** A row of several labels without some of them. */
function without(row: Row, isGone: (label: string) => boolean): Row {
  const names = namesOf('multi-label', row);
  return names.some(isGone) ? { ...row, label: JSON.stringify(names.filter((label) => !isGone(label))) } : row;
}

/** A fix that keeps the rows of both parts that are sound, judged beside the others. */
const keepingRead = (isSound: (part: ReadPart, at: number) => boolean): Fix =>
  function* (split) {
    const { train, test } = yield* readTexts(split);
    return {
      train: yield* filterInPieces(train.rows, (_, at) => isSound(train, at)),
      test: yield* filterInPieces(test.rows, (_, at) => isSound(test, at)),
    };
  };

const isEmpty = (row: Texts) => joinedText(row).replace('[SEP]', '').trim() === '';
/** Whether one text of a pair is missing: the encoder would compare the other with nothing. */
const isHalfEmpty = (row: Texts) =>
  row.second !== undefined && !isEmpty(row) && (row.text.trim() === '' || row.second.trim() === '');

/** Rows of both parts that are to be left out for a text that is not there. */
function* missingTexts(check: CheckName, isMissing: (row: Texts) => boolean, { train, test }: Split): Work<Finding[]> {
  const [inTrain, inTest] = [yield* tally(train, isMissing), yield* tally(test, isMissing)];
  const count = inTrain.count + inTest.count;
  if (count === 0) return [];
  const fix = keeping((row) => !isMissing(row));
  return [{ check, severity: 'warning', count, examples: both(inTrain.rows, inTest.rows), fix }];
}

/** Whether a row repeats the text and label of an earlier row. */
const isRepeated = ({ repeated }: ReadPart, at: number) => repeated[at] === 1;

function* duplicates({ train, test }: ReadTexts): Work<Finding[]> {
  const inTrain = yield* tally(train.rows, (_, at) => isRepeated(train, at));
  const inTest = yield* tally(test.rows, (_, at) => isRepeated(test, at));
  const count = inTrain.count + inTest.count;
  if (count === 0) return [];
  const fix = keepingRead((part, at) => !isRepeated(part, at));
  return [{ check: 'duplicate', severity: 'warning', count, examples: both(inTrain.rows, inTest.rows), fix }];
}

/** Whether a row's text carries more than one label in its part. */
const isDisputed = (part: ReadPart, at: number) => part.isDisputed(part.texts[at] ?? 0);

/** How many rows are in dispute; of the first such texts two rows each, side by side, that show both labels. */
function* disputed(part: ReadPart): Work<{ count: number; rows: Row[] }> {
  const shown = new Map<number, Row[]>();
  let count = 0;
  yield* inPieces(part.rows, (row, at) => {
    if (!isDisputed(part, at)) return;
    count++;
    const text = part.texts[at] ?? 0;
    const [first, second] = shown.get(text) ?? [];
    if (!first && shown.size < maxExamples) shown.set(text, [row]);
    if (first && !second && row.label !== first.label) shown.set(text, [first, row]);
  });
  return { count, rows: [...shown.values()].flat() };
}

function* twoLabels({ train, test }: ReadTexts): Work<Finding[]> {
  const [inTrain, inTest] = [yield* disputed(train), yield* disputed(test)];
  const count = inTrain.count + inTest.count;
  if (count === 0) return [];
  const fix = keepingRead((part, at) => !isDisputed(part, at));
  return [{ check: 'two-labels', severity: 'warning', count, examples: both(inTrain.rows, inTest.rows), fix }];
}

function* leakage({ test, isTrained }: ReadTexts): Work<Finding[]> {
  const { count, rows } = yield* tally(test.rows, (row, at) => isTrained(test.texts[at] ?? 0) && !isEmpty(row));
  if (count === 0) return [];
  const fix: Fix = function* (split) {
    const { train, test } = yield* readTexts(split);
    const tested = new Uint8Array(train.rows.length);
    yield* inPieces(test.texts, (text) => {
      if (text < tested.length) tested[text] = 1;
    });
    return {
      train: yield* filterInPieces(train.rows, (_, at) => tested[train.texts[at] ?? 0] === 0),
      test: split.test,
    };
  };
  const share = count / test.rows.length;
  return [{ check: 'leakage', severity: 'warning', count, share, examples: examples('test', rows), fix }];
}

/** The usual spelling of each label that differs from it by case or blanks only. */
function usualSpellings(counts: ReadonlyMap<string, number>): Map<string, string> {
  const spellings = new Map<string, string[]>();
  // The most frequent spelling comes first, and is the one to keep.
  for (const [label] of largestFirst(counts)) {
    const key = label
      .trim()
      .replace(/[\s_-]+/g, ' ')
      .toLowerCase();
    spellings.set(key, [...(spellings.get(key) ?? []), label]);
  }
  const kept = new Map<string, string>();
  for (const [usual = '', ...others] of spellings.values()) for (const other of others) kept.set(other, usual);
  return kept;
}

function* labelSpelling({ train, test }: Split, kind: TaskKind): Work<Finding[]> {
  const counts = new Map(yield* labelCounts(train, kind));
  for (const [label, count] of yield* labelCounts(test, kind)) counts.set(label, (counts.get(label) ?? 0) + count);
  // So many are no names of classes, but numbers or ids: another finding reports that.
  if (counts.size > maxSpelt) return [];
  const kept = usualSpellings(counts);
  if (kept.size === 0) return [];
  const { rows } = yield* tally(train, (row) => namesOf(kind, row).some((label) => kept.has(label)));
  const respell = (row: Row): Row => renamed(kind, row, (label) => kept.get(label) ?? label);
  const fix = changing(respell);
  const labels = [...kept.keys()];
  return [
    { check: 'label-spelling', severity: 'warning', count: kept.size, labels, examples: examples('train', rows), fix },
  ];
}

type Counts = readonly (readonly [label: string, count: number])[];
const labelsOf = (counts: Counts) => counts.map(([label]) => label);

/** Whether there are more classes than can be, or so many that they look like numbers or ids. */
function tooManyClasses({ train }: Split, count: number): Finding[] {
  const looksLikeIds = count > manyClasses && train.length < fewRowsEach * count;
  if (count <= maxClasses && !looksLikeIds) return [];
  const severity = count > maxClasses ? 'error' : 'warning';
  return [{ check: 'too-many-classes', severity, count, examples: examples('train', train) }];
}

function imbalance({ train }: Split, counts: Counts): Finding[] {
  const [[label, count] = ['', 0]] = counts;
  const share = count / train.length;
  if (counts.length < 2 || share < imbalancedShare) return [];
  return [{ check: 'imbalance', severity: 'warning', count, share, labels: [label], examples: [] }];
}

function* rareClasses({ train }: Split, counts: Counts, kind: TaskKind): Work<Finding[]> {
  const labels = labelsOf(counts.filter(([, count]) => count < fewRows));
  if (labels.length === 0 || counts.length < 2) return [];
  const names = new Set(labels);
  const { rows } = yield* tally(train, (row) => namesOf(kind, row).some((label) => names.has(label)));
  const finding: Finding = {
    check: 'rare-class',
    severity: 'warning',
    count: labels.length,
    labels,
    examples: examples('train', rows),
  };
  if (counts.length - labels.length < 2) return [finding];
  // A tag cannot be taken from a word; of several labels the others stay.
  if (kind === 'single-label') finding.fix = keeping(({ label }) => !names.has(label));
  if (kind === 'multi-label') finding.fix = changing((row) => without(row, (label) => names.has(label)));
  return [finding];
}

function* testOnlyClasses({ test }: Split, counts: Counts, kind: TaskKind): Work<Finding[]> {
  const known = new Set(labelsOf(counts));
  const isUnknown = (row: Row, trained: { has: (label: string) => boolean }) =>
    namesOf(kind, row).some((label) => !trained.has(label));
  const { count, rows } = yield* tally(test, (row) => isUnknown(row, known));
  if (count === 0) return [];
  const labels = [...(yield* labelCounts(test, kind)).keys()].filter((label) => !known.has(label));
  const fix: Fix = function* (split) {
    const trained = yield* labelCounts(split.train, kind);
    return { train: split.train, test: yield* filterInPieces(split.test, (row) => !isUnknown(row, trained)) };
  };
  return [{ check: 'test-only-class', severity: 'error', count, labels, examples: examples('test', rows), fix }];
}

function* classes(split: Split, kind: TaskKind): Work<Finding[]> {
  const counted = yield* labelCounts(split.train, kind);
  const few: Finding[] =
    counted.size < 2
      ? [{ check: 'one-class', severity: 'error', count: counted.size, labels: [...counted.keys()], examples: [] }]
      : [];
  const tooMany = tooManyClasses(split, counted.size);
  if (tooMany.length > 0) return [...few, ...tooMany];
  const counts = largestFirst(counted);
  const rare = yield* rareClasses(split, counts, kind);
  const largest = kind === 'single-label' ? imbalance(split, counts) : [];
  return [...few, ...largest, ...rare, ...(yield* testOnlyClasses(split, counts, kind))];
}

/** Accuracy of always answering the largest class of the training rows, on the test rows: what any model must beat. */
export function* majorityAccuracy({ train, test }: Split): Work<number> {
  let largest = ['', 0] as [label: string, count: number];
  for (const counted of yield* labelCounts(train)) if (compareCounts(counted, largest) < 0) largest = counted;
  const right = (yield* tally(test, ({ label }) => label === largest[0])).count;
  return test.length === 0 ? 0 : right / test.length;
}

/** Whether all training rows have one number: there is nothing to learn. */
function* sameNumbers({ train }: Split): Work<Finding[]> {
  const first = train[0]?.label;
  const { count } = yield* tally(train, ({ label }) => Number(label) === Number(first));
  if (count < train.length) return [];
  return [{ check: 'one-number', severity: 'error', count, examples: examples('train', train) }];
}

/** All checks that need no tokenizer. @param kind what a row is labelled with */
export function* checkRows(split: Split, kind: TaskKind = 'single-label'): Work<Finding[]> {
  const texts = yield* readTexts(split);
  return [
    ...(yield* missingTexts('empty-text', isEmpty, split)),
    ...(yield* missingTexts('half-empty', isHalfEmpty, split)),
    ...(yield* duplicates(texts)),
    ...(yield* twoLabels(texts)),
    ...(yield* leakage(texts)),
    ...(kind === 'regression'
      ? yield* sameNumbers(split)
      : [...(yield* labelSpelling(split, kind)), ...(yield* classes(split, kind))]),
  ];
}

/** Rows that the checks of tokens sample: a share needs no more. */
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
    const { count, special, unknown: missed } = tokenizer.measure(row);
    if (count > maxLength) cut.push(row);
    if (missed > 0) strange.push(row);
    unknown += missed;
    all += count - special;
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

/** The share of tokens of the first 5,000 rows that are not in the vocabulary, special ones around texts left out. */
export function shareUnknown(rows: readonly Texts[], tokenizer: Tokenizer): number {
  const measured = rows.slice(0, tokenSample).map((row) => tokenizer.measure(row));
  const all = measured.reduce((sum, { count, special }) => sum + count - special, 0);
  return all === 0 ? 0 : measured.reduce((sum, { unknown }) => sum + unknown, 0) / all;
}

/**
 * The shortest maximal length, a multiple of 8, that cuts off no more than a share of the rows.
 * @param most the encoder's positions
 */
export function fittingLength(rows: readonly Row[], tokenizer: Tokenizer, most: number, share = cutOffShare): number {
  const lengths = rows
    .slice(0, tokenSample)
    .map((row) => tokenizer.measure(row).count)
    .sort((a, b) => a - b);
  const wanted = lengths[Math.min(lengths.length - 1, Math.ceil(lengths.length * (1 - share)))] ?? 8;
  return Math.min(most, Math.ceil(wanted / 8) * 8);
}

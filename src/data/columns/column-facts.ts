import type { FileRecord } from '../readers/data-file.ts';

/** Statistics of a column's values, from which header, text and label are guessed. */

export interface ColumnFacts {
  name: string;
  /** Its index, from 0. */
  at: number;
  records: number;
  /** Share of the records in which it is not empty. */
  filled: number;
  distinct: number;
  /** Distinct values per filled record, above 0 and at most 1. */
  variety: number;
  meanLength: number;
  /** Words per value; in scripts without blanks, two characters count as one. */
  meanWords: number;
  kind: ValueKind;
  /** Whole numbers, each one more than the one before it. */
  counts: boolean;
  /** Equal values stand together, as of a source or a date that rows are sorted by. */
  grouped: boolean;
}

/** Kind of nearly all values of a column. */
export type ValueKind =
  | 'words'
  | 'whole number'
  | 'fraction'
  | 'date'
  | 'address'
  | 'code'
  | 'list'
  | 'several labels'
  | 'nothing';

const numberLike = /^[-+]?(\d{1,3}(,\d{3})+|\d+)?([.,]\d+)?(e[-+]?\d+)?%?$/i;
const wholeLike = /^[-+]?\d+([.,]0+)?$/;
const dateLike =
  /^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}[- ](jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-, ]+\d{2,4}|(mon|tue|wed|thu|fri|sat|sun)[a-z]*,? |(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2},? \d{4}|\d{1,2}:\d{2}(:\d{2})?).{0,24}$/i;
const addressLike = /^((https?|ftp):\/\/|www\.)\S+$|^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i;
/** Letters and digits mixed without a blank, as in ids and file names. */
const codeLike = /^(?=.*\d)[\w.:#/-]{6,}$|^[0-9a-f]{8}-[0-9a-f-]{27}$/i;
const listLike = /^\[.*\]$|^\{.*\}$/s;
const cjk = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]/g;

/** Share of values of one kind that gives a column this kind. */
const kindShare = 0.9;

export function kindOf(value: string): ValueKind {
  if (value === '') return 'nothing';
  if (wholeLike.test(value)) return 'whole number';
  if (/\d/.test(value) && numberLike.test(value)) return 'fraction';
  if (dateLike.test(value) && /\d/.test(value)) return 'date';
  if (addressLike.test(value)) return 'address';
  if (listLike.test(value)) return 'list';
  if (codeLike.test(value)) return 'code';
  return 'words';
}

const wordsIn = (value: string) => {
  const wide = value.match(cjk)?.length ?? 0;
  return wide / 2 + value.replace(cjk, ' ').split(/\s+/).filter(Boolean).length;
};

/** Values of a few short parts each that recur in other combinations, like "joy, love" beside "joy" and "love". */
function holdsSeveral(values: ReadonlySet<string>): boolean {
  for (const separator of [',', ';', '|']) {
    const wholes = [...values];
    const several = wholes.filter((value) => value.includes(separator));
    if (several.length < 2 || several.length < 0.05 * wholes.length) continue;
    // Decimal commas stand in all values, or nearly.
    if (several.length > 0.8 * wholes.length) continue;
    const parts = wholes.map((value) => value.split(separator).map((part) => part.trim()));
    if (parts.flat().some((part) => part === '' || part.length > 40 || wordsIn(part) > 3)) continue;
    const often = new Map<string, number>();
    for (const part of parts.flat()) often.set(part, (often.get(part) ?? 0) + 1);
    const recurring = [...often.values()].filter((count) => count > 1).length;
    if (often.size < wholes.length && recurring >= 0.5 * often.size) return true;
  }
  return false;
}

function commonKind(values: readonly string[], different: ReadonlySet<string>): ValueKind {
  if (values.length === 0) return 'nothing';
  const counts = new Map<ValueKind, number>();
  for (const value of values) counts.set(kindOf(value), (counts.get(kindOf(value)) ?? 0) + 1);
  const share = (kind: ValueKind) => (counts.get(kind) ?? 0) / values.length;
  if (share('whole number') + share('fraction') >= kindShare) {
    if (holdsSeveral(different)) return 'several labels';
    return share('fraction') > 0 ? 'fraction' : 'whole number';
  }
  const [kind = 'words'] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  if (kind !== 'words' && share(kind) >= kindShare) return kind;
  return holdsSeveral(different) ? 'several labels' : 'words';
}

/** Fewest records that show whether values are mixed. */
const enoughForRuns = 20;

/** Whether far fewer neighbours differ than would by chance. */
function isGrouped(values: readonly string[], distinct: number): boolean {
  if (values.length < enoughForRuns || distinct < 2) return false;
  const changes = values.filter((value, i) => i > 0 && value !== values[i - 1]).length;
  return changes < 0.25 * values.length * (1 - 1 / distinct);
}

/** Computes the statistics of one column of records. */
export function factsOf(name: string, at: number, records: readonly FileRecord[]): ColumnFacts {
  const values = records.map(({ cells }) => (cells[at] ?? '').trim()).filter((value) => value !== '');
  const different = new Set(values);
  const count = Math.max(1, values.length);
  const kind = commonKind(values, different);
  const numbers = kind === 'whole number' ? values.map(Number) : [];
  return {
    name,
    at,
    records: records.length,
    filled: values.length / Math.max(1, records.length),
    distinct: different.size,
    variety: different.size / count,
    meanLength: values.reduce((sum, value) => sum + value.length, 0) / count,
    meanWords: values.reduce((sum, value) => sum + wordsIn(value), 0) / count,
    kind,
    grouped: isGrouped(values, different.size),
    counts: numbers.length >= 3 && numbers.every((number, i) => i === 0 || number === (numbers[i - 1] ?? 0) + 1),
  };
}

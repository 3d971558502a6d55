import Papa from 'papaparse';
import { finish, inPieces, type Work } from '../../base/work.ts';
import type { TaskKind } from '../../model/task-kind.ts';
import { piecesOf } from './packed-rows.ts';
import type { Row } from './row.ts';
import { namesOf } from './row-names.ts';
import { arePairs, pairMark, type Texts } from './texts.ts';

/** Editing labelled rows: pure functions from rows to rows, so that undoing restores the list before. */

/** Rows by index in the list, from 0. */
export type RowNumbers = ReadonlySet<number>;

/** Gives rows another label. */
export const relabel = (rows: readonly Row[], at: RowNumbers, label: string): Row[] =>
  rows.map((row, i) => (at.has(i) ? { ...row, label: label.trim() } : row));

/** Replaces the text of one row. */
export const rewrite = (rows: readonly Row[], at: number, text: string): Row[] =>
  rows.map((row, i) => (i === at ? { ...row, text } : row));

/** Renames a class; if the name exists already, the two become one. */
export const renameLabel = (rows: readonly Row[], from: string, to: string): Row[] =>
  rows.map((row) => (row.label === from ? { ...row, label: to.trim() } : row));

export const removeRows = (rows: readonly Row[], at: RowNumbers): Row[] => rows.filter((_, i) => !at.has(i));

/** Lines of typed text that are not blank. */
const typedLines = (typed: string): string[] =>
  typed
    .split(/\r?\n/)
    .map((text) => text.trim())
    .filter((text) => text !== '');

/** Adds one row for each line of typed text that is not blank. */
export const addRows = (rows: readonly Row[], typed: string, label: string): Row[] => [
  ...rows,
  ...typedLines(typed).map((text) => ({ text, label: label.trim(), line: 0 })),
];

/** Typed pairs: each line of the first texts with the line of the second ones; null where they are not as many. */
export function typedPairs(firsts: string, seconds: string): [first: string, second: string][] | null {
  const [ones, others] = [typedLines(firsts), typedLines(seconds)];
  return ones.length === others.length ? ones.map((first, at) => [first, others[at] ?? '']) : null;
}

/** Adds pairs of texts. */
export const addPairs = (rows: readonly Row[], pairs: readonly [string, string][], label: string): Row[] => [
  ...rows,
  ...pairs.map(([text, second]) => ({ text, second, label: label.trim(), line: 0 })),
];

export interface Search {
  /** Searched anywhere in the text, whatever its case; empty: every row matches. */
  words?: string | undefined;
  /** Only this class. */
  label?: string | undefined;
  /** What a row is labelled with; absent: one class. */
  kind?: TaskKind | undefined;
}

/** Indices of the rows that match, in order. */
export function* findRows(rows: readonly Row[], { words = '', label, kind = 'single-label' }: Search): Work<number[]> {
  const wanted = words.trim().toLocaleLowerCase();
  const numbers: number[] = [];
  yield* inPieces(rows, (row, i) => {
    if (label !== undefined && !namesOf(kind, row).includes(label)) return;
    const isIn = (text = '') => text.toLocaleLowerCase().includes(wanted);
    if (wanted === '' || isIn(row.text) || isIn(row.second)) numbers.push(i);
  });
  return numbers;
}

/** Number of rows of each class, of words of each tag, in the order in which the classes first appear. */
export function* labelCounts(rows: readonly Row[], kind: TaskKind = 'single-label'): Work<Map<string, number>> {
  const counts = new Map<string, number>();
  yield* inPieces(rows, (row) => {
    for (const name of namesOf(kind, row)) counts.set(name, (counts.get(name) ?? 0) + 1);
  });
  return counts;
}

type LabelCount = [label: string, count: number];

/** Orders the larger class first; of equals, the one whose name comes first. */
export const compareCounts = (a: LabelCount, b: LabelCount): number => b[1] - a[1] || (a[0] < b[0] ? -1 : 1);

export const largestFirst = (counts: ReadonlyMap<string, number>): LabelCount[] => [...counts].sort(compareCounts);

/** Number of rows of each class, the largest first. */
export const countLabels = (rows: readonly Row[]): LabelCount[] => largestFirst(finish(labelCounts(rows)));

/** The two texts of a pair, also of one that an earlier version joined, or the one of a row without a second. */
function cellsOf({ text, second }: Texts): [first: string, second: string | null] {
  if (second !== undefined) return [text, second];
  const at = text.indexOf(pairMark);
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + pairMark.length)];
}

/**
 * Rows as CSV with a header, pairs in two columns: the importer reads back the same rows.
 * @returns pieces that are the file, one after another
 */
export function* csvPieces(rows: readonly Row[]): Work<string[]> {
  const pairs = arePairs(rows) || (rows.length > 0 && rows.every((row) => cellsOf(row)[1] !== null));
  const fields = pairs ? ['text1', 'text2', 'label'] : ['text', 'label'];
  const written = (cells: string[][]) => Papa.unparse(cells, { newline: '\n', quotes: true });
  const pieces = [written([fields])];
  for (const piece of piecesOf(rows)) {
    const cells = piece.map((row) =>
      pairs ? [...cellsOf(row).map((text) => text ?? ''), row.label] : [row.text, row.label],
    );
    pieces.push(`\n${written(cells)}`);
    yield;
  }
  return pieces;
}

export const toCsv = (rows: readonly Row[]): string => finish(csvPieces(rows)).join('');

/** Tagged words as a word and its tag a line, a blank line behind each sentence; blanks within a word are left out. */
export function* conllPieces(rows: readonly Row[]): Work<string[]> {
  const bare = (text: string) => text.replace(/\s+/g, '');
  const pieces: string[] = [];
  for (const piece of piecesOf(rows)) {
    const sentences = piece.map(({ tagged = { words: [], tags: [] } }) =>
      tagged.words.map((word, at) => `${bare(word)}\t${bare(tagged.tags[at] ?? '')}\n`).join(''),
    );
    pieces.push(`${sentences.join('\n')}\n`);
    yield;
  }
  return pieces;
}

import { type MessageParts, msg, UserError } from '../../base/message.ts';
/** Types that the readers of all formats share: the file, its layout, its records, and its errors. */

/** A file of rows, wherever it comes from: dropped, picked, pasted, downloaded. */
export interface DataFile {
  /** For messages; its ending helps to guess the format. */
  name: string;
  blob: Blob;
  /** Part that is read of a zip whose folders hold the parts of a data set; absent: the training rows. */
  part?: Part;
}

/** The parts that a data set may come in. */
export type Part = 'train' | 'validation' | 'test';

/** Formats that are text: what a person may take one for another of. `csv` is any delimited text, TSV too. */
export const textFormats = ['csv', 'jsonl', 'json'] as const;
/** All formats; `folders` is a zip with one folder of text files per class, `conll` a word and its tag a line. */
export const formats = [...textFormats, 'parquet', 'folders', 'conll'] as const;
export type Format = (typeof formats)[number];

/** How delimited text is written. */
export interface CsvLayout {
  delimiter: string;
  /** The quotation mark; null: none is special. */
  quote: '"' | "'" | null;
  /** Escape that makes a quotation mark inside a quoted cell literal: doubling it, or a backslash before it. */
  escape: 'doubled' | 'backslash';
  /** Whether the first record holds the columns' names. */
  header: boolean;
}

/** Layout by which a file is read: guessed, and corrected by the person. */
export interface Layout extends CsvLayout {
  format: Format;
  /** A label of the Encoding Standard; null where bytes are not text. */
  encoding: string | null;
}

/** One record of a file. */
export interface FileRecord {
  /** Number of its first line in a text file, of its entry in any other; from 1. */
  place: number;
  /** Its cells, in the order of the columns. */
  cells: readonly string[];
}

/** A column of lists or objects, which is neither text nor label. */
export interface NestedColumn {
  name: string;
  holds: 'list' | 'object';
}

/** A data file that cannot be used. The message names file, line and column, and what to do. */
export class DataFileError extends UserError {
  override name = 'DataFileError';
  /** How the file was being read, where somebody may choose otherwise. */
  layout?: Layout;
  /** Set where rows whose label is missing or cannot be read are all that is wrong: they can be left out. */
  unlabelled?: true;
  /** Set where a number is written with a comma, which can be read as a point. */
  comma?: true;
  /** Set where a row's spans cut through words, overlap or lie outside their text: they can be mended. */
  spans?: true;
}

/** Name of a record's line or entry in messages: lines are what an editor shows, entries are counted. */
export const placeName = (format: Format, place: number): MessageParts =>
  format === 'csv' || format === 'jsonl' || format === 'conll' ? msg`line ${place}` : msg`entry ${place}`;

/** Most rows of a file: more would not fit into a tab. */
export const maxRows = 5_000_000;

/** The most columns that a table may have. */
export const maxColumns = 10_000;

/** Most characters of a single record; more is a quotation mark that nothing closes. */
export const maxRecordCharacters = 2 ** 24;

/** Trimmed column names, each once: an empty one is named by its position, a repeated one gets a number. */
export function columnNames(cells: readonly string[]): string[] {
  const seen = new Map<string, number>();
  const given = new Set(cells.map((cell) => cell.trim()));
  return cells.map((cell, i) => {
    const name = cell.trim() || `column ${i + 1}`;
    let count = (seen.get(name) ?? 0) + 1;
    while (count > 1 && given.has(`${name} ${count}`)) count++;
    seen.set(name, count);
    return count === 1 ? name : `${name} ${count}`;
  });
}

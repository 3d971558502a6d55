import { type Said, said, type Words } from '../model/said.ts';
import {
  DataFileError,
  type FileRecord,
  type Format,
  mostColumns,
  mostRecordCharacters,
  mostRows,
  placeName,
} from './data-file.ts';

/** JSON and JSON lines: objects whose keys are the columns. */

/** A file that must be held whole is refused beyond this size. */
export const mostWholeBytes = 2 ** 28;

/**
 * A value as the text of a cell: numbers and booleans as they are written, null as nothing.
 * @throws DataFileError for a nested value
 */
export function cellOf(value: unknown, where: () => Words): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
  throw new DataFileError(
    said`${where()} holds ${Array.isArray(value) ? said`a list` : said`an object`}, not a text. Choose another column.`,
  );
}

/** Objects as records of chosen columns. */
export function objectReader(file: string, format: Format, columns: readonly string[], wanted: ReadonlySet<string>) {
  return (value: unknown, place: number): FileRecord => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new DataFileError(said`${file} ${placeName(format, place)}: not an object like {"text": …, "label": …}.`);
    const cells = columns.map((name) =>
      wanted.has(name) && Object.hasOwn(value, name)
        ? cellOf(
            (value as Record<string, unknown>)[name],
            () => said`${file} ${placeName(format, place)}: column ${name}`,
          )
        : '',
    );
    return { place, cells };
  };
}

/** The names that objects use, in the order of their first use; a list or object as value is no column of text. */
export function objectColumns(values: readonly unknown[]): string[] {
  const names = new Set<string>();
  const nested = new Set<string>();
  for (const value of values) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
    for (const [name, cell] of Object.entries(value)) {
      names.add(name);
      if (typeof cell === 'object' && cell !== null && !(cell instanceof Date)) nested.add(name);
      if (names.size > mostColumns) return [...names];
    }
  }
  return [...names].filter((name) => !nested.has(name));
}

/** Where in a text the parser stopped, as it says itself: by position, or by line and column. */
function placeOfError(message: string, text: string): Said {
  const named = /line (\d+) column (\d+)/.exec(message);
  if (named) return said`line ${named[1]}, column ${named[2]}`;
  const position = /position (\d+)/.exec(message)?.[1];
  const before = text.slice(0, position === undefined ? text.length : Number(position));
  const line = before.split('\n').length;
  return said`line ${line}, column ${before.length - before.lastIndexOf('\n')}`;
}

/**
 * Parses a JSON file.
 * @throws DataFileError naming line and column
 */
function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const where = placeOfError(message, text);
    throw new DataFileError(said`${file} ${where}: not JSON (${message.slice(0, 200)}). Is the file complete?`);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The list in an object that wraps one: {"data": [...]}. */
function wrappedList(value: Record<string, unknown>): unknown[] | null {
  const lists = Object.values(value).filter((entry): entry is unknown[] => Array.isArray(entry));
  return lists.length === 1 && lists[0]?.every(isObject) ? lists[0] : null;
}

/** Columns side by side, {"text": [...], "label": [...]} or {"text": {"0": ...}, ...}, as rows. */
function fromColumns(value: Record<string, unknown>, file: string): unknown[] | null {
  const columns = Object.entries(value);
  if (columns.length < 2 || columns.length > mostColumns) return null;
  const cells = columns.map(([, column]) =>
    Array.isArray(column) ? column : isObject(column) ? Object.values(column) : null,
  );
  if (cells.some((column) => column === null || column.some((cell) => typeof cell === 'object' && cell !== null)))
    return null;
  const lengths = cells.map((column) => column?.length ?? 0);
  const uneven = lengths.findIndex((length) => length !== lengths[0]);
  if (uneven > 0)
    throw new DataFileError(
      said`${file}: column ${columns[uneven]?.[0]} has ${lengths[uneven]} entries, ${columns[0]?.[0]} has ${lengths[0]}.`,
    );
  return Array.from({ length: lengths[0] ?? 0 }, (_, row) =>
    Object.fromEntries(columns.map(([name], i) => [name, cells[i]?.[row]])),
  );
}

/** Lists in a list, the first one naming the columns. */
function fromLists(list: readonly unknown[]): unknown[] | null {
  const [names, ...rows] = list;
  if (!Array.isArray(names) || !names.every((name) => typeof name === 'string')) return null;
  return rows.map((row) =>
    Array.isArray(row) ? Object.fromEntries(names.map((name, i) => [name.trim(), row[i]])) : row,
  );
}

/**
 * The rows of a JSON file: a list of objects, a list wrapped in an object, a list of lists below their names, or columns side
 * by side.
 * @throws DataFileError
 */
export function jsonRows(text: string, file: string): unknown[] {
  const value = parseJson(text.replace(/^\ufeff/, ''), file);
  const rows = Array.isArray(value)
    ? Array.isArray(value[0])
      ? fromLists(value)
      : value
    : isObject(value)
      ? (wrappedList(value) ?? fromColumns(value, file))
      : null;
  if (!rows) throw new DataFileError(said`${file}: no list of rows. Write [{"text": …, "label": …}, …].`);
  if (rows.length > mostRows) throw new DataFileError(said`${file} has ${rows.length} rows; ${mostRows} are the most.`);
  return rows;
}

/** Splits JSON lines as they come; blank lines are left out. */
export class JsonLines {
  readonly #file: string;
  #pending = '';
  #line = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** @throws DataFileError naming the line that is not JSON */
  push(text: string, last: boolean): { place: number; value: unknown }[] {
    const lines = (this.#pending + text).split('\n');
    this.#pending = last ? '' : (lines.pop() ?? '');
    if (this.#pending.length > mostRecordCharacters)
      throw new DataFileError(
        said`${this.#file} line ${this.#line + lines.length + 1}: more than ${mostRecordCharacters} characters in one line.`,
      );
    const values: { place: number; value: unknown }[] = [];
    for (const line of lines) {
      this.#line++;
      if (line.trim() === '') continue;
      try {
        values.push({ place: this.#line, value: JSON.parse(line) });
      } catch (error) {
        const message = (error instanceof Error ? error.message : String(error)).slice(0, 200);
        throw new DataFileError(said`${this.#file} line ${this.#line}: not JSON (${message}).`);
      }
    }
    return values;
  }
}

/** Whether a text is one JSON object a line rather than one JSON file. */
export function looksLikeJsonLines(sample: string): boolean {
  const lines = sample.split('\n').filter((line) => line.trim() !== '');
  const [first = '', second] = lines;
  try {
    const value: unknown = JSON.parse(first);
    return isObject(value) && (second !== undefined || Object.values(value).every((cell) => !isNested(cell)));
  } catch {
    return second !== undefined && first.trim().startsWith('{') && first.trim().endsWith('}');
  }
}

const isNested = (value: unknown) => typeof value === 'object' && value !== null;

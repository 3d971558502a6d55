import { type Message, msg } from '../../base/message.ts';
import {
  DataFileError,
  type FileRecord,
  type Format,
  maxColumns,
  maxRecordCharacters,
  type NestedColumn,
  placeName,
} from './data-file.ts';
import { findJsonFault } from './json-error.ts';

/** JSON and JSON lines: objects whose keys are the columns. */

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNested = (value: unknown) => typeof value === 'object' && value !== null && !(value instanceof Date);

/** Largest file that is held whole. */
export const maxWholeBytes = 2 ** 28;

/** Whole numbers of 64 bits, which JSON writes like others. */
const plainNumber = (_: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value);

/**
 * A value as the text of a cell: numbers and booleans as they are written, null as nothing.
 * @param lists whether lists are taken, too, as JSON
 * @throws DataFileError for a nested value
 */
export function cellOf(value: unknown, where: () => Message, lists = false): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
  if (lists && Array.isArray(value)) return JSON.stringify(value, plainNumber);
  throw new DataFileError(
    msg`${where()} holds ${Array.isArray(value) ? msg`a list` : msg`an object`}, not a text. Choose another column.`,
  );
}

interface ObjectReading {
  wanted: ReadonlySet<string>;
  /** Whether lists are read, too, as JSON. */
  lists?: boolean | undefined;
}

/** Objects as records of chosen columns. */
export function objectReader(
  file: string,
  format: Format,
  columns: readonly string[],
  { wanted, lists }: ObjectReading,
) {
  return (value: unknown, place: number): FileRecord => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new DataFileError(msg`${file} ${placeName(format, place)}: not an object like {"text": …, "label": …}.`);
    const cells = columns.map((name) =>
      wanted.has(name) && Object.hasOwn(value, name)
        ? cellOf(
            (value as Record<string, unknown>)[name],
            () => msg`${file} ${placeName(format, place)}: column ${name}`,
            lists,
          )
        : '',
    );
    return { place, cells };
  };
}

/**
 * The names that objects use, in the order of their first use, and those whose values are lists or objects.
 * @param lists whether lists are read, too, and so are columns like others
 */
export function objectColumns(
  values: readonly unknown[],
  lists = false,
): { columns: string[]; nested: NestedColumn[] } {
  const names = new Set<string>();
  const nested = new Map<string, NestedColumn['holds']>();
  for (const value of values) {
    if (!isObject(value)) continue;
    for (const [name, cell] of Object.entries(value)) {
      names.add(name);
      if (isNested(cell) && !(lists && Array.isArray(cell))) nested.set(name, Array.isArray(cell) ? 'list' : 'object');
      if (names.size > maxColumns) break;
    }
  }
  return {
    columns: [...names].filter((name) => !nested.has(name)),
    nested: [...nested].map(([name, holds]) => ({ name, holds })),
  };
}

/**
 * Parses a JSON file.
 * @throws DataFileError naming line and column
 */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const { line, column, reason } = findJsonFault(text, error instanceof Error ? error.message : String(error));
    throw new DataFileError(msg`${file} line ${line}, column ${column}: not JSON (${reason}).`);
  }
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
    if (this.#pending.length > maxRecordCharacters)
      throw new DataFileError(
        msg`${this.#file} line ${this.#line + lines.length + 1}: more than ${maxRecordCharacters} characters in one line.`,
      );
    const values: { place: number; value: unknown }[] = [];
    for (const line of lines) {
      this.#line++;
      if (line.trim() === '') continue;
      try {
        values.push({ place: this.#line, value: JSON.parse(line) });
      } catch (error) {
        const { column, reason } = findJsonFault(line, error instanceof Error ? error.message : String(error));
        throw new DataFileError(msg`${this.#file} line ${this.#line}, column ${column}: not JSON (${reason}).`);
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

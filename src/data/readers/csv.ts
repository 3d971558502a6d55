import Papa from 'papaparse';
import { msg } from '../../base/message.ts';
import { guessHeader } from '../columns/guess-header.ts';
import {
  type CsvLayout,
  columnNames,
  DataFileError,
  type FileRecord,
  maxColumns,
  maxRecordCharacters,
} from './data-file.ts';

/** A line that declares the delimiter is shorter. */
const separatorCharacters = 64;

export const delimiters = [',', '\t', ';', '|'] as const;

/** Parses delimited text piece by piece: papaparse's records, with the line on which each begins. */
export class CsvParser {
  readonly #parser: Papa.Parser;
  readonly #file: string;
  readonly #layout: CsvLayout;
  #pending = '';
  #line = 1;
  /** The first line has been inspected. */
  #begun = false;

  constructor(file: string, layout: CsvLayout) {
    const { delimiter, quote } = layout;
    this.#file = file;
    this.#layout = layout;
    if (delimiter.length !== 1 || Papa.BAD_DELIMITERS.includes(delimiter) || delimiter === quote)
      throw new DataFileError(msg`${file}: ${JSON.stringify(delimiter)} cannot be a delimiter. Choose one character.`);
    this.#parser = new Papa.Parser({
      delimiter,
      newline: '\n',
      // Without a quotation mark, lines are split and nothing else.
      ...(quote === null
        ? { fastMode: true }
        : { fastMode: false, quoteChar: quote, escapeChar: layout.escape === 'doubled' ? quote : '\\' }),
    });
  }

  /**
   * The records that are complete; blank lines are left out.
   * @param text the next piece, its line ends \n
   * @param last nothing follows
   * @throws DataFileError naming the line of a quotation mark that is not closed or not escaped
   */
  push(text: string, last: boolean): FileRecord[] {
    const { records, error } = this.read(text, last);
    if (error) throw error;
    return records;
  }

  /** As `push`, with the first error beside the records in front of it. */
  read(text: string, last: boolean): { records: FileRecord[]; error: DataFileError | null } {
    this.#pending += text;
    if (!this.#begun) {
      if (!last && this.#pending.length < separatorCharacters && !this.#pending.includes('\n'))
        return { records: [], error: null };
      this.#begun = true;
      const separator = readSeparatorLine(this.#pending);
      if (separator) {
        this.#pending = this.#pending.slice(separator.length);
        this.#line++;
      }
    }
    const result = this.#parser.parse(this.#pending, 0, !last) as Papa.ParseResult<string[]>;
    const rest = last ? '' : this.#pending.slice(result.meta.cursor);
    const bad = new Map(result.errors.filter(({ type }) => type === 'Quotes').map((error) => [error.row ?? 0, error]));
    const records: FileRecord[] = [];
    for (const [i, cells] of result.data.entries()) {
      const error = bad.get(i);
      if (error) return { records, error: this.#quoteError(this.#line, error.code) };
      if (cells.some((cell) => cell.trim() !== '')) records.push({ place: this.#line, cells });
      this.#line += 1 + cells.reduce((sum, cell) => sum + (cell.includes('\n') ? cell.split('\n').length - 1 : 0), 0);
    }
    if (rest.length > maxRecordCharacters) return { records, error: this.#quoteError(this.#line, 'MissingQuotes') };
    this.#pending = rest;
    return { records, error: null };
  }

  #quoteError(line: number, code: string): DataFileError {
    const { quote } = this.#layout;
    if (quote === null)
      return new DataFileError(
        msg`${this.#file} line ${line}: more than ${maxRecordCharacters} characters in one line.`,
      );
    return new DataFileError(
      code === 'MissingQuotes'
        ? msg`${this.#file} line ${line}: a quotation mark ${quote} that opens here is never closed. Close it, or read the file without quotation marks.`
        : msg`${this.#file} line ${line}: a quotation mark ${quote} inside a quoted cell. Double it (${quote}${quote}), or read the file without quotation marks.`,
    );
  }
}

interface Trial {
  layout: Omit<CsvLayout, 'header'>;
  records: FileRecord[];
  /** 0 to 2: how much the sample looks like a table under this layout. */
  score: number;
}

/** Cells up to the last that is not empty. */
const filledWidth = (cells: readonly string[]) => cells.findLastIndex((cell) => cell.trim() !== '') + 1;

/** Factors on a trial's score: for a misplaced quotation mark, and for a first record of another width. */
const quotePenalty = 0.9;
const headerPenalty = 0.5;

/** Share of the records that have the most usual width, and that width. */
function regularity(widths: readonly number[]): [share: number, width: number] {
  const counts = new Map<number, number>();
  for (const width of widths) counts.set(width, (counts.get(width) ?? 0) + 1);
  const [width = 0, most = 0] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [];
  return [(most / Math.max(1, widths.length)) * (widths[0] === width ? 1 : headerPenalty), width];
}

function attempt(sample: string, whole: boolean, layout: Omit<CsvLayout, 'header'>): Trial {
  const { records, error } = new CsvParser('sample', { ...layout, header: true }).read(sample, whole);
  // Empty cells at the end may be missing, or one cell too many; or the last column is empty in most rows.
  const [regular, width] = [filledWidth, (cells: readonly string[]) => cells.length]
    .map((widthOf) => regularity(records.map(({ cells }) => widthOf(cells))))
    .reduce((a, b) => (b[0] > a[0] ? b : a)) as [number, number];
  const sound = regular * (error ? quotePenalty : 1);
  // A table beats a list; then regularity counts.
  return { layout, records, score: sound + (width > 1 && sound > 0.4 ? 1 : 0) };
}

/** A first line in which Excel, or a program that writes for it, declares the delimiter: sep=; perhaps quoted. */
const separatorLine = /^\ufeff?[ ]*(?:"sep=(.|\\t)"|sep=(.|\\t))(.*)(?:\n|$)/i;

/** The delimiter that a text's first line declares, and that line's length; null: it is an ordinary line. */
export function readSeparatorLine(text: string): { delimiter: string; length: number } | null {
  const [line, quoted, plain, rest = ''] = separatorLine.exec(text) ?? [];
  const written = quoted ?? plain;
  if (line === undefined || written === undefined) return null;
  const delimiter = written === '\\t' ? '\t' : written;
  // A spreadsheet fills the line up with delimiters.
  if (/[\w"'\r]/.test(delimiter) || [...rest.trimEnd()].some((letter) => letter !== delimiter)) return null;
  return { delimiter, length: line.length };
}

/**
 * Guesses delimiter, quotation mark, escape and header from a file's beginning.
 * @param sample its line ends \n
 * @param whole the sample is all there is
 */
export function guessCsvLayout(sample: string, whole: boolean, ending = ''): CsvLayout {
  const doubled = { quote: '"', escape: 'doubled' } as const;
  const styles: Pick<CsvLayout, 'quote' | 'escape'>[] = [doubled];
  if (sample.includes('\\"')) styles.push({ quote: '"', escape: 'backslash' });
  if (/(^|[,;\t|\n])'/.test(sample) && !sample.includes('"')) styles.push({ quote: "'", escape: 'doubled' });
  if (sample.includes('"')) styles.push({ quote: null, escape: 'doubled' });
  const told = readSeparatorLine(sample)?.delimiter;
  const first = told ?? (ending === 'tsv' || ending === 'tab' ? '\t' : ',');
  const ordered = told ? [told] : [first, ...delimiters.filter((delimiter) => delimiter !== first)];
  const trials = styles.flatMap((style) => ordered.map((delimiter) => attempt(sample, whole, { delimiter, ...style })));
  // Of equals the first: the more usual.
  const best = trials.reduce((a, b) => (b.score > a.score + 1e-9 ? b : a));
  const fallback = { delimiter: first, ...doubled };
  return { ...(best.score > 0 ? best.layout : fallback), header: guessHeader(best.records) };
}

/**
 * Columns from a table's first record: its names, or numbers where there is no header.
 * @throws DataFileError for far too many
 */
export function csvColumns(first: FileRecord, header: boolean, file: string): string[] {
  if (first.cells.length > maxColumns)
    throw new DataFileError(
      msg`${file} line ${first.place}: ${first.cells.length} columns; ${maxColumns} are the most.`,
    );
  return columnNames(header ? first.cells : first.cells.map(() => ''));
}

/**
 * A record with as many cells as there are columns; empty cells too many at its end are dropped.
 * @throws DataFileError naming the line
 */
export function fitCells({ place, cells }: FileRecord, columns: readonly string[], file: string): FileRecord {
  if (cells.length === columns.length) return { place, cells };
  if (cells.length > columns.length && cells.slice(columns.length).every((cell) => cell.trim() === ''))
    return { place, cells: cells.slice(0, columns.length) };
  throw new DataFileError(
    msg`${file} line ${place}: ${cells.length} fields where the header has ${columns.length}. Is a text with a comma missing its quotes?`,
  );
}

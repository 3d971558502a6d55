import Papa from 'papaparse';
import { said } from '../model/said.ts';
import {
  type CsvLayout,
  columnNames,
  DataFileError,
  type FileRecord,
  mostColumns,
  mostRecordCharacters,
} from './data-file.ts';

export const delimiters = [',', '\t', ';', '|'] as const;

/** Parses delimited text piece by piece: what papaparse reads, with the line on which each record begins. */
export class CsvParser {
  readonly #parser: Papa.Parser;
  readonly #file: string;
  readonly #layout: CsvLayout;
  #pending = '';
  #line = 1;

  constructor(file: string, layout: CsvLayout) {
    const { delimiter, quote } = layout;
    this.#file = file;
    this.#layout = layout;
    if (delimiter.length !== 1 || Papa.BAD_DELIMITERS.includes(delimiter) || delimiter === quote)
      throw new DataFileError(said`${file}: ${JSON.stringify(delimiter)} cannot be a delimiter. Choose one character.`);
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
    if (rest.length > mostRecordCharacters) return { records, error: this.#quoteError(this.#line, 'MissingQuotes') };
    this.#pending = rest;
    return { records, error: null };
  }

  #quoteError(line: number, code: string): DataFileError {
    const { quote } = this.#layout;
    if (quote === null)
      return new DataFileError(
        said`${this.#file} line ${line}: more than ${mostRecordCharacters} characters in one line.`,
      );
    return new DataFileError(
      code === 'MissingQuotes'
        ? said`${this.#file} line ${line}: a quotation mark ${quote} that opens here is never closed. Close it, or read the file without quotation marks.`
        : said`${this.#file} line ${line}: a quotation mark ${quote} inside a quoted cell. Double it (${quote}${quote}), or read the file without quotation marks.`,
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

/** What a misplaced quotation mark costs a trial, and a first record of another width than the rest. */
const quotePenalty = 0.9;
const headerPenalty = 0.5;

function attempt(sample: string, whole: boolean, layout: Omit<CsvLayout, 'header'>): Trial {
  const { records, error } = new CsvParser('sample', { ...layout, header: true }).read(sample, whole);
  const widths = records.map(({ cells }) => filledWidth(cells));
  const counts = new Map<number, number>();
  for (const width of widths) counts.set(width, (counts.get(width) ?? 0) + 1);
  const [width = 0, most = 0] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [];
  const regular =
    (most / Math.max(1, records.length)) * (error ? quotePenalty : 1) * (widths[0] === width ? 1 : headerPenalty);
  // A table beats a list; then regularity counts.
  return { layout, records, score: regular + (width > 1 && regular > 0.4 ? 1 : 0) };
}

/** Names that a header is likely to hold. */
const usualName =
  /^(text|sentence|label|class|category|target|id|index|idx|review|message|content|body|title|question|intent|sentiment|topic|score|stars|rating|v1|v2|文本|内容|句子|评论|标签|类别|分类)(s|_?\d|_?[ab])?$/i;

/** Words of a cell that still reads as a column's name. */
const mostNameCharacters = 40;

/** Whether the first record names the columns: by usual names, else because it looks unlike what follows. */
function guessHeader(records: readonly FileRecord[]): boolean {
  const [first, ...rest] = records;
  if (!first) return true;
  const cells = first.cells.map((cell) => cell.trim());
  if (cells.some((cell) => usualName.test(cell))) return true;
  if (rest.length === 0) return false;
  if (cells.some((cell) => cell !== '' && Number.isFinite(Number(cell)))) return false;
  const repeats = cells.some((cell, i) => cell !== '' && rest.some(({ cells: other }) => other[i]?.trim() === cell));
  if (repeats || new Set(cells).size < cells.length) return false;
  return cells.every((cell) => cell.length <= mostNameCharacters && cell.split(/\s+/).length <= 3);
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
  const first = ending === 'tsv' || ending === 'tab' ? '\t' : ',';
  const ordered = [first, ...delimiters.filter((delimiter) => delimiter !== first)];
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
  if (first.cells.length > mostColumns)
    throw new DataFileError(
      said`${file} line ${first.place}: ${first.cells.length} columns; ${mostColumns} are the most.`,
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
    said`${file} line ${place}: ${cells.length} fields where the header has ${columns.length}. Is a text with a comma missing its quotes?`,
  );
}

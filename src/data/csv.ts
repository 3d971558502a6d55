import Papa from 'papaparse';

/** One labelled text. */
export interface Row {
  text: string;
  label: string;
  /** Line of the file on which the row begins, from 1; for messages. */
  line: number;
}

/** A CSV file that cannot be used. The message names file, line and column. */
export class CsvError extends Error {
  override name = 'CsvError';
}

/** A file with more rows than this is refused: it would not fit into a tab. */
const mostRows = 5_000_000;

/**
 * Reads labelled rows from a CSV: byte-order mark, delimiter, quotes and line ends are recognised, header names trimmed.
 * An empty text is kept (it tokenises to [CLS] [SEP]); an empty label is not.
 * @param file the file's name, for messages
 * @throws CsvError
 */
export function readCsv(content: string, file: string, columns: { text: string; label: string }): Row[] {
  const source = content.replace(/^\ufeff/, '');
  const { data, errors, meta } = Papa.parse<string[]>(source, {
    skipEmptyLines: 'greedy',
    delimitersToGuess: [',', '\t', ';', '|'],
  });
  const quotes = errors.find(({ type }) => type === 'Quotes');
  if (quotes) throw new CsvError(`${file}, row ${(quotes.row ?? 0) + 1}: ${quotes.message}. Close the quotation mark.`);
  const [header, ...records] = data;
  if (!header) throw new CsvError(`${file} is empty.`);
  if (records.length === 0) throw new CsvError(`${file} has a header (${header.join(', ')}) but no rows.`);
  if (records.length > mostRows) throw new CsvError(`${file} has ${records.length} rows; ${mostRows} are the most.`);
  const names = header.map((name) => name.trim());
  const textAt = columnOf(names, columns.text, file, 'text');
  const labelAt = columnOf(names, columns.label, file, 'label');
  const lines = lineNumbers(source, data, meta.linebreak);
  return records.map((record, i) => {
    const line = lines[i + 1] ?? i + 2;
    if (record.length !== names.length)
      throw new CsvError(
        `${file} line ${line}: ${record.length} fields where the header has ${names.length}. Is a text with a comma missing its quotes?`,
      );
    const label = (record[labelAt] ?? '').trim();
    if (label === '') throw new CsvError(`${file} line ${line}: column ${names[labelAt]} is empty.`);
    return { text: record[textAt] ?? '', label, line };
  });
}

function columnOf(names: string[], wanted: string, file: string, field: string): number {
  const at = names.indexOf(wanted.trim());
  if (at >= 0) return at;
  const alike = names.find((name) => name.toLowerCase() === wanted.trim().toLowerCase());
  const hint = alike ? ` Did you mean ${alike}?` : '';
  throw new CsvError(`${file} has no column ${wanted}; it has ${names.join(', ')}.${hint} Set data.${field}.`);
}

/** The line on which each record begins: quoted fields may span lines, and blank lines are skipped. */
function lineNumbers(source: string, records: string[][], linebreak: string): number[] {
  const breaks = (text: string) => text.split(linebreak).length - 1;
  const lines = source.split(linebreak);
  let line = 0;
  return records.map((record) => {
    while (line < lines.length && lines[line]?.trim() === '') line++;
    const first = line + 1;
    line += 1 + record.reduce((sum, field) => sum + breaks(field), 0);
    return first;
  });
}

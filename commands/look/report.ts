import { toEnglish } from '../../src/base/message.ts';
import { finish } from '../../src/base/work.ts';
import { checkRows } from '../../src/data/checks/checks.ts';
import { type FilePreview, importRows, noChoice, previewFile, type Readable } from '../../src/data/read-file.ts';
import { type DataFile, DataFileError, type FileRecord, type Part } from '../../src/data/readers/data-file.ts';
import { openTable } from '../../src/data/readers/tables.ts';
import { countLabels } from '../../src/data/rows/edit.ts';
import type { Mapping, Row } from '../../src/data/rows/row.ts';

/** `npm run look`: a file's format, the columns that are used, and the faults of its rows. */

export interface LookReport {
  file: string;
  /** `csv`, `tsv` (delimited by tabs), `jsonl`, `json`, `parquet` or `folders`; null: it is none of these. */
  format: string | null;
  encoding: string | null;
  /** Delimiter of delimited text. */
  delimiter: string | null;
  /** Whether the first record names the columns; null where that has no meaning. */
  header: boolean | null;
  /** Names of the columns, of lists and objects too; without a header their numbers, from 1. */
  columns: (string | number)[] | null;
  text: string | number | null;
  /** The second text of a pair. */
  second: string | number | null;
  label: string | number | null;
  /** Names of the classes, in code-unit order. */
  classes: string[] | null;
  /** Rows of each class, in that order. */
  counts: number[] | null;
  /** Number of rows of all parts together; without those that have no label. */
  rows: number | null;
  /** Rows of each part, where the file is an archive of several. */
  parts: Partial<Record<Part, number>> | null;
  /** Faults of the rows, by the names of src/data/checks/checks.ts; and `empty-label`, rows without a label. */
  findings: { kind: string; count: number }[];
  /** Further notes for the person: files of an archive that were left out. */
  notes: string[];
  /** Reason why nothing can be trained on it as it is; null: it can. */
  error: string | null;
}

const unread: Omit<LookReport, 'file'> = {
  format: null,
  encoding: null,
  delimiter: null,
  header: null,
  columns: null,
  text: null,
  second: null,
  label: null,
  classes: null,
  counts: null,
  rows: null,
  parts: null,
  findings: [],
  notes: [],
  error: null,
};

/** Name of a column in the report: without a header, its number. */
function columnName({ layout, columns }: FilePreview, name: string): string | number {
  return layout.format === 'csv' && !layout.header ? columns.indexOf(name) + 1 : name;
}

function layoutOf(inspection: FilePreview): Partial<LookReport> {
  const { layout, columns, nested, guess, notes } = inspection;
  const named = (name: string | null) => (name === null ? null : columnName(inspection, name));
  const csv = layout.format === 'csv';
  return {
    format: csv && layout.delimiter === '\t' ? 'tsv' : layout.format,
    encoding: layout.encoding,
    delimiter: csv ? layout.delimiter : null,
    header: csv ? layout.header : null,
    columns: [...columns.map((name) => columnName(inspection, name)), ...nested.map(({ name }) => name)],
    text: named(guess.text),
    second: named(guess.second),
    label: named(guess.label),
    notes: notes.map(toEnglish),
  };
}

async function countRecords({ file, layout }: Readable): Promise<number> {
  const { size, records } = await openTable(file, layout);
  if (size !== undefined) return size;
  let count = 0;
  for await (const batch of records({})) count += batch.length;
  return count;
}

/** The rows that have a label, and the number of those that have none. */
async function readLabelled(readable: Readable, mapping: Mapping): Promise<{ rows: Row[]; unlabelled: number }> {
  const rows = await importRows(readable, { mapping, unlabelled: 'skip' });
  const isEmpty = (record: FileRecord, at: number) => (record.cells[at] ?? '').trim() === '';
  const { columns, records } = await openTable(readable.file, readable.layout);
  const at = columns.indexOf(mapping.label);
  let unlabelled = 0;
  for await (const batch of records({ wanted: [mapping.label] }))
    for (const record of batch) if (isEmpty(record, at)) unlabelled++;
  return { rows, unlabelled };
}

async function rowsOf(inspection: FilePreview, mapping: Mapping): Promise<Partial<LookReport>> {
  const read = { train: await readLabelled(inspection, mapping) } as Record<Part, { rows: Row[]; unlabelled: number }>;
  for (const [part, readable] of Object.entries(inspection.parts) as [Part, Readable][])
    read[part] = await readLabelled(readable, mapping);
  const all = Object.values(read).flatMap(({ rows }) => rows);
  const unlabelled = Object.values(read).reduce((sum, each) => sum + each.unlabelled, 0);
  const counts = countLabels(all).toSorted(([a], [b]) => (a < b ? -1 : 1));
  // Without a part to test on, the rows are checked as they are: no split is drawn.
  const checked = finish(checkRows({ train: read.train.rows, test: read.test?.rows ?? [] }));
  const findings = checked.map(({ check, count }) => ({ kind: check, count }));
  const several = Object.keys(inspection.parts).length > 0;
  return {
    classes: counts.map(([label]) => label),
    counts: counts.map(([, count]) => count),
    rows: all.length,
    parts: several ? Object.fromEntries(Object.entries(read).map(([part, { rows }]) => [part, rows.length])) : null,
    findings: [...(unlabelled > 0 ? [{ kind: 'empty-label', count: unlabelled }] : []), ...findings],
  };
}

/** Inspects a file as the importer does. What cannot be read is reported in `error`; nothing is thrown. */
export async function look(file: DataFile): Promise<LookReport> {
  const report: LookReport = { file: file.name, ...unread };
  try {
    const inspection = await previewFile(file);
    Object.assign(report, layoutOf(inspection));
    const { mapping } = inspection;
    if (mapping) return Object.assign(report, await rowsOf(inspection, mapping));
    report.error = noChoice(inspection).message;
    report.rows = await countRecords(inspection);
  } catch (error) {
    report.error ??= error instanceof Error ? error.message : String(error);
    const layout = error instanceof DataFileError ? error.layout : undefined;
    if (layout) report.format ??= layout.format === 'csv' && layout.delimiter === '\t' ? 'tsv' : layout.format;
  }
  return report;
}

/** The report as lines for a terminal. */
export function describeLook(report: LookReport): string[] {
  const { file, format, encoding, delimiter, header, columns, text, second, label, classes, counts, rows } = report;
  const column = (name: string | number | null) => (typeof name === 'number' ? `column ${name}` : (name ?? 'not told'));
  const lines = [file];
  if (format) {
    const how = [encoding, delimiter === null ? null : `delimiter ${JSON.stringify(delimiter)}`].filter(Boolean);
    const names = header === null ? '' : header ? ', the first record names the columns' : ', no header';
    lines.push(`  format    ${format}${how.length > 0 ? ` (${how.join(', ')})` : ''}${names}`);
  }
  if (columns) lines.push(`  columns   ${columns.map(column).join(', ')}`);
  if (columns)
    lines.push(
      `  text      ${column(text)}${second === null ? '' : `, second text ${column(second)}`}; label ${column(label)}`,
    );
  if (rows !== null) lines.push(`  rows      ${rows}`);
  if (report.parts)
    lines.push(
      `  parts     ${Object.entries(report.parts)
        .map(([part, count]) => `${part} ${count}`)
        .join(', ')}`,
    );
  if (classes && counts) {
    const shown = classes.slice(0, shownClasses).map((name, i) => `${name} (${counts[i]})`);
    const more = classes.length > shownClasses ? `, … ${classes.length} in all` : '';
    lines.push(`  classes   ${shown.join(', ')}${more}`);
  }
  for (const { kind, count } of report.findings) lines.push(`  finding   ${kind}: ${count}`);
  for (const note of report.notes) lines.push(`  note      ${note}`);
  if (report.error) lines.push(`  error     ${report.error}`);
  return lines;
}

const shownClasses = 20;

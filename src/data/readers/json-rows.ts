import { msg } from '../../base/message.ts';
import { guessHeader } from '../columns/guess-header.ts';
import { DataFileError, maxColumns, maxRows } from './data-file.ts';
import { isObject, parseJson } from './json.ts';

/**
 * The rows of a JSON file in the forms in which people have them: a list of objects, plain or wrapped, and what pandas'
 * to_json writes: orient records, columns, index, split, tight, table and values; and those of spaCy and Label Studio.
 */

type Rows = readonly unknown[];

const isListOfLists = (value: unknown): value is unknown[][] =>
  Array.isArray(value) && value.length > 0 && value.every((entry) => Array.isArray(entry));

/** Names of the list that an object wraps, should it hold several. */
const defaultWrap = /^(data|rows|records|items|examples|results|instances|samples|entries)$/i;
const partName = /^(train|training|test|testing|dev|val|valid|validation)$/i;

/** Rows as {row_idx, row: {…}}, as the Hub's data set server answers. */
const unwrapped = (rows: Rows): Rows =>
  rows.length > 0 && rows.every((entry) => isObject(entry) && isObject(entry.row) && !('text' in entry))
    ? rows.map((entry) => (entry as { row: unknown }).row)
    : rows;

/** The list in an object that wraps one: {"data": [...]}, at most two deep. */
function wrappedList(value: Record<string, unknown>, file: string, depth = 2): Rows | null {
  const lists = Object.entries(value).filter(
    (entry): entry is [string, unknown[]] => Array.isArray(entry[1]) && entry[1].length > 0 && entry[1].every(isObject),
  );
  const parts = lists.filter(([name]) => partName.test(name));
  if (parts.length > 1)
    throw new DataFileError(
      msg`${file} holds several lists (${parts.map(([name]) => name).join(', ')}). Write each into a file of its own.`,
    );
  const [only] = lists.length === 1 ? lists : lists.filter(([name]) => defaultWrap.test(name));
  if (only) return unwrapped(only[1]);
  const inner = Object.values(value).filter(isObject);
  return depth > 1 && inner.length === 1 && inner[0] && Object.keys(value).length <= 3
    ? wrappedList(inner[0], file, depth - 1)
    : null;
}

/** Lists under names: {"columns": [...], "data": [[...], ...]}, pandas' orient split and tight. */
function fromSplit(value: Record<string, unknown>): Rows | null {
  const { columns, data } = value;
  if (!Array.isArray(columns) || !isListOfLists(data)) return null;
  const names = columns.map((name) => String(name));
  return data.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]])));
}

const isIndex = (name: string) => /^\d+$/.test(name);

/** Whether an object of objects has a row under each name (orient index) rather than a column (orient columns). */
function isByRow(outer: readonly string[], inner: readonly string[]): boolean {
  const usual = (names: readonly string[]) =>
    names.some((name) => /^(text|sentence|label|class|review|content)/i.test(name));
  if (usual(inner) !== usual(outer)) return usual(inner);
  if (outer.every(isIndex) !== inner.every(isIndex)) return outer.every(isIndex);
  return outer.length > inner.length;
}

/** Objects in an object, as pandas' orient index writes them: {"0": {"text": …, "label": …}, …}. */
function fromIndex(value: Record<string, unknown>): Rows | null {
  const rows = Object.values(value);
  if (rows.length === 0 || !rows.every(isObject)) return null;
  const inner = [...new Set(rows.flatMap((row) => Object.keys(row).slice(0, maxColumns)))];
  return inner.length > 1 && isByRow(Object.keys(value), inner) ? rows : null;
}

/** Columns side by side, {"text": [...], "label": [...]} or {"text": {"0": ...}, ...}, as rows. */
function fromColumns(value: Record<string, unknown>, file: string): Rows | null {
  const columns = Object.entries(value);
  if (columns.length < 2 || columns.length > maxColumns) return null;
  const cells = columns.map(([, column]) =>
    Array.isArray(column) ? column : isObject(column) ? Object.values(column) : null,
  );
  const isCell = (cell: unknown) => typeof cell !== 'object' || cell === null;
  // One column may hold lists of labels, but not rows.
  if (
    cells.some((column) => column === null || column.some(isObject)) ||
    !cells.some((column) => column?.every(isCell))
  )
    return null;
  const lengths = cells.map((column) => column?.length ?? 0);
  const uneven = lengths.findIndex((length) => length !== lengths[0]);
  if (uneven > 0)
    throw new DataFileError(
      msg`${file}: column ${columns[uneven]?.[0]} has ${lengths[uneven]} entries, ${columns[0]?.[0]} has ${lengths[0]}.`,
    );
  return Array.from({ length: lengths[0] ?? 0 }, (_, row) =>
    Object.fromEntries(columns.map(([name], i) => [name, cells[i]?.[row]])),
  );
}

/** Lists in a list: the first one names the columns, or, in pandas' orient values, is a row like the others. */
function fromLists(list: readonly unknown[][]): Rows {
  const asCell = (cell: unknown) => (cell === null || cell === undefined ? '' : String(cell));
  const [first = []] = list;
  const records = list.slice(0, 200).map((row, i) => ({ place: i + 1, cells: row.map(asCell) }));
  const named = first.every((name) => typeof name === 'string') && guessHeader(records);
  const names = first.map((name, i) => (named ? asCell(name).trim() : '') || `column ${i + 1}`);
  return (named ? list.slice(1) : list).map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]])));
}

/** Rows as [text, {"entities": […]}], spaCy's training data, in a list or below "annotations"; a text left out is null there. */
function fromSpacy(value: unknown): Rows | null {
  const list = isObject(value) ? value.annotations : value;
  if (!Array.isArray(list)) return null;
  const rows = list.filter((row) => row !== null);
  const isRow = (row: unknown): row is [string, object] =>
    Array.isArray(row) && row.length === 2 && typeof row[0] === 'string' && isObject(row[1]);
  return rows.length > 0 && rows.every(isRow) ? rows.map(([text, facts]) => ({ text, ...facts })) : null;
}

/** The spans of a task's first annotation that was not cancelled; null where there is none. */
function spansOfTask({ annotations }: Record<string, unknown>): unknown[] | null {
  const kept = Array.isArray(annotations) && annotations.find((one) => isObject(one) && one.was_cancelled !== true);
  if (!isObject(kept) || !Array.isArray(kept.result)) return null;
  const values = kept.result.map((region) => (isObject(region) ? region.value : null));
  return values.filter((value) => isObject(value) && 'start' in value && 'labels' in value);
}

/** Label Studio's tasks with spans of a text; tasks without an annotation are left out. */
function fromTasks(list: Rows): Rows | null {
  const isTask = (task: unknown): task is Record<string, unknown> =>
    isObject(task) && isObject(task.data) && Array.isArray(task.annotations);
  if (list.length === 0 || !list.every(isTask)) return null;
  const rows = list.flatMap((task) => {
    const spans = spansOfTask(task);
    return spans ? [{ ...(task.data as object), spans }] : [];
  });
  return rows.some(({ spans }) => spans.length > 0) ? rows : null;
}

/** Refuses files in JSON that are something else than rows. */
function assertNoStranger(value: Record<string, unknown>, file: string): void {
  if (Array.isArray(value.cells) && 'nbformat' in value)
    throw new DataFileError(msg`${file} is a Jupyter notebook, not a table. Write the rows with to_csv in it.`);
}

function rowsOf(value: unknown, file: string): Rows | null {
  const trained = fromSpacy(value);
  if (trained) return trained;
  if (isListOfLists(value)) return fromLists(value);
  if (Array.isArray(value)) return fromTasks(value) ?? unwrapped(value);
  if (!isObject(value)) return null;
  assertNoStranger(value, file);
  return fromSplit(value) ?? wrappedList(value, file) ?? fromIndex(value) ?? fromColumns(value, file);
}

/**
 * The rows of a JSON file.
 * @throws DataFileError for what is no JSON, naming line and column, or has no rows
 */
export function jsonRows(text: string, file: string): Rows {
  const rows = rowsOf(parseJson(text.replace(/^\ufeff/, ''), file), file);
  if (!rows) throw new DataFileError(msg`${file}: no list of rows. Write [{"text": …, "label": …}, …].`);
  if (rows.length > maxRows) throw new DataFileError(msg`${file} has ${rows.length} rows; ${maxRows} are the most.`);
  return rows;
}

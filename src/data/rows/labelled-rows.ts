import { type Message, messageOf, msg } from '../../base/message.ts';
import { DataFileError, type FileRecord, placeName } from '../readers/data-file.ts';
import { classLists, isMarked, type Labelling, numberIn, taggedWords } from './label-cells.ts';
import { columnAt, labelColumn, type Row, type RowReaderOptions, rowReader, textReader } from './row.ts';
import { wordsInSpans } from './spans.ts';

type ReadRow = (record: FileRecord) => Row | null;

/** Whether cells may hold lists. */
export const takesLists = (labelling: Labelling | undefined): boolean =>
  labelling !== undefined && ['multi-label', 'token'].includes(labelling.kind);

/**
 * `rowReader` of rows that are labelled otherwise than with one class.
 * @param labelling absent: one class a row
 * @throws DataFileError as `rowReader` does; the function also for a label that does not fit the kind of task
 */
export function labelledReader(
  options: RowReaderOptions,
  labelling: Labelling | undefined,
  { onLeftOut = () => {}, onMended }: RowsToldOf = {},
): ReadRow {
  if (!labelling || labelling.kind === 'single-label') return leaving(rowReader(options), null, onLeftOut);
  if (takesLists(labelling)) assertRead(options, labelling);
  const reader = () => {
    if (labelling.classes) return columnsReader(options, labelling.classes);
    if (labelling.kind === 'token') return wordsReader(options, labelling, onMended);
    return labelling.kind === 'multi-label'
      ? listsReader(options, labelling.separator)
      : numbersReader(options, labelling.decimal);
  };
  return leaving(reader(), options.unlabelled === 'skip' ? 'bad-cells' : null, onLeftOut);
}

/** Told of every row that is left out, and of what is wrong with it where it is more than that it has no label. */
export type OnLeftOut = (why: Message | null) => void;

/** Who is told of what is not read as it stands. */
export interface RowsToldOf {
  onLeftOut?: OnLeftOut | undefined;
  /** Told of each span that is widened or left out. */
  onMended?: (() => void) | undefined;
}

/** A reader that tells which rows it leaves out; where it may, those whose label cannot be read are among them. */
function leaving(read: ReadRow, also: 'bad-cells' | null, onLeftOut: OnLeftOut): ReadRow {
  return (record) => {
    try {
      const row = read(record);
      if (!row) onLeftOut(null);
      return row;
    } catch (error) {
      if (also === null || !(error instanceof DataFileError) || !error.unlabelled) throw error;
      onLeftOut(messageOf(error));
      return null;
    }
  };
}

/** Lists that are not read: vectors. */
function assertRead({ file, mapping, nested = [] }: RowReaderOptions, { classes }: Labelling): void {
  const wanted = [mapping.text, ...(classes ?? [mapping.label])].map((name) => name.trim());
  const list = nested.find(({ name, holds }) => holds === 'list' && wanted.includes(name));
  if (list)
    throw new DataFileError(
      msg`${file}: column ${list.name} holds lists of fractions, which are neither words nor labels. Choose another column.`,
    );
}

const placeOf = ({ file, format }: RowReaderOptions, { place }: FileRecord) => msg`${file} ${placeName(format, place)}`;
const columnOf = (options: RowReaderOptions, record: FileRecord, name: string) =>
  msg`${placeOf(options, record)}: column ${name}`;

function columnsReader(options: RowReaderOptions, classes: readonly string[]): ReadRow {
  const textOf = textReader(options);
  const marked = classes.map((name) => ({ name, at: columnAt(options, name, 'classes') }));
  return (record) => {
    const has = ({ name, at }: { name: string; at: number }) =>
      isMarked(record.cells[at] ?? '', () => columnOf(options, record, name));
    const label = JSON.stringify(marked.filter(has).map(({ name }) => name));
    return { ...textOf(record), label, line: record.place };
  };
}

function wordsReader(options: RowReaderOptions, { spans, mend }: Labelling, onMended?: () => void): ReadRow {
  const { mapping, unlabelled } = options;
  const [wordsAt, tagsAt] = [columnAt(options, mapping.text, 'text'), labelColumn(options)];
  const names = { words: mapping.text, tags: mapping.label };
  return (record) => {
    const cells = { words: record.cells[wordsAt] ?? '', tags: record.cells[tagsAt] ?? '' };
    const tagged = spans
      ? wordsInSpans(
          cells.words,
          cells.tags,
          { unit: spans, mend: mend === true },
          () => columnOf(options, record, names.tags),
          onMended,
        )
      : taggedWords(cells, names, () => placeOf(options, record));
    if (!tagged && unlabelled === 'skip') return null;
    if (!tagged) {
      const error = new DataFileError(
        msg`${placeOf(options, record)}: column ${mapping.text} has no words. Fill it in, or leave such rows out.`,
      );
      error.unlabelled = true;
      throw error;
    }
    return { text: tagged.words.join(' '), label: tagged.tags.join(' '), tagged, line: record.place };
  };
}

function listsReader(options: RowReaderOptions, separator: string | undefined): ReadRow {
  const textOf = textReader(options);
  const labelAt = labelColumn(options);
  const classesIn = classLists(separator);
  return (record) => {
    const cell = (record.cells[labelAt] ?? '').trim();
    const label = JSON.stringify(classesIn(cell, () => columnOf(options, record, options.mapping.label)));
    return { ...textOf(record), label, line: record.place };
  };
}

function numbersReader(options: RowReaderOptions, decimal: ',' | undefined): ReadRow {
  const read = rowReader(options);
  return (record) => {
    const row = read(record);
    if (!row) return null;
    const value = numberIn(row.label, () => columnOf(options, record, options.mapping.label), decimal);
    return decimal ? { ...row, label: String(value) } : row;
  };
}

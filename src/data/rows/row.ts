import { msg } from '../../base/message.ts';
import { DataFileError, type FileRecord, type Format, type NestedColumn, placeName } from '../readers/data-file.ts';
import { classLists, isMarked, type Labelling, numberIn, taggedWords } from './label-cells.ts';

/** One labelled text. */
export interface Row {
  /** The text; of a pair both, joined by `pairMark`; of tagged words these, with spaces between them. */
  text: string;
  /** The class; of several the JSON list of their names; the number; of tagged words nothing. */
  label: string;
  /** Words with a tag each, where words are labelled. */
  tagged?: { words: string[]; tags: string[] };
  /** Line of the file on which the row begins, or its entry, from 1; 0 for a row typed by hand. For messages. */
  line: number;
}

/**
 * Between the two texts of a pair. Tokenised, it is the separator token: [CLS] a [SEP] b [SEP]. The token types stay 0 for
 * both texts, as the adapters learn what the separator means.
 */
export const pairMark = ' [SEP] ';

/** The columns of text, second text and label; where words are labelled, those of words and tags. */
export interface Mapping {
  text: string;
  /** The second text of a pair; null without one. */
  second: string | null;
  label: string;
}

export interface RowReaderOptions {
  file: string;
  format: Format;
  columns: readonly string[];
  /** Columns of lists or objects. */
  nested?: readonly NestedColumn[] | undefined;
  mapping: Mapping;
  /** Rows whose label is empty are refused, or left out. */
  unlabelled?: 'refuse' | 'skip' | undefined;
  /** Absent: one class a row. */
  labelling?: Labelling | undefined;
}

/**
 * Index of a column.
 * @throws DataFileError naming the columns of the file
 */
function columnAt({ columns, nested = [], file, labelling }: RowReaderOptions, wanted: string, field: string): number {
  const at = columns.indexOf(wanted.trim());
  if (at >= 0) return at;
  const holds = nested.find(({ name }) => name === wanted.trim())?.holds;
  const { kind = 'single-label' } = labelling ?? {};
  if (holds === 'list' && field === 'label' && kind === 'single-label')
    throw new DataFileError(
      msg`${file}: column ${wanted} holds lists (several labels a row), which cannot be trained here; one label a row can.`,
    );
  if (holds === 'list' && (kind === 'token' || kind === 'multi-label'))
    throw new DataFileError(
      msg`${file}: column ${wanted} holds lists, which are read of JSON and JSON lines alone. Write it in one of these.`,
    );
  if (holds)
    throw new DataFileError(
      msg`${file}: column ${wanted} holds ${holds === 'list' ? msg`lists` : msg`objects`}, not texts. Set data.${field}.`,
    );
  const alike = columns.find((name) => name.toLowerCase() === wanted.trim().toLowerCase());
  const hint = alike ? msg` Did you mean ${alike}?` : '';
  throw new DataFileError(
    msg`${file} has no column ${wanted}; it has ${columns.join(', ')}.${hint} Set data.${field}.`,
  );
}

/**
 * Turns records into labelled rows.
 * @returns a function from a record to its row, or null for a row that is left out
 * @throws DataFileError for a column that is not there; the function, for an empty label, and for one that does not fit the
 *   kind of task
 */
export function rowReader(options: RowReaderOptions): (record: FileRecord) => Row | null {
  const { file, format, mapping, labelling } = options;
  const textAt = columnAt(options, mapping.text, 'text');
  const secondAt = mapping.second === null ? -1 : columnAt(options, mapping.second, 'second');
  const placeOf = ({ place }: FileRecord) => msg`${file} ${placeName(format, place)}`;
  const toText = ({ cells }: FileRecord) => {
    const text = cells[textAt] ?? '';
    return secondAt < 0 ? text : `${text}${pairMark}${cells[secondAt] ?? ''}`;
  };
  if (labelling?.classes) {
    const marked = labelling.classes.map((name) => ({ name, at: columnAt(options, name, 'classes') }));
    return (record) => {
      const has = ({ name, at }: { name: string; at: number }) =>
        isMarked(record.cells[at] ?? '', () => msg`${placeOf(record)}: column ${name}`);
      const label = JSON.stringify(marked.filter(has).map(({ name }) => name));
      return { text: toText(record), label, line: record.place };
    };
  }
  const labelAt = columnAt(options, mapping.label, 'label');
  if (textAt === labelAt)
    throw new DataFileError(msg`${file}: column ${mapping.text} cannot be both text and label. Choose two columns.`);
  const columnOf = (record: FileRecord) => msg`${placeOf(record)}: column ${options.columns[labelAt]}`;
  if (labelling?.kind === 'token')
    return (record) => {
      const cells = { words: record.cells[textAt] ?? '', tags: record.cells[labelAt] ?? '' };
      const names = { words: mapping.text, tags: mapping.label };
      const tagged = taggedWords(cells, names, () => placeOf(record));
      return { text: tagged.words.join(' '), label: '', tagged, line: record.place };
    };
  if (labelling?.kind === 'multi-label') {
    const classesIn = classLists(labelling.separator);
    return (record) => {
      const names = classesIn((record.cells[labelAt] ?? '').trim(), () => columnOf(record));
      return { text: toText(record), label: JSON.stringify(names), line: record.place };
    };
  }
  // A label is one of few: each is stored once, however many rows have it.
  const labels = new Map<string, string>();
  return (record) => {
    const raw = (record.cells[labelAt] ?? '').trim();
    if (raw === '' && options.unlabelled === 'skip') return null;
    if (raw === '') {
      const error = new DataFileError(
        msg`${file} ${placeName(format, record.place)}: column ${options.columns[labelAt]} is empty. Fill it in, or leave such rows out.`,
      );
      error.unlabelled = true;
      throw error;
    }
    if (labelling?.kind === 'regression') numberIn(raw, () => columnOf(record));
    const label = labels.get(raw) ?? raw;
    labels.set(raw, label);
    return { text: toText(record), label, line: record.place };
  };
}

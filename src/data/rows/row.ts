import { msg } from '../../base/message.ts';
import { DataFileError, type FileRecord, type Format, type NestedColumn, placeName } from '../readers/data-file.ts';
import type { Texts } from './texts.ts';

/** One labelled text, or pair of texts. */
export interface Row extends Texts {
  /** The class; of several the JSON list of their names; the number; of tagged words the tags, with spaces between them. */
  label: string;
  /** Words with a tag each, where words are labelled. */
  tagged?: { words: string[]; tags: string[] };
  /** Line of the file on which the row begins, or its entry, from 1; 0 for a row typed by hand. For messages. */
  line: number;
}

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
}

/**
 * Index of a column.
 * @throws DataFileError naming the columns of the file
 */
export function columnAt({ columns, nested = [], file }: RowReaderOptions, wanted: string, field: string): number {
  const at = columns.indexOf(wanted.trim());
  if (at >= 0) return at;
  const holds = nested.find(({ name }) => name === wanted.trim())?.holds;
  if (holds === 'list' && field === 'label')
    throw new DataFileError(
      msg`${file}: column ${wanted} holds lists (several labels a row), which cannot be trained here; one label a row can.`,
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
 * Text of a record, and of a pair the second one.
 * @throws DataFileError for a column that is not there, or is named for both texts
 */
export function textReader(options: RowReaderOptions): (record: FileRecord) => Texts {
  const { mapping, file } = options;
  const textAt = columnAt(options, mapping.text, 'text');
  if (mapping.second === null) return ({ cells }) => ({ text: cells[textAt] ?? '' });
  const secondAt = columnAt(options, mapping.second, 'second');
  if (secondAt === textAt)
    throw new DataFileError(msg`${file}: column ${mapping.text} cannot be both texts of a pair. Choose two columns.`);
  return ({ cells }) => ({ text: cells[textAt] ?? '', second: cells[secondAt] ?? '' });
}

/**
 * Index of the column of labels.
 * @throws DataFileError for a column that is not there, or is the text's
 */
export function labelColumn(options: RowReaderOptions): number {
  const { file, mapping } = options;
  if (mapping.text.trim() === mapping.label.trim())
    throw new DataFileError(msg`${file}: column ${mapping.text} cannot be both text and label. Choose two columns.`);
  return columnAt(options, mapping.label, 'label');
}

/**
 * Turns records into labelled rows.
 * @returns a function from a record to its row, or null for a row that is left out
 * @throws DataFileError for a column that is not there; the function, for an empty label
 */
export function rowReader(options: RowReaderOptions): (record: FileRecord) => Row | null {
  const { file, format, columns, unlabelled = 'refuse' } = options;
  const textOf = textReader(options);
  const labelAt = labelColumn(options);
  // A label is one of few: each is stored once, however many rows have it.
  const labels = new Map<string, string>();
  return (record) => {
    const { place, cells } = record;
    const raw = (cells[labelAt] ?? '').trim();
    if (raw === '' && unlabelled === 'skip') return null;
    if (raw === '') {
      const error = new DataFileError(
        msg`${file} ${placeName(format, place)}: column ${columns[labelAt]} is empty. Fill it in, or leave such rows out.`,
      );
      error.unlabelled = true;
      throw error;
    }
    const label = labels.get(raw) ?? raw;
    labels.set(raw, label);
    return { ...textOf(record), label, line: place };
  };
}

import type { Message } from '../../base/message.ts';
import type { ImportOptions, Readable } from '../../data/read-file.ts';
import type { KindPreview } from '../../data/read-kind.ts';
import type { DataFile, DataFileError, Layout } from '../../data/readers/data-file.ts';
import type { PackedRows } from '../../data/rows/packed-rows.ts';
import type { TaskKind } from '../../model/task-kind.ts';

/** API of the worker that reads data files. */

export type RowOptions = Pick<ImportOptions, 'mapping' | 'unlabelled' | 'labelling'>;

/** Rows that were left out, what was wrong with the first of those whose label could not be read, and what was mended. */
export interface LeftOut {
  count: number;
  first: Message | null;
  /** Spans of characters that were widened to whole words or left out. */
  mended: number;
}

export interface RowsApi {
  /** Reads a file's beginning. `kind`: what a row's answer is, as a person has chosen; absent: guessed. */
  preview: { ask: { file: DataFile; choices: Partial<Layout>; kind?: TaskKind | undefined }; answer: KindPreview };
  /** Reads all rows: they come as progress, in pieces that the page takes in between two frames. */
  readRows: {
    ask: { readable: Readable; options: RowOptions };
    answer: LeftOut;
    progress: { rows: PackedRows } | { read: number; total: number };
  };
}

/** Remedies for a file that could not be read: another layout, leaving rows out, or reading their cells in another way. */
export type FailureDetails = Partial<Pick<DataFileError, 'layout' | 'unlabelled' | 'comma' | 'spans'>>;

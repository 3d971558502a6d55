import type { FilePreview, ImportOptions, Readable } from '../../data/read-file.ts';
import type { DataFile, DataFileError, Layout } from '../../data/readers/data-file.ts';
import type { PackedRows } from '../../data/rows/packed-rows.ts';

/** API of the worker that reads data files. */

export type RowOptions = Pick<ImportOptions, 'mapping' | 'unlabelled'>;

export interface RowsApi {
  /** Reads a file's beginning. */
  preview: { ask: { file: DataFile; choices: Partial<Layout> }; answer: FilePreview };
  /** Reads all rows: they come as progress, in pieces that the page takes in between two frames. */
  readRows: {
    ask: { readable: Readable; options: RowOptions };
    progress: { rows: PackedRows } | { read: number; total: number };
  };
}

/** Remedies for a file that could not be read: another layout, or leaving out the rows without a label. */
export type FailureDetails = Partial<Pick<DataFileError, 'layout' | 'unlabelled'>>;

import type { FolderFile } from '../../base/file-set.ts';
import type { BackupEntry } from '../../files/backup.ts';
import type { ExportFormat } from '../../files/export/export.ts';
import type { Trained } from '../../files/export/trained.ts';
import type { ImportedFolder } from '../../files/import/imported.ts';
import type { EncoderConfig } from '../../model/encoder-config.ts';
import type { Bundle } from '../../training/records/saved-run.ts';

/** API of the worker that packs and unpacks archives. */

/** Contents of opened files: an adapter or a bundle. */
export type Opened = { kind: 'adapter'; adapter: ImportedFolder } | { kind: 'bundle'; bundle: Bundle };

/** A run as text: how it is trained in Python, and the model card of its first export. */
export interface Texts {
  /** Formats that its method can be exported in. */
  formats: ExportFormat[];
  script: string;
  notebook: string;
  card: string;
}

/** An export without its tensors, which texts are written from. */
export type Described = Omit<Trained, 'tensors'>;

export type Bytes = Uint8Array<ArrayBuffer>;

export interface ArchiveApi {
  /** Reads an adapter or a bundle out of files. */
  open: { ask: { files: FolderFile[]; encoder: EncoderConfig }; answer: Opened };
  /** A trained run as a zip archive with one folder in it. */
  pack: { ask: { trained: Trained; format: ExportFormat }; answer: Bytes };
  packBundle: { ask: Bundle; answer: Bytes };
  /** `address`: of the page. */
  packPython: { ask: { described: Described; address: string }; answer: Bytes };
  describe: { ask: Described; answer: Texts };
  /** Entries of the browser's storage as one archive; `written`: when, for people. */
  packBackup: { ask: { entries: BackupEntry[]; written: string }; answer: Bytes };
  openBackup: { ask: { name: string; blob: Blob }; answer: BackupEntry[] };
}

/** Why files are refused, by kind: the page has a sentence for each in its language. */
export type RefusalKind =
  | 'files'
  | 'pickle'
  | 'tensors'
  | 'run-file'
  | 'bundle'
  | 'unsupported'
  | 'other-encoder'
  | 'incomplete'
  | 'unreadable';

import { type FileSet, FileSetError, type FolderFile } from '../../base/file-set.ts';
import { msg } from '../../base/message.ts';
import { unzip, zip } from '../../base/zip.ts';
import { type BackupEntry, BackupError, mostBackupBytes, readBackup, writeBackup } from '../../files/backup.ts';
import { BundleError, isBundle, readBundleFiles, writeBundle } from '../../files/bundle.ts';
import { exportCard, exportFolder, exportFormats } from '../../files/export/export.ts';
import { pythonNotebook, pythonScript } from '../../files/export/python-script.ts';
import { SafetensorsError } from '../../files/formats/safetensors.ts';
import { PickleError } from '../../files/formats/unpickler.ts';
import { importAdapter } from '../../files/import/import.ts';
import { ImportError } from '../../files/import/imported.ts';
import { MethodError } from '../../model/methods.ts';
import { RunFileError } from '../../training/run.ts';
import { serve } from '../rpc.ts';
import type { ArchiveApi, Described, Opened, RefusalKind, Texts } from './api.ts';
import { pythonProject } from './python-project.ts';

/**
 * Packs and unpacks off the page's thread: a large archive freezes nothing, a hostile one ends this worker and nothing
 * else.
 */

/** Limits on what is read: an adapter of the largest BERT with its optimizer fits. */
const maxBytes = 2 ** 30;
const maxFiles = 1000;

/** "PK\3\4" or, of an empty archive, "PK\5\6". PyTorch's own files are archives, too. */
const isArchive = (path: string, bytes: Uint8Array) =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && !/\.(bin|pt|pth|ckpt)$/i.test(path);

/** The files themselves or, of a single archive, what is in it. */
async function readFiles(files: readonly FolderFile[]): Promise<{ set: FileSet; name: string }> {
  const [first] = files;
  if (!first) throw new FileSetError('There is no file in it.');
  if (files.length > maxFiles) throw new FileSetError(msg`${files.length} files; ${maxFiles} are the most.`);
  const bytes = files.reduce((sum, { blob }) => sum + blob.size, 0);
  if (bytes > maxBytes) throw new FileSetError(msg`${bytes} bytes; ${maxBytes} are the most.`);
  const set: FileSet = new Map();
  for (const { path, blob } of files) set.set(path, new Uint8Array(await blob.arrayBuffer()));
  const only = set.get(first.path);
  if (files.length === 1 && only && isArchive(first.path, only))
    return { set: unzip(only, first.path), name: first.path };
  return { set, name: first.path };
}

async function open({ files, encoder }: ArchiveApi['open']['ask']): Promise<Opened> {
  const { set, name } = await readFiles(files);
  if (isBundle(set)) return { kind: 'bundle', bundle: readBundleFiles(set, name) };
  return { kind: 'adapter', adapter: importAdapter(set, encoder) };
}

async function openBackup({ name, blob }: ArchiveApi['openBackup']['ask']): Promise<BackupEntry[]> {
  if (blob.size > mostBackupBytes) throw new BackupError(msg`${blob.size} bytes; ${mostBackupBytes} are the most.`);
  return readBackup(new Uint8Array(await blob.arrayBuffer()), name);
}

function describe(described: Described): Texts {
  const { run, encoder } = described;
  const formats = exportFormats(run.method);
  const card = exportCard(described, formats[0] ?? 'plain');
  return { formats, script: pythonScript(run, encoder), notebook: pythonNotebook(run, encoder), card };
}

function kindOf(error: unknown): RefusalKind {
  if (error instanceof ImportError) return error.reason;
  if (error instanceof FileSetError) return 'files';
  if (error instanceof PickleError) return 'pickle';
  if (error instanceof SafetensorsError) return 'tensors';
  if (error instanceof RunFileError) return 'run-file';
  // A method that names layers which the encoder does not have.
  if (error instanceof MethodError) return 'other-encoder';
  return error instanceof BundleError ? 'bundle' : 'unreadable';
}

serve<ArchiveApi, RefusalKind>(
  self,
  {
    open,
    pack: ({ trained, format }) => zip(exportFolder(trained, format)),
    packBundle: writeBundle,
    packPython: async ({ described, address }) => zip(await pythonProject(described, address)),
    describe,
    packBackup: ({ entries, written }) => writeBackup(entries, written),
    openBackup,
  },
  kindOf,
);

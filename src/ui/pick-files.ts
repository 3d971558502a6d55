import type { FolderFile } from '../base/file-set.ts';

/** Files and folders that a person picks or drops. */

/** No folder that is read has more files; reading goes no further. */
const maxDropped = 2000;
/** More files than this are no encoder's folder. */
export const maxEncoderFiles = 1000;

/** The files of a file input, for single files or for a folder. */
export const pickedFiles = (list: FileList | null): FolderFile[] =>
  [...(list ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, blob: file }));

/** The files of a drop, folders with everything in them. */
export async function droppedFiles(items: DataTransferItemList): Promise<FolderFile[]> {
  // Read before the first wait: the list is empty after the event.
  const dropped = [...items].map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const entries = dropped.flatMap(({ entry }) => entry ?? []);
  const files: FolderFile[] = dropped.flatMap(({ entry, file }) =>
    !entry && file ? { path: file.name, blob: file } : [],
  );
  for (let entry = entries.shift(); entry && files.length < maxDropped; entry = entries.shift()) {
    if (isFile(entry)) files.push({ path: entry.fullPath.replace(/^\//, ''), blob: await fileOf(entry) });
    else if (isFolder(entry)) entries.push(...(await inFolder(entry)));
  }
  return files;
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

/** A folder's entries, which the browser hands out some at a time. */
async function inFolder(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0 || all.length >= maxDropped) return all;
    all.push(...some);
  }
}

interface NamedFolder {
  name: string;
  files: FolderFile[];
}

/**
 * The folder among the files that holds a config.json, the least deep one; null where none does. Files that were picked one by
 * one are a folder of the name `loose`.
 */
export function encoderFolder(files: readonly FolderFile[], loose: string): NamedFolder | null {
  const depth = (path: string) => path.split('/').length;
  const configs = files.filter(({ path }) => path.split('/').at(-1) === 'config.json');
  const [config] = configs.sort((a, b) => depth(a.path) - depth(b.path));
  if (!config) return null;
  const folder = config.path.slice(0, -'config.json'.length);
  const own = files.filter(({ path }) => path.startsWith(folder) && !path.slice(folder.length).includes('/'));
  return {
    name: folder.split('/').at(-2) ?? loose,
    files: own.map(({ path, blob }) => ({ path: path.slice(folder.length), blob })),
  };
}

import type { FolderFile } from '../hub/kept.ts';

/** Files of a model's folder that a person chose or dropped. */

/** More files than this are no model's folder. */
export const mostFiles = 1000;

export interface ChosenFolder {
  name: string;
  files: FolderFile[];
}

interface PlacedFile {
  /** Folders and name, from what was chosen on. */
  path: string;
  file: File;
}

/**
 * The folder among the files that holds a config.json, the least deep one; null where none does. Files that were chosen one by
 * one are a folder of the name `loose`.
 */
export function modelFolder(files: readonly PlacedFile[], loose: string): ChosenFolder | null {
  const depth = (path: string) => path.split('/').length;
  const configs = files.filter(({ path }) => path.split('/').at(-1) === 'config.json');
  const [config] = configs.sort((a, b) => depth(a.path) - depth(b.path));
  if (!config) return null;
  const folder = config.path.slice(0, -'config.json'.length);
  const own = files.filter(({ path }) => path.startsWith(folder) && !path.slice(folder.length).includes('/'));
  return {
    name: folder.split('/').at(-2) ?? loose,
    files: own.map(({ path, file }) => ({ path: path.slice(folder.length), blob: file })),
  };
}

/** What a file field holds: of a folder the browser tells the paths. */
export const fromField = (list: FileList): PlacedFile[] =>
  [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));

/** What was dropped, folders with what is in them. */
export async function fromDrop(items: DataTransferItemList): Promise<PlacedFile[]> {
  // The list is emptied once the event is over: the entries are taken now.
  const dropped = [...items].map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const found: PlacedFile[] = [];
  for (const { entry, file } of dropped) {
    if (entry) await collect(entry, '', found);
    else if (file) found.push({ path: file.name, file });
  }
  return found;
}

async function collect(entry: FileSystemEntry, parent: string, into: PlacedFile[]): Promise<void> {
  if (into.length > mostFiles) return;
  const path = `${parent}${entry.name}`;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    into.push({ path, file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A reader gives a part of the folder at a time, and nothing at its end.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0 || into.length > mostFiles) return;
    for (const inner of entries) await collect(inner, `${path}/`, into);
  }
}

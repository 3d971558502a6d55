/** Files as they were picked or dropped, each with its path inside the folder that it came with. */
export interface PickedFile {
  path: string;
  blob: Blob;
}

/** Of a file input, for single files or for a folder. */
export const pickedFiles = (list: FileList | null): PickedFile[] =>
  [...(list ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, blob: file }));

/** More files than this are no adapter; reading goes no further. */
const mostFiles = 2000;

/** Of a drop, folders with everything in them. */
export async function droppedFiles(items: DataTransferItemList): Promise<PickedFile[]> {
  // To be asked for before the first wait: the list is empty after the event.
  const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const files: PickedFile[] = [];
  for (let entry = entries.shift(); entry && files.length < mostFiles; entry = entries.shift()) {
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
    if (some.length === 0 || all.length >= mostFiles) return all;
    all.push(...some);
  }
}

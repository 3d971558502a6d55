import { jsonFromBytes } from './json.ts';
import { msg, UserError } from './message.ts';

/** A folder in memory: paths with forward slashes, none of them leading out of it. */
export type FileSet = Map<string, Uint8Array>;

/** A file of a folder that is not read yet. */
export interface FolderFile {
  /** Path from the folder on, with forward slashes. */
  path: string;
  blob: Blob;
}

/** Reads a file of a folder by its name; null if there is none of that name. */
export type ReadFile = (name: string) => Promise<Uint8Array | null>;

/** A folder or an archive that cannot be used. The message names the file and what to do. */
export class FileSetError extends UserError {
  override name = 'FileSetError';
}

/** Largest JSON file that is read: none that belongs to an adapter is larger. */
const maxJsonBytes = 16 * 2 ** 20;

/**
 * A JSON file of a folder.
 * @throws FileSetError if it is missing, too large or not JSON
 */
export function readJson(files: FileSet, path: string): unknown {
  const bytes = files.get(path);
  if (!bytes) throw new FileSetError(msg`The folder has no ${path}.`);
  if (bytes.byteLength > maxJsonBytes)
    throw new FileSetError(msg`${path} has ${bytes.byteLength} bytes; ${maxJsonBytes} are the most for a JSON file.`);
  try {
    return jsonFromBytes(bytes, { fatal: true });
  } catch {
    throw new FileSetError(msg`${path} is not JSON. Is the download complete?`);
  }
}

/** The folder that holds a file of one of these names, the uppermost one; null if there is none. */
export function folderWith(files: FileSet, names: readonly string[]): string | null {
  const folders = [...files.keys()]
    .filter((path) => names.includes(path.slice(path.lastIndexOf('/') + 1)))
    .map((path) => path.slice(0, path.lastIndexOf('/') + 1));
  return folders.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))[0] ?? null;
}

/** The files below a folder (`''`, or a path that ends in a slash), named from there. */
export function below(files: FileSet, folder: string): FileSet {
  return new Map(
    [...files].flatMap(([path, bytes]) => (path.startsWith(folder) ? [[path.slice(folder.length), bytes]] : [])),
  );
}

/** Files moved into a folder: its path is put in front of theirs. */
export function inside(folder: string, files: FileSet): FileSet {
  return new Map([...files].map(([path, bytes]) => [`${folder}/${path}`, bytes]));
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Pieces of bytes one after another. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}

import { download } from '../../../src/base/download.ts';
import type { ReadFile } from '../../../src/base/file-set.ts';

/** The command's folders by name; `out`, if there, may be written. */
export interface Files {
  /** @returns null if there is no such file */
  read(folder: string, path: string): Promise<Uint8Array | null>;
  /** @param previous the name beside it that the file keeps which stood there */
  write(path: string, body: string | Uint8Array<ArrayBuffer>, previous?: string): Promise<void>;
}

/** Files in a browser: the command serves its folders as /files/NAME/. */
const served: Files = {
  read: (name, path) => download(`/files/${name}/${path.split('/').map(encodeURIComponent).join('/')}`),
  async write(path, body, previous) {
    const query = previous === undefined ? '' : `?${new URLSearchParams({ previous })}`;
    // As a blob: of anything else the browser tells what drives it every byte, as text, and a state of some 100 MB is too long.
    const response = await fetch(`/files/out/${path}${query}`, { method: 'PUT', body: new Blob([body]) });
    if (!response.ok) throw new Error((await response.text()) || `${path} could not be written (${response.status}).`);
  },
};

let files = served;

/** Replaces the files: without a browser, folders are opened directly. */
export function setFiles(other: Files): void {
  files = other;
}

/** Reads files of a folder that the command knows under a name. */
export const folder =
  (name: string): ReadFile =>
  (file) =>
    files.read(name, file);

/**
 * Writes a result file, whole or not at all.
 * @param previous the name that a file of this name keeps which is there already
 * @throws Error naming the file and the reason
 */
export const writeResult = (name: string, body: string | Uint8Array<ArrayBuffer>, previous?: string): Promise<void> =>
  files.write(name, body, previous);

import { download } from '../../../src/base/download.ts';
import type { ReadFile } from '../../../src/base/file-set.ts';

/** The command's folders by name; `out`, if there, may be written. */
export interface Files {
  /** @returns null if there is no such file */
  read(folder: string, path: string): Promise<Uint8Array | null>;
  write(path: string, body: string | Uint8Array<ArrayBuffer>): Promise<void>;
}

/** Files in a browser: the command serves its folders as /files/NAME/. */
const served: Files = {
  read: (name, path) => download(`/files/${name}/${path.split('/').map(encodeURIComponent).join('/')}`),
  async write(path, body) {
    const { ok, status } = await fetch(`/files/out/${path}`, { method: 'PUT', body });
    if (!ok) throw new Error(`${path} could not be written (${status}).`);
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

/** Writes a result file. */
export const writeResult = (name: string, body: string | Uint8Array<ArrayBuffer>): Promise<void> =>
  files.write(name, body);

import { download } from '../../../src/base/download.ts';
import type { ReadFile } from '../../../src/base/file-set.ts';

/** Folders by name, as the command gives them; `out`, if there, may be written. */
export interface Files {
  /** @returns null if there is no such file */
  read(folder: string, path: string): Promise<Uint8Array | null>;
  write(path: string, body: string | Uint8Array<ArrayBuffer>): Promise<void>;
}

/** In a browser: the command serves its folders as /files/NAME/. */
const served: Files = {
  read: (name, path) => download(`/files/${name}/${path.split('/').map(encodeURIComponent).join('/')}`),
  async write(path, body) {
    const { ok, status } = await fetch(`/files/out/${path}`, { method: 'PUT', body });
    if (!ok) throw new Error(`${path} could not be written (${status}).`);
  },
};

let files = served;

/** Reads and writes elsewhere from now on: where no browser is, folders are opened as they are. */
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

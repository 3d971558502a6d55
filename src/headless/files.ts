import { download } from '../files/download.ts';
import type { ReadFile } from '../files/encoder-files.ts';

/** Reads files of a folder that the headless server serves as /files/NAME/. */
export const folder =
  (name: string): ReadFile =>
  (file) =>
    download(`/files/${name}/${file.split('/').map(encodeURIComponent).join('/')}`);

/** Writes a result file. */
export async function writeResult(name: string, body: string | Uint8Array<ArrayBuffer>): Promise<void> {
  const { ok, status } = await fetch(`/files/out/${name}`, { method: 'PUT', body });
  if (!ok) throw new Error(`${name} could not be written (${status}).`);
}

import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { ReadFile } from '../../src/base/file-set.ts';
import { CommandError } from './command.ts';

/** The folder that a command writes its results to. */

/** Where a file stands before it is whole. */
const draftOf = (path: string) => `${path}.part`;

/** Bytes of the file that shows whether a folder can be written. */
const probeBytes = 2 ** 16;

/** Reasons why a file cannot be written, by the system's code, and what to do. */
const reasons: Record<string, string> = {
  ENOSPC: 'no space is left on the disk (ENOSPC). Make room, or choose a folder on another disk.',
  EDQUOT: 'your share of the disk is used up (EDQUOT). Make room, or choose a folder on another disk.',
  EROFS: 'the disk is read-only (EROFS). Choose a folder on another one.',
  EACCES: 'you may not write there (EACCES). Choose another folder, or have its rights changed.',
  EPERM: 'you may not write there (EPERM). Choose another folder, or have its rights changed.',
  ENOTDIR: 'a folder above it is a file (ENOTDIR). Choose another path.',
  EEXIST: 'there is a file of that name (EEXIST). Choose another path, or move the file away.',
  EISDIR: 'there is a folder of that name (EISDIR). Choose another path, or move the folder away.',
  EFBIG: 'the file is larger than this system allows (EFBIG). Raise the limit (ulimit -f), or choose another disk.',
};

/** Why something could not be written, and what to do about it. */
export function writeReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}

/**
 * Writes a file whole or not at all: under another name first, which then replaces the old file at once.
 * @param previous a name in the same folder that the old file keeps
 * @throws CommandError naming the file and the reason
 */
export async function writeWhole(path: string, body: string | Uint8Array, previous?: string): Promise<void> {
  const draft = draftOf(path);
  try {
    await mkdir(dirname(path), { recursive: true });
    // On the disk before it has its name: a power cut may not leave an empty file in an old one's place.
    await writeFile(draft, body, { flush: true });
    if (previous !== undefined)
      await rename(path, join(dirname(path), previous)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw new CommandError(`${path} could not be written: ${writeReason(error)}`);
  }
}

/**
 * Makes a folder and shows that it can be written, with a file that is gone again at once.
 * @throws CommandError with the reason
 */
export async function prepareFolder(folder: string): Promise<void> {
  const probe = join(resolve(folder), `.probe-${process.pid}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, new Uint8Array(probeBytes), { flush: true });
  } catch (error) {
    throw new CommandError(`--out ${folder} cannot be written: ${writeReason(error)}`);
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}

/** Reads the folder's files by name; null where there is none. */
export const readerOf =
  (folder: string): ReadFile =>
  (name) =>
    readFile(join(folder, name)).then(
      // Not a view: readers make typed arrays over the whole buffer.
      (bytes) => new Uint8Array(bytes),
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      },
    );

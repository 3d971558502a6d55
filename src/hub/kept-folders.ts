import { z } from 'zod';
import type { FolderFile } from '../base/file-set.ts';
import { jsonFromBytes } from '../base/json.ts';
import { msg, UserError } from '../base/message.ts';
import { sha256Hex } from '../base/sha256.ts';
import { type FileCache, removeRepo } from './cache.ts';
import { asKeptEarlier, manifestName, manifestVersion, neededFiles } from './kept.ts';

/**
 * Encoders from folders of this computer, cached beside those of the Hub: a browser may not read a folder again by
 * itself. Each has a manifest with the SHA-256 of all its files, written last.
 */

const prefix = 'folders/';

/** Name under which the cache lists a folder's files together. A folder's name may hold any character. */
export const keptAs = (folder: string): string => `${prefix}${encodeURIComponent(folder)}`;

/** The folder behind a name in the cache; null for a repository of the Hub. */
export const folderKeptAs = (name: string): string | null =>
  name.startsWith(prefix) ? decodeURIComponent(name.slice(prefix.length)) : null;

const keyOf = (folder: string, path: string) => `${keptAs(folder)}@copy/${path}`;

const manifestSchema = z.object({
  version: z.literal(manifestVersion).optional(),
  files: z.array(z.object({ path: z.string(), sha256: z.string() })).max(200),
});

/** Folders that are cached whole. */
export async function listFolders(cache: FileCache): Promise<string[]> {
  const end = `@copy/${manifestName}`;
  return (await cache.list()).flatMap(({ key }) => {
    const folder = key.endsWith(end) ? folderKeptAs(key.slice(0, -end.length)) : null;
    return folder === null ? [] : [folder];
  });
}

/**
 * Caches the files of a folder that make up its encoder, replacing those of a folder of the same name.
 * @throws the cache's error where there is no room, with nothing of the folder left
 */
export async function keepFolder(cache: FileCache, folder: string, files: readonly FolderFile[]): Promise<void> {
  await removeRepo(cache, keptAs(folder));
  try {
    const kept: z.infer<typeof manifestSchema> = { version: manifestVersion, files: [] };
    for (const { path, blob } of neededFiles(files)) {
      const bytes = new Uint8Array(await blob.arrayBuffer());
      await cache.write(keyOf(folder, path), bytes);
      kept.files.push({ path, sha256: await sha256Hex(bytes) });
    }
    await cache.write(keyOf(folder, manifestName), new TextEncoder().encode(JSON.stringify(kept)));
  } catch (error) {
    await removeRepo(cache, keptAs(folder));
    throw error;
  }
}

function readManifest(bytes: Uint8Array | null): z.infer<typeof manifestSchema> | null {
  try {
    return manifestSchema.parse(jsonFromBytes(bytes ?? new Uint8Array()));
  } catch {
    return null;
  }
}

/**
 * The files of a cached folder.
 * @throws UserError where one is missing or damaged; the copy is removed then
 */
export async function openFolder(cache: FileCache, folder: string): Promise<FolderFile[]> {
  const files: FolderFile[] = [];
  const manifest = readManifest(await cache.read(keyOf(folder, manifestName)));
  for (const { path, sha256: wanted } of manifest?.files ?? []) {
    const bytes = await cache.read(keyOf(folder, path));
    if (bytes && (await sha256Hex(bytes)) === wanted)
      files.push({ path, blob: new Blob([bytes as Uint8Array<ArrayBuffer>]) });
  }
  if (manifest && files.length === manifest.files.length) return manifest.version ? files : asKeptEarlier(files);
  await removeRepo(cache, keptAs(folder));
  throw new UserError(msg`The copy of ${folder} in this browser is damaged. Choose the folder again.`);
}

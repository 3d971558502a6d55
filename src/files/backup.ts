import { z } from 'zod';
import { type FileSet, readJson, utf8 } from '../base/file-set.ts';
import { jsonFromBytes } from '../base/json.ts';
import { msg, partOf, UserError } from '../base/message.ts';
import { sha256Hex } from '../base/sha256.ts';
import { unzip, zip } from '../base/zip.ts';
import { issuePath, issueWords, parseInput } from '../base/zod-issues.ts';
import { decodeValue, encodeValue, PlainValueError } from '../training/records/plain-values.ts';

/** All that a browser keeps of a person's work, as one archive. docs/files.md describes it. */

/** An archive that is no sound backup. The message says what is wrong with it. */
export class BackupError extends UserError {
  override name = 'BackupError';
}

/** An entry of the browser's storage, in any form: whoever takes it checks it. */
export interface BackupEntry {
  store: string;
  key: string;
  value: unknown;
}

/** Bytes of all files of a backup, at most, unpacked. */
export const mostBackupBytes = 2 ** 29;
const mostEntries = 20_000;

const manifestFile = 'manifest.json';
const size = z.number().int().min(0).max(mostBackupBytes);
const file = z.object({ path: z.string().max(200), bytes: size, sha256: z.string().length(64) });
const manifest = z.object({
  format: z.literal('bottleneck-backup'),
  version: z.literal(1),
  /** When it was written, for people. */
  written: z.string().max(100),
  entries: z
    .array(
      z.object({
        store: z.string().max(100),
        key: z.string().max(2000),
        json: file,
        /** The bytes of its arrays. */
        arrays: file.optional(),
      }),
    )
    .max(mostEntries),
});

/**
 * Packs entries into one archive.
 * @param written when, for people
 * @throws BackupError: it is too large
 */
export async function writeBackup(entries: readonly BackupEntry[], written: string): Promise<Uint8Array<ArrayBuffer>> {
  if (entries.length > mostEntries)
    throw new BackupError(msg`${entries.length} entries; ${mostEntries} are the most for one file.`);
  const files: FileSet = new Map();
  let total = 0;
  const add = async (path: string, bytes: Uint8Array) => {
    total += bytes.length;
    if (total > mostBackupBytes)
      throw new BackupError(msg`More than ${mostBackupBytes} bytes, the most for one file. Delete runs or adapters.`);
    files.set(path, bytes);
    return { path, bytes: bytes.length, sha256: await sha256Hex(bytes) };
  };
  const facts: z.input<typeof manifest> = { format: 'bottleneck-backup', version: 1, written, entries: [] };
  for (const [i, { store, key, value }] of entries.entries()) {
    const { json, bytes } = encodeValue(value);
    const path = `${store}/${String(i).padStart(5, '0')}`;
    const text = await add(`${path}.json`, utf8(JSON.stringify(json)));
    const arrays = bytes.length > 0 ? { arrays: await add(`${path}.bin`, bytes) } : {};
    facts.entries.push({ store, key, json: text, ...arrays });
  }
  files.set(manifestFile, utf8(`${JSON.stringify(facts, null, 1)}\n`));
  return zip(files);
}

/**
 * Opens a backup. Its files are those that were written, bit by bit; the values are of any form.
 * @param name the archive's name, for messages
 * @throws BackupError, FileSetError
 */
export async function readBackup(archive: Uint8Array, name: string): Promise<BackupEntry[]> {
  const files = unzip(archive, name, { limits: { files: 2 * mostEntries + 1, bytes: mostBackupBytes + 2 ** 24 } });
  const facts = parseInput(manifest, readJson(files, manifestFile));
  if (!facts.success) {
    const issue = facts.issues[0];
    throw new BackupError(msg`${name}: ${manifestFile}: ${issuePath(issue)}: ${issueWords(issue)}`);
  }
  const read = async ({ path, bytes, sha256 }: z.infer<typeof file>): Promise<Uint8Array> => {
    const found = files.get(path);
    if (found?.length !== bytes || (await sha256Hex(found)) !== sha256)
      throw new BackupError(msg`${name}: ${path} is missing, or is not what was written. The file is damaged.`);
    return found;
  };
  const entries: BackupEntry[] = [];
  for (const { store, key, json, arrays } of facts.data.entries) {
    const bytes = arrays ? await read(arrays) : new Uint8Array();
    const text = await read(json);
    try {
      entries.push({ store, key, value: decodeValue({ json: jsonFromBytes(text, { fatal: true }), bytes }) });
    } catch (error) {
      if (error instanceof PlainValueError) throw new BackupError(msg`${name}: ${json.path}: ${partOf(error)}`);
      if (error instanceof SyntaxError || error instanceof TypeError)
        throw new BackupError(msg`${json.path} is not JSON. Is the download complete?`);
      throw error;
    }
  }
  return entries;
}

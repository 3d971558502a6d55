import { type FileSet, FileSetError } from '../../base/file-set.ts';
import { type Message, type MessageParts, msg } from '../../base/message.ts';
import { unzip } from '../../base/zip.ts';
import { type DataFile, DataFileError, type FileRecord, maxRecordCharacters, maxRows, type Part } from './data-file.ts';
import { decodeHead, guessEncoding } from './encoding.ts';
import { maxWholeBytes } from './json.ts';
import { assertPlainZip } from './unsupported.ts';

/** A zip: one folder of text files per class, or data files; in either case perhaps with parts to train and to test on. */

export const folderColumns = ['text', 'label', 'file'];

/** Most bytes that a zip may unpack to. */
const maxUnpackedBytes = 2 ** 30;
/** Bytes beyond which a text has more than the most characters of a record in any encoding: it is not unpacked. */
const maxTextBytes = 4 * maxRecordCharacters;
/** Most files in a zip, with those that systems add of their own accord: one beside each. */
const maxZippedFiles = 2 * maxRows;
/** Most files that a message names. */
const maxNamed = 3;
const dataEndings = /\.(csv|tsv|tab|jsonl|ndjson|json|parquet)(\.gz)?$/i;
/** Whether a file is one that systems add to zips of their own accord. */
const isNoise = (path: string) => /^__MACOSX\/|(^|\/)(\._?|Thumbs\.db$|desktop\.ini$)/i.test(path);
/** Folders of texts without a label, as the IMDB archive has. */
const unlabelledFolder = /^(unsup(ervised)?|unlabell?ed|no[_-]?label)$/i;

const partNames: readonly (readonly [Part, RegExp])[] = [
  ['train', /^(train|training)$/i],
  ['validation', /^(val|valid|validation|dev|development)$/i],
  ['test', /^(test|testing|eval)$/i],
];

type Entry = readonly [path: string, bytes: Uint8Array];

export type Unpacked =
  | { kind: 'files'; files: Partial<Record<Part, DataFile>> & { train: DataFile }; notes: MessageParts[] }
  | { kind: 'folders'; parts: Partial<Record<Part, FileRecord[]>> & { train: FileRecord[] }; notes: MessageParts[] };

/**
 * Unpacks a zip.
 * @throws DataFileError for one that is damaged, too large, or neither a data file nor folders of text files
 */
export async function unpack({ name, blob }: DataFile): Promise<Unpacked> {
  if (blob.size > maxWholeBytes)
    throw new DataFileError(msg`${name} has ${blob.size} bytes; a zip may have ${maxWholeBytes}. Unpack it first.`);
  const { files, oversized } = readZip(new Uint8Array(await blob.arrayBuffer()), name);
  assertPlainZip(files, name);
  const entries = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length > maxRows)
    throw new DataFileError(msg`${name} has ${entries.length} files; ${maxRows} are the most.`);
  const tables = entries.filter(([path]) => dataEndings.test(path));
  const sorted = sortIntoFolders(entries.filter(([path]) => !dataEndings.test(path)));
  if (tables.length > 0 && sorted.classes.size < 2) return dataFiles(name, tables, entries);
  return textFolders(name, sorted, { tables, oversized });
}

/** A zip's files; those that are too large to be a text, `oversized`, are there without their contents. */
function readZip(bytes: Uint8Array, name: string): { files: FileSet; oversized: Set<string> } {
  let total = 0;
  const oversized = new Set<string>();
  try {
    const files = unzip(bytes, name, {
      limits: { files: maxZippedFiles, bytes: maxUnpackedBytes },
      filter: (path, size) => {
        if (isNoise(path)) return false;
        if (size > maxTextBytes && !dataEndings.test(path)) {
          oversized.add(path);
          return false;
        }
        total += size;
        if (total > maxUnpackedBytes)
          throw new DataFileError(msg`${name} unpacks to more than ${maxUnpackedBytes} bytes.`);
        return true;
      },
      // Names as old systems write them.
      decodePath: (path) => decodeHead(path, guessEncoding(path), name),
    });
    for (const path of oversized) files.set(path, new Uint8Array());
    return { files, oversized };
  } catch (error) {
    if (error instanceof FileSetError) throw new DataFileError(error.words);
    throw error;
  }
}

/** The part that a folder's or a file's name stands for; null: none. */
const partNamed = (word: string): Part | null => partNames.find(([, names]) => names.test(word))?.[0] ?? null;

const partOfFolders = (folders: readonly string[]): Part | null =>
  folders.map(partNamed).find((part) => part !== null) ?? null;

const partOfFile = (path: string): Part | null => {
  const words = (path.split('/').at(-1) ?? '').split(/[^a-z]+/i);
  const named = new Set(words.map(partNamed).filter((part) => part !== null));
  if (named.size > 0) return named.size === 1 ? ([...named][0] ?? null) : null;
  return partOfFolders(path.split('/').slice(0, -1));
};

/** Files by name, the first few of them. */
function listed(paths: readonly string[]): Message {
  const first = paths.slice(0, maxNamed).join(', ');
  return paths.length > maxNamed ? msg`${first} and ${paths.length - maxNamed} more` : first;
}

const strayNote = (paths: readonly string[]): MessageParts[] =>
  paths.length > 0 ? [msg`Left out, as they are no rows: ${listed(paths)}.`] : [];

function dataFiles(name: string, tables: readonly Entry[], entries: readonly Entry[]): Unpacked {
  const fileOf = ([path, bytes]: Entry): DataFile => ({
    name: `${name}/${path}`,
    blob: new Blob([new Uint8Array(bytes)]),
  });
  const [only] = tables;
  const stray = entries.filter((entry) => !tables.includes(entry)).map(([path]) => path);
  if (only && tables.length === 1) return { kind: 'files', files: { train: fileOf(only) }, notes: strayNote(stray) };
  const byPart = new Map<Part, Entry>();
  let twice = false;
  for (const entry of tables) {
    const part = partOfFile(entry[0]);
    if (part === null) stray.push(entry[0]);
    else {
      twice ||= byPart.has(part);
      byPart.set(part, entry);
    }
  }
  const train = byPart.get('train');
  if (!train || twice)
    throw new DataFileError(
      msg`${name} holds several files (${listed(tables.map(([path]) => path))}). Unpack it and choose one.`,
    );
  const others = [...byPart].filter(([part]) => part !== 'train').map(([part, entry]) => [part, fileOf(entry)]);
  return {
    kind: 'files',
    files: { ...Object.fromEntries(others), train: fileOf(train) },
    notes: strayNote(stray),
  };
}

interface SortedTexts {
  texts: { entry: Entry; part: Part; label: string }[];
  /** Names of the folders that are classes. */
  classes: Set<string>;
  unlabelled: number;
  stray: string[];
}

/** Number of leading folders that all files share, one inside the other: they are no classes. */
function rootLength(paths: readonly string[][]): number {
  let length = 0;
  for (;;) {
    const root = paths[0]?.[length];
    const deeper = paths.some((folders) => folders.length > length + 1);
    if (root === undefined || !deeper || !paths.every((folders) => folders[length] === root)) return length;
    length++;
  }
}

/** Sorts text files into classes and parts, by their folders. */
function sortIntoFolders(entries: readonly Entry[]): SortedTexts {
  const folders = entries.map(([path]) => path.split('/').slice(0, -1));
  const root = rootLength(folders);
  const hasParts = folders.some((each) => each.slice(root).some((folder) => partNamed(folder) === 'train'));
  const sorted: SortedTexts = { texts: [], classes: new Set(), unlabelled: 0, stray: [] };
  entries.forEach((entry, i) => {
    const inner = folders[i]?.slice(root) ?? [];
    const part = hasParts ? partOfFolders(inner) : null;
    const label = inner.filter((folder) => !hasParts || partNamed(folder) === null).at(-1);
    if (label === undefined || (hasParts && part === null)) sorted.stray.push(entry[0]);
    else if (unlabelledFolder.test(label)) sorted.unlabelled++;
    else {
      sorted.texts.push({ entry, part: part ?? 'train', label });
      sorted.classes.add(label);
    }
  });
  return sorted;
}

function textFolders(
  name: string,
  { texts, unlabelled, stray }: SortedTexts,
  { tables, oversized }: { tables: readonly Entry[]; oversized: ReadonlySet<string> },
): Unpacked {
  const [loose] = stray;
  if (texts.length === 0 && loose !== undefined)
    throw new DataFileError(msg`${name}: ${loose} lies in no folder. Put each text into the folder of its class.`);
  if (texts.length === 0) throw new DataFileError(msg`${name} holds no folders of text files.`);
  const parts: Partial<Record<Part, FileRecord[]>> & { train: FileRecord[] } = { train: [] };
  for (const { entry, part, label } of texts) {
    const records = parts[part] ?? [];
    if (oversized.has(entry[0])) throw tooLong(name, entry[0]);
    records.push(recordOf(name, entry, label, records.length + 1));
    parts[part] = records;
  }
  const left = [...stray, ...tables.map(([path]) => path)];
  const notes = [
    ...strayNote(left),
    ...(unlabelled > 0 ? [msg`Left out, as they have no label: ${unlabelled} texts.`] : []),
  ];
  return { kind: 'folders', parts, notes };
}

function recordOf(zip: string, [path, bytes]: Entry, label: string, place: number): FileRecord {
  const encoding = guessEncoding(bytes);
  if (bytes.includes(0) && !encoding.startsWith('utf-16'))
    throw new DataFileError(msg`${zip}: ${path} is no text file.`);
  const text = decodeHead(bytes, encoding, path).trim();
  if (text.length > maxRecordCharacters) throw tooLong(zip, path);
  return { place, cells: [text, label, path] };
}

const tooLong = (zip: string, path: string): DataFileError =>
  new DataFileError(
    msg`${zip}: ${path} has more than ${maxRecordCharacters} characters, which no single text has. Cut it into texts, or leave it out.`,
  );

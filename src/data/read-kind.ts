import type { TaskKind } from '../model/task-kind.ts';
import { columnsOfKind, guessKind, mayHoldSpans, spanColumn } from './columns/guess-kind.ts';
import { type FilePreview, previewFile } from './read-file.ts';
import type { DataFile, Layout } from './readers/data-file.ts';
import { decodeHead, guessEncoding, headOf } from './readers/encoding.ts';
import type { Labelling } from './rows/label-cells.ts';
import { takesLists } from './rows/labelled-rows.ts';
import type { Mapping } from './rows/row.ts';

/** From a file to what its rows' answers are: guessed, or as a person says. */

/** A file's preview with the answer that its rows have. */
export interface KindPreview extends FilePreview {
  labelling: Labelling;
  /** Columns of that answer, '' where one cannot be told; null where there are too few. */
  columnsOfKind: Mapping | null;
}

/** Endings of files with a word and its tag a line. */
const conllEnding = /\.(conll|conllu|bio|iob2?)(\.gz)?$/i;
/** Endings of files that are never one. */
const otherEnding = /\.(csv|tsv|tab|jsonl?|ndjson|parquet|zip)(\.gz)?$/i;
const headBytes = 2 ** 16;
/** Fewest lines that tell. */
const enoughLines = 4;

/** Whether a text has a word and its BIO tag on nearly each line, and blank lines between sentences. */
function looksLikeConll(text: string): boolean {
  const lines = text.split(/\r?\n/).slice(0, -1);
  const filled = lines.filter((line) => line.trim() !== '');
  const tagged = filled.filter((line) => /^\S+([ \t]+\S+)*[ \t]+(O|[BI]-\S+)\s*$/.test(line));
  const someBegin = tagged.some((line) => /\sB-\S+\s*$/.test(line));
  return someBegin && filled.length >= enoughLines && tagged.length >= 0.9 * filled.length;
}

async function isConll(file: DataFile): Promise<boolean> {
  if (conllEnding.test(file.name)) return true;
  if (otherEnding.test(file.name)) return false;
  const head = await headOf(file, headBytes);
  if (head.byteLength === 0 || head.subarray(0, 512).includes(0)) return false;
  return looksLikeConll(decodeHead(head, guessEncoding(head), file.name));
}

/** A preview without lists, as rows of one class have none; of a file that has nothing else, with them. */
async function previewBare(file: DataFile, layout: Partial<Layout>): Promise<FilePreview> {
  try {
    return await previewFile(file, layout);
  } catch (error) {
    const withLists = await previewFile(file, layout, true).catch(() => null);
    if (!withLists) throw error;
    return withLists;
  }
}

/**
 * Inspects a file's beginning, and guesses what its rows' answer is.
 * @param choices the person's choices, which replace guesses
 * @param chosen the kind that the person has chosen; absent: guessed
 * @throws DataFileError as `previewFile` does
 */
export async function previewKind(
  file: DataFile,
  choices: Partial<Layout> = {},
  chosen?: TaskKind,
): Promise<KindPreview> {
  const mayBeWords = choices.format === undefined && (chosen === undefined || chosen === 'token');
  const layout = mayBeWords && (await isConll(file)) ? { ...choices, format: 'conll' as const } : choices;
  const bare = await previewBare(file, layout);
  const withLists = () => previewFile(file, layout, true);
  // Which lists are of spans only their values tell; where these cannot be read, the rest still can.
  const looked = chosen === undefined && mayHoldSpans(bare) ? await withLists().catch(() => bare) : bare;
  const kind = chosen ?? (spanColumn(looked) === null ? guessKind(bare) : 'token');
  const preview = !takesLists({ kind }) ? bare : looked === bare ? await withLists() : looked;
  const { mapping, labelling } = columnsOfKind(kind, preview);
  return { ...preview, labelling, columnsOfKind: mapping };
}

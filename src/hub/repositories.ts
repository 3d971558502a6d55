import type { ReadFile } from '../base/file-set.ts';
import { msg } from '../base/message.ts';
import { guessColumns, mappingOf } from '../data/columns/guess-columns.ts';
import { columnsOfKind, guessKind } from '../data/columns/guess-kind.ts';
import type { FileRecord } from '../data/readers/data-file.ts';
import { openParquet, type ParquetFile, parquetRecords } from '../data/readers/parquet.ts';
import type { Labelling } from '../data/rows/label-cells.ts';
import { labelledReader, type RowsToldOf, takesLists } from '../data/rows/labelled-rows.ts';
import type { Mapping, Row } from '../data/rows/row.ts';
import { hasTokenizer } from '../data/tokenizer/file-names.ts';
import { type HubAccess, HubError, type HubFile, type HubRepo, openRepo } from './hub.ts';
import { fetchFile, rangesOf, type TransferOptions } from './transfer.ts';

/** Encoders and labelled rows out of repositories. */

/** Encoders worth suggesting. */
export const suggestedEncoders = [
  { name: 'google/bert_uncased_L-2_H-128_A-2', language: 'en' },
  { name: 'google/bert_uncased_L-4_H-256_A-4', language: 'en' },
  { name: 'sentence-transformers/all-MiniLM-L6-v2', language: 'en' },
  { name: 'BAAI/bge-small-en-v1.5', language: 'en' },
  { name: 'BAAI/bge-small-zh-v1.5', language: 'zh' },
  { name: 'distilbert/distilbert-base-uncased', language: 'en' },
  { name: 'jhu-clsp/ettin-encoder-17m', language: 'en' },
  { name: 'jhu-clsp/ettin-encoder-32m', language: 'en' },
  { name: 'google-bert/bert-base-uncased', language: 'en' },
  { name: 'google-bert/bert-base-chinese', language: 'zh' },
] as const;

/**
 * Checks, by its list of files, that a repository may hold an encoder that can be loaded.
 * @throws HubError
 */
function assertEncoder({ name, files }: HubRepo): void {
  const has = (path: string) => files.some((file) => file.path === path);
  if (!has('config.json')) throw new HubError(msg`${name} has no config.json: it is no Transformers model.`);
  if (!has('model.safetensors') && !has('model.safetensors.index.json')) {
    const pickled = files.some(({ path }) => path.endsWith('.bin'));
    throw new HubError(
      pickled
        ? msg`${name} has no model.safetensors, only a pickled .bin, which is not read for safety. Choose another encoder.`
        : msg`${name} has no model.safetensors. Choose another encoder.`,
    );
  }
  if (!hasTokenizer(has))
    throw new HubError(msg`${name} has neither tokenizer.json nor vocab.txt: its tokenizer cannot be read.`);
}

/**
 * Opens an encoder's repository as a folder to read from; files come through the cache.
 * @throws HubError, also where a file that every encoder needs is missing
 */
export async function openHubEncoder(
  name: string,
  revision: string,
  options: TransferOptions,
): Promise<{ repo: HubRepo; read: ReadFile }> {
  const repo = await openRepo('model', name, revision, options);
  assertEncoder(repo);
  const read: ReadFile = async (path) => {
    const file = repo.files.find((entry) => entry.path === path);
    return file ? fetchFile(repo, file, options) : null;
  };
  return { repo, read };
}

/** The branch on which the Hub stores Parquet files of data sets that were uploaded in another format. */
const convertedBranch = 'refs/convert/parquet';

/** The subset and split in "data/train-00000-of-00001.parquet", "subset/train/0000.parquet" or "train.parquet". */
function splitOf(path: string): { subset: string; split: string } | null {
  const parts = path.replace(/\.parquet$/, '').split('/');
  if (!path.endsWith('.parquet')) return null;
  const last = (parts.pop() ?? '').replace(/-\d+-of-\d+$/, '');
  const split = /^\d+$/.test(last) ? parts.pop() : last;
  const subset = parts.at(-1) ?? 'default';
  return split ? { split, subset: subset === 'data' ? 'default' : subset } : null;
}

export interface HubRowsOptions extends HubAccess, RowsToldOf {
  /** Receives the columns that are used. */
  onColumns?: ((mapping: Mapping) => void) | undefined;
  split: string;
  /** One of several configurations; absent: the only one, or the default. */
  subset?: string | undefined;
  mapping?: Partial<Mapping> | undefined;
  /** Absent: one class a row. What it leaves open is guessed. */
  labelling?: Labelling | undefined;
  unlabelled?: 'refuse' | 'skip' | undefined;
  /** Number of rows, from the first on; nothing more is fetched. */
  limit?: number | undefined;
}

function filesOfSplit(repo: HubRepo, { split, subset }: HubRowsOptions): HubFile[] {
  const files = repo.files.flatMap((file) => {
    const place = splitOf(file.path);
    return place ? [{ file, ...place }] : [];
  });
  if (files.length === 0) throw new HubError(msg`${repo.name} has no Parquet files, here or on ${convertedBranch}.`);
  const subsets = [...new Set(files.map((entry) => entry.subset))];
  const chosen = subset ?? (subsets.includes('default') ? 'default' : subsets[0]);
  if (subset === undefined && subsets.length > 1 && !subsets.includes('default'))
    throw new HubError(msg`${repo.name} has several subsets: ${subsets.join(', ')}. Choose one (data.subset).`);
  const found = files.filter((entry) => entry.subset === chosen && entry.split === split);
  if (found.length === 0) {
    const splits = new Set(files.filter((entry) => entry.subset === chosen).map((entry) => entry.split));
    throw new HubError(
      msg`${repo.name} has no split ${split} in ${chosen}; it has ${[...splits].join(', ') || msg`none`}.`,
    );
  }
  return found.map(({ file }) => file).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * Opens a data set's repository; where it has no Parquet files, at the branch of the converted ones.
 * @throws HubError
 */
export async function openHubDataset(name: string, revision: string, access: HubAccess): Promise<HubRepo> {
  const repo = await openRepo('dataset', name, revision, access);
  if (repo.files.some(({ path }) => path.endsWith('.parquet'))) return repo;
  return openRepo('dataset', name, convertedBranch, access);
}

/**
 * The columns of a file's text and label, and how its labels are read: as they are named, else as they are guessed.
 * @throws HubError where neither says which they are
 */
function columnsIn(
  { name, columns, nested }: ParquetFile,
  sample: FileRecord[],
  { mapping: named = {}, labelling: asked = { kind: 'single-label' } }: HubRowsOptions,
): { mapping: Mapping; labelling: Labelling } {
  const guess = guessColumns(columns, sample, { nested });
  const preview = { layout: { format: 'parquet' as const }, columns, nested, sample, guess, mapping: mappingOf(guess) };
  const found = columnsOfKind(asked.kind, preview);
  const text = named.text ?? found.mapping?.text;
  const label = named.label ?? asked.classes?.[0] ?? found.mapping?.label;
  if (!text || !label) {
    const kind = guessKind(preview);
    const hint = kind === asked.kind ? '' : msg` Its rows look like ${kind} (data.kind).`;
    throw new HubError(
      msg`${name} has the columns ${columns.join(', ')}. ${guess.reason ?? ''} Say which is text and which label (data.text, data.label).${hint}`,
    );
  }
  const second = named.second === undefined ? (found.mapping?.second ?? null) : named.second;
  const mapping = { text, label, second: asked.kind === 'token' ? null : second };
  // What is guessed of a column's cells holds for that column.
  const told = Object.entries(asked).filter(([, value]) => value !== undefined);
  const labelling = { ...(label === found.mapping?.label ? found.labelling : {}), ...Object.fromEntries(told) };
  return { mapping, labelling: { ...labelling, kind: asked.kind } };
}

/**
 * Labelled rows of a split. Of the Parquet files only footers and the wanted columns of the wanted row groups are fetched.
 * @throws HubError, DataFileError
 */
export async function readHubRows(repo: HubRepo, options: HubRowsOptions): Promise<Row[]> {
  const { limit = Number.POSITIVE_INFINITY, unlabelled, signal, onLeftOut, onMended } = options;
  const rows: Row[] = [];
  let read: ReturnType<typeof columnsIn> | null = null;
  for (const file of filesOfSplit(repo, options)) {
    if (rows.length >= limit) break;
    const name = `${repo.name}/${file.path}`;
    const parquet = await openParquet(name, rangesOf(repo, file, options), {
      passThrough: (error) => error instanceof HubError,
      lists: takesLists(options.labelling),
    });
    if (!read) {
      const sample = await parquetRecords(parquet, { to: 1000, signal }).next();
      read = columnsIn(parquet, sample.done ? [] : sample.value, options);
      options.onColumns?.(read.mapping);
    }
    const { mapping, labelling } = read;
    const { text, label, second } = mapping;
    const { columns, nested } = parquet;
    const reading = { file: name, format: 'parquet' as const, columns, nested, mapping, unlabelled };
    const toRow = labelledReader(reading, labelling, { onLeftOut, onMended });
    const wanted = [text, ...(labelling.classes ?? [label]), ...(second === null ? [] : [second])];
    const to = Math.min(parquet.rows, limit - rows.length);
    for await (const batch of parquetRecords(parquet, { to, wanted, signal }))
      for (const record of batch) {
        const row = toRow(record);
        if (row) rows.push(row);
      }
  }
  return rows;
}

import { readBuiltInTask } from '../data/built-in-rows.ts';
import type { Layout } from '../data/data-file.ts';
import { type Dataset, makeDataset, type SplitRows } from '../data/dataset.ts';
import { importRows, inspect } from '../data/import.ts';
import type { Mapping, Row } from '../data/rows.ts';
import { splitRows } from '../data/split.ts';
import type { Run } from '../training/run.ts';
import { folder } from './files.ts';

/** The rows of a run, out of the folder `data` that the command serves. */

/** Tested on, where a run says neither which rows nor how many. */
const defaultTestShare = 0.2;

type OwnData = Exclude<Run['data'], { task: string }>;

interface Files {
  train: string;
  validation: string | undefined;
  test: string | undefined;
  layout: Partial<Layout>;
}

/** What to read: of a Hub data set, the command serves train.csv, validation.csv and test.csv. */
function filesOf(data: OwnData): Files {
  const { train, validation, test } = data;
  if ('hub' in data)
    return {
      train: 'train.csv',
      validation: validation && 'validation.csv',
      test: test && 'test.csv',
      layout: {},
    };
  const chosen = Object.entries(data.layout ?? {}).filter(([, value]) => value !== undefined);
  return { train, validation, test, layout: Object.fromEntries(chosen) };
}

/** Named columns over guessed ones; a Hub data set's are chosen before it is served. */
function mappingOf(data: OwnData, guess: Mapping | null, file: string, columns: readonly string[]): Mapping {
  const named: { [K in keyof Mapping]?: string | undefined } = 'hub' in data ? {} : data;
  const { text = guess?.text, label = guess?.label, second } = named;
  if (text === undefined || label === undefined)
    throw new Error(
      `${file} has the columns ${columns.join(', ')}. Say which is text and which label (data.text, data.label).`,
    );
  return { text, label, second: second ?? (named.text === undefined ? (guess?.second ?? null) : null) };
}

async function readOwnRows(data: OwnData, seed: number): Promise<SplitRows> {
  const { train, validation, test, layout } = filesOf(data);
  const { unlabelled, testShare = defaultTestShare } = data;
  let mapping: Mapping | null = null;
  const read = async (path: string): Promise<Row[]> => {
    const bytes = await folder('data')(path);
    if (!bytes) throw new Error(`${path} does not exist beside the run file. Check data in the run file.`);
    const inspection = await inspect({ name: path, blob: new Blob([new Uint8Array(bytes)]) }, layout);
    mapping ??= mappingOf(data, inspection.mapping, path, inspection.columns);
    return importRows(inspection, { mapping, unlabelled });
  };
  const first = await read(train);
  const split = test ? { train: first, test: await read(test) } : splitRows(first, { testShare, seed });
  return validation ? { ...split, validation: await read(validation) } : split;
}

/**
 * Reads and splits the rows of a run.
 * @throws DataFileError, DatasetError, or Error for a file or column that is not there
 */
export async function readDataset({ data, name, training }: Run): Promise<Dataset> {
  const { limit, testLimit, validationShare } = data;
  const rows =
    'task' in data ? await readBuiltInTask(data.task, folder('data')) : await readOwnRows(data, training.seed);
  return makeDataset(rows, { name, limit, testLimit, validationShare, seed: training.seed });
}

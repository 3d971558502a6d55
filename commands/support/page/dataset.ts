import { toEnglish } from '../../../src/base/message.ts';
import { readBuiltInTask } from '../../../src/data/built-in/rows.ts';
import { type Dataset, makeDataset, type SplitRows } from '../../../src/data/dataset.ts';
import { type FilePreview, importRows, noChoice, previewFile, type Readable } from '../../../src/data/read-file.ts';
import type { Layout } from '../../../src/data/readers/data-file.ts';
import { countLabels } from '../../../src/data/rows/edit.ts';
import type { Mapping, Row } from '../../../src/data/rows/row.ts';
import { type Split, splitRows } from '../../../src/data/rows/split.ts';
import type { Run } from '../../../src/training/run.ts';
import { testShareField } from '../../../src/training/run-fields.ts';
import { folder } from './files.ts';

/** The rows of a run, from the folder `data` that the command serves. */

type OwnData = Exclude<Run['data'], { task: string }>;

interface Files {
  train: string;
  validation: string | undefined;
  test: string | undefined;
  layout: Partial<Layout>;
}

/** Files to read: of a Hub data set, the command serves train.csv, validation.csv and test.csv. */
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

/** The run's named columns, else the guessed ones; a Hub data set's are chosen before it is served. */
function chooseColumns(data: OwnData, inspection: FilePreview): Mapping {
  const { guess } = inspection;
  const named: { [K in keyof Mapping]?: string | undefined } = 'hub' in data ? {} : data;
  const { text = guess.text, label = guess.label, second } = named;
  if (text === null || label === null) throw noChoice(inspection);
  return { text, label, second: second ?? (named.text === undefined ? guess.second : null) };
}

/** Most classes that are printed. */
const shownClasses = 20;

/** Description of the rows for the console: columns, header, classes with their counts. */
export function describeRows(inspection: FilePreview, mapping: Mapping, { train, test }: Split): string[] {
  const { layout, file, notes } = inspection;
  const { text, second, label } = mapping;
  const header = layout.format === 'csv' ? `, ${layout.header ? 'a header' : 'no header'}` : '';
  const counts = countLabels(train);
  const tested = new Map(countLabels(test));
  const classes = counts.slice(0, shownClasses).map(([name, count]) => `${name} ${count}+${tested.get(name) ?? 0}`);
  const more = counts.length > shownClasses ? `, … ${counts.length} in all` : '';
  return [
    `${file.name}: read as ${layout.format}${header}; text: ${text}${second === null ? '' : `, second text: ${second}`}, label: ${label}`,
    `classes (training + test rows): ${classes.join(', ')}${more}`,
    ...notes.map(toEnglish),
  ];
}

async function readOwnRows(data: OwnData, seed: number): Promise<SplitRows> {
  const { train, validation, test, layout } = filesOf(data);
  const { unlabelled, testShare = testShareField.default } = data;
  const open = async (path: string): Promise<FilePreview> => {
    const bytes = await folder('data')(path);
    if (!bytes) throw new Error(`${path} does not exist beside the run file. Check data in the run file.`);
    return previewFile({ name: path, blob: new Blob([new Uint8Array(bytes)]) }, layout);
  };
  const inspection = await open(train);
  const mapping = chooseColumns(data, inspection);
  const read = (file: Readable): Promise<Row[]> => importRows(file, { mapping, unlabelled });
  const rows = await read(inspection);
  // An archive has parts of its own, unless others are named.
  const { parts } = inspection;
  const tested = test ? await open(test) : parts.test;
  const validated = validation
    ? await open(validation)
    : data.validationShare === undefined
      ? parts.validation
      : undefined;
  const split = tested ? { train: rows, test: await read(tested) } : splitRows(rows, { testShare, seed });
  for (const line of describeRows(inspection, mapping, split)) console.log(line);
  return validated ? { ...split, validation: await read(validated) } : split;
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

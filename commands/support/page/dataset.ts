import { toEnglish } from '../../../src/base/message.ts';
import { readBuiltInTask } from '../../../src/data/built-in/rows.ts';
import { columnsOfKind } from '../../../src/data/columns/guess-kind.ts';
import { type Dataset, isOfPairs, isStratified, makeDatasetOf, type SplitRows } from '../../../src/data/dataset.ts';
import { type FilePreview, importRows, noChoice, previewFile, type Readable } from '../../../src/data/read-file.ts';
import { type Layout, placeName } from '../../../src/data/readers/data-file.ts';
import { countLabels } from '../../../src/data/rows/edit.ts';
import type { Labelling } from '../../../src/data/rows/label-cells.ts';
import { type OnLeftOut, takesLists } from '../../../src/data/rows/labelled-rows.ts';
import type { Mapping, Row } from '../../../src/data/rows/row.ts';
import { type Split, splitRows } from '../../../src/data/rows/split.ts';
import type { TaskKind } from '../../../src/model/task-kind.ts';
import { assertSingleLabel, kindOf, type Run, withPairs } from '../../../src/training/run.ts';
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
  // What the command wrote is read as it was written.
  if ('hub' in data)
    return {
      train: 'train.csv',
      validation: validation && 'validation.csv',
      test: test && 'test.csv',
      layout: { format: 'csv', encoding: 'utf-8', delimiter: ',', quote: '"', escape: 'doubled', header: true },
    };
  const chosen = Object.entries(data.layout ?? {}).filter(([, value]) => value !== undefined);
  return { train, validation, test, layout: Object.fromEntries(chosen) };
}

/** The run's named columns, else the guessed ones; a Hub data set's are chosen before it is served. */
function chooseColumns(data: OwnData, inspection: FilePreview): Mapping {
  if (kindOf({ data }) !== 'single-label')
    return 'hub' in data ? writtenColumns(inspection) : namedColumns(data, inspection);
  const { guess } = inspection;
  const named: { [K in keyof Mapping]?: string | undefined } = 'hub' in data ? {} : data;
  const { text = guess.text, label = guess.label, second } = named;
  if (text === null || label === null) throw noChoice(inspection);
  return withSecond(
    data,
    { text, label, second: second ?? (named.text === undefined ? guess.second : null) },
    inspection,
  );
}

/** The columns of rows that the command wrote: one text or two, and the label. */
function writtenColumns({ columns }: FilePreview): Mapping {
  const [text = '', second = null] = columns.slice(0, -1);
  return { text, second, label: columns.at(-1) ?? '' };
}

/** @throws Error where the run says that rows are pairs, and no column is the second text */
function withSecond({ pair }: OwnData, mapping: Mapping, { columns, file }: FilePreview): Mapping {
  if (pair && mapping.second === null)
    throw new Error(
      `${file.name}: the rows are pairs (data.pair), and no column is known to be the second text. Set data.second; the columns are ${columns.join(', ')}.`,
    );
  return mapping;
}

/** Columns where the label is not one class, which is what is guessed: the run's or, of words, the guessed ones. */
function namedColumns(data: OwnData, inspection: FilePreview): Mapping {
  const { columns, nested, file } = inspection;
  const all = [...columns, ...nested.map(({ name }) => name)];
  const ofWords = kindOf({ data }) === 'token';
  const guessed = ofWords ? columnsOfKind('token', inspection).mapping : null;
  const { text = guessed?.text, second = null, classes, label = classes?.[0] ?? guessed?.label } = data;
  if (text && label) return withSecond(data, { text, second, label }, inspection);
  const wanted = ofWords
    ? 'data.text to the column of words and data.label to that of their tags'
    : 'data.text and data.label';
  throw new Error(`${file.name}: set ${wanted}; the columns are ${all.join(', ')}.`);
}

/** What the spans of the column of labels count; absent: it holds none. */
function spansIn(inspection: FilePreview, { label }: Mapping): Labelling['spans'] {
  const guessed = columnsOfKind('token', inspection);
  return guessed.mapping?.label === label ? guessed.labelling.spans : undefined;
}

/** Most classes that are printed. */
const shownClasses = 20;

/** Description of the rows for the console: columns, header, classes with their counts. */
export function describeRows(
  inspection: FilePreview,
  mapping: Mapping,
  { train, test }: Split,
  { kind, classes: columns }: Labelling,
): string[] {
  const { layout, file, notes } = inspection;
  const { text, second, label } = mapping;
  const header = layout.format === 'csv' ? `, ${layout.header ? 'a header' : 'no header'}` : '';
  const shown = columns?.join(', ') ?? label;
  const read = `${file.name}: read as ${layout.format}${header}; text: ${text}${second === null ? '' : `, second text: ${second}`}, label: ${shown}`;
  if (kind !== 'single-label') return [`${read} (${kind})`, ...notes.map(toEnglish)];
  const counts = countLabels(train);
  const tested = new Map(countLabels(test));
  const classes = counts.slice(0, shownClasses).map(([name, count]) => `${name} ${count}+${tested.get(name) ?? 0}`);
  const more = counts.length > shownClasses ? `, … ${counts.length} in all` : '';
  return [read, `classes (training + test rows): ${classes.join(', ')}${more}`, ...notes.map(toEnglish)];
}

/** Endings of files with a word and its tag a line. */
const conllEnding = /\.(conll|conllu|bio|iob2?)(\.gz)?$/i;

async function readOwnRows(data: OwnData, seed: number): Promise<SplitRows> {
  const { train, validation, test, layout } = filesOf(data);
  const { unlabelled, testShare = testShareField.default, separator, classes, mend } = data;
  const kind = kindOf({ data });
  const labelling: Labelling = 'hub' in data ? { kind } : { kind, separator, classes, mend };
  const open = async (path: string): Promise<FilePreview> => {
    const bytes = await folder('data')(path);
    if (!bytes) throw new Error(`${path} does not exist beside the run file. Check data in the run file.`);
    const asWords = labelling.kind === 'token' && conllEnding.test(path) ? { format: 'conll' as const } : {};
    return previewFile(
      { name: path, blob: new Blob([new Uint8Array(bytes)]) },
      { ...asWords, ...layout },
      takesLists(labelling),
    );
  };
  const inspection = await open(train);
  const mapping = chooseColumns(data, inspection);
  if (kind === 'token' && !('hub' in data)) labelling.spans = data.spans ?? spansIn(inspection, mapping);
  let mended = 0;
  const onMended = () => {
    mended++;
  };
  const unread: string[] = [];
  const onLeftOut: OnLeftOut = (why) => {
    if (why !== null) unread.push(toEnglish(why));
  };
  const read = async (file: Readable): Promise<Row[]> => {
    const rows = await importRows(file, { mapping, unlabelled, labelling, onLeftOut, onMended });
    warnOfHalves(rows, mapping, file);
    return rows;
  };
  const rows = await read(inspection);
  // An archive has parts of its own, unless others are named.
  const { parts } = inspection;
  const tested = test ? await open(test) : parts.test;
  const validated = validation
    ? await open(validation)
    : data.validationShare === undefined
      ? parts.validation
      : undefined;
  const split = tested
    ? { train: rows, test: await read(tested) }
    : splitRows(rows, { testShare, seed, stratified: isStratified(labelling.kind) });
  for (const line of describeRows(inspection, mapping, split, labelling)) console.log(line);
  const whole = validated ? { ...split, validation: await read(validated) } : split;
  if (unread.length > 0) console.log(`warning: ${unread.length} rows were left out. The first: ${unread[0]}`);
  if (mended > 0) console.log(`warning: spans that were widened to whole words or left out: ${mended}`);
  return whole;
}

/** Pairs of which a text is missing: where, and of which column. */
function warnOfHalves(rows: readonly Row[], { text, second }: Mapping, { file, layout }: Readable): void {
  const halves = rows.filter((row) => row.second !== undefined && (row.text.trim() === '' || row.second.trim() === ''));
  const [first] = halves;
  if (!first) return;
  const more = halves.length > 1 ? ` (${halves.length} such rows in all)` : '';
  const column = first.text.trim() === '' ? text : second;
  console.log(
    `warning: ${file.name} ${toEnglish(placeName(layout.format, first.line))}: column ${column} is empty, so one text of the pair is missing${more}`,
  );
}

/**
 * Reads and splits the rows of a run.
 * @param pair whether pairs of texts stay such; false: they are joined, as an earlier version's run had them. Absent: they do
 * @returns also the run, which says whether its rows are pairs
 * @throws DataFileError, DatasetError, or Error for a file or column that is not there
 */
export async function readDataset(run: Run, pair?: boolean): Promise<{ dataset: Dataset<TaskKind>; run: Run }> {
  const { data, name, training } = run;
  const { limit, testLimit, validationShare } = data;
  const rows =
    'task' in data ? await readBuiltInTask(data.task, folder('data')) : await readOwnRows(data, training.seed);
  const options = { name, limit, testLimit, validationShare, seed: training.seed, pair };
  const dataset = makeDatasetOf(kindOf(run), rows, options);
  return { dataset, run: withPairs(run, isOfPairs(dataset)) };
}

/** `readDataset` of a run whose rows have one class each. @throws RunFileError for another */
export async function readSingleLabel(run: Run): Promise<Dataset> {
  assertSingleLabel(run);
  return (await readDataset(run)).dataset as unknown as Dataset;
}

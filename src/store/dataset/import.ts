import { createStore } from 'zustand/vanilla';
import { type Message, messageOf } from '../../base/message.ts';
import { doInSlices } from '../../base/work.ts';
import type { Readable } from '../../data/read-file.ts';
import type { KindPreview } from '../../data/read-kind.ts';
import { type DataFile, DataFileError, type Layout } from '../../data/readers/data-file.ts';
import type { Labelling } from '../../data/rows/label-cells.ts';
import type { Mapping } from '../../data/rows/row.ts';
import type { TaskKind } from '../../model/task-kind.ts';
import type { LeftOut } from '../../workers/rows/api.ts';
import { previewFile, readRows } from '../../workers/rows/client.ts';
import { pageStore } from '../page/state.ts';
import { openRows, replaceRows, setTestRows } from './actions.ts';
import { faultsIn, lookThrough } from './report.ts';
import { type Columns, cutOf, datasetStore } from './state.ts';

/** The import dialog: a file, how it is read, and how far that is. The current rows stay until the new ones are all there. */

export interface ImportState {
  /** Purpose of the imported rows; null: the dialog is closed. */
  purpose: 'rows' | 'test' | null;
  /** The file previewed last, and how it is read: known even where its records could not be. */
  file: DataFile | null;
  layout: Layout | null;
  inspection: KindPreview | null;
  /** What a row's answer is, and how its cells are read: guessed, or chosen. */
  labelling: Labelling;
  /** The kind of answer that the person has chosen for the file; null: guessed. */
  chosenKind: TaskKind | null;
  /** Columns by their role; '' for a role that is neither known nor chosen yet. */
  mapping: Mapping | null;
  unlabelled: 'refuse' | 'skip';
  /** Share of the file that has been read; null: nothing is being read. */
  progress: number | null;
  error: Message | null;
  /** The error is a row whose label is missing or cannot be read: such rows can be left out. */
  errorOfLabel: boolean;
  /** It is a number with a comma, which can be read as a point. */
  errorOfComma: boolean;
  /** It is a span that cuts through a word, overlaps another or lies outside its text: such spans can be mended. */
  errorOfSpans: boolean;
}

const closed: ImportState = {
  purpose: null,
  file: null,
  layout: null,
  inspection: null,
  labelling: { kind: 'single-label' },
  chosenKind: null,
  mapping: null,
  unlabelled: 'refuse',
  progress: null,
  error: null,
  errorOfLabel: false,
  errorOfComma: false,
  errorOfSpans: false,
};

export const importStore = createStore<ImportState>(() => closed);
const { getState, setState } = importStore;

let reading = new AbortController();

/** Cancels the reading under way. */
export function cancelImport(): void {
  reading.abort();
  setState({ progress: null });
}

export function openImport(purpose: 'rows' | 'test'): void {
  cancelImport();
  setState({ ...closed, purpose });
}

export function closeImport(): void {
  cancelImport();
  setState(closed);
}

/** Runs one read; the dialog says why it failed. */
async function read(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  reading.abort();
  reading = new AbortController();
  const { signal } = reading;
  setState({ progress: 0, error: null, errorOfLabel: false, errorOfComma: false, errorOfSpans: false });
  try {
    await work(signal);
  } catch (error) {
    if (signal.aborted) return;
    const { layout, unlabelled, comma, spans } = error instanceof DataFileError ? error : {};
    const errorOf = {
      errorOfLabel: unlabelled === true,
      errorOfComma: comma === true,
      errorOfSpans: spans === true,
    };
    setState({ error: messageOf(error), ...errorOf, ...(layout && { layout }) });
  } finally {
    if (!signal.aborted) setState({ progress: null });
  }
}

/** What the answer was in the rows that are here, where it is a file of that name, or test rows for them. */
function kindBefore(file: DataFile): TaskKind | undefined {
  const { data } = datasetStore.getState();
  const { purpose } = getState();
  return data && (purpose === 'test' || data.name === file.name) ? (data.kind ?? 'single-label') : undefined;
}

/** Previews a file, with choices that override the guess. @param kind the answer's, as chosen; absent: as it is known */
export const lookAt = (file: DataFile, choices: Partial<Layout> = {}, kind?: TaskKind): Promise<void> =>
  read(async (signal) => {
    const { mapping: before, file: fileBefore, labelling: labellingBefore } = getState();
    const isSameFile = fileBefore === file;
    // The choices for a file that cannot be read stay: another one of them may do.
    const chosenKind = kind ?? (isSameFile ? getState().chosenKind : null);
    setState({ file, inspection: null, chosenKind, ...(isSameFile ? {} : { layout: null, mapping: null }) });
    const inspection = await previewFile(file, choices, { signal, kind: chosenKind ?? kindBefore(file) });
    const { columns, layout, labelling, columnsOfKind } = inspection;
    const still =
      before &&
      labelling.kind === labellingBefore.kind &&
      [before.text, before.second ?? before.text, before.label, ...(labellingBefore.classes ?? [])].every((name) =>
        columns.includes(name),
      );
    setState({
      inspection,
      layout,
      mapping: still ? before : columnsOfKind,
      labelling: still ? labellingBefore : labelling,
    });
  });

/** Reads the same file as one of another answer. */
export function chooseKind(kind: TaskKind): void {
  const { file, layout } = getState();
  if (!file) return;
  // A word and its tag a line is one format, and no other's answer.
  const { format: _, ...rest } = layout ?? {};
  const isWords = layout?.format === 'conll';
  void lookAt(file, isWords ? rest : (layout ?? {}), kind);
}

/** Changes how the cells of the answer are read. */
export function changeLabelling(change: Partial<Labelling>): void {
  const { labelling, mapping, inspection } = getState();
  const next = { ...labelling, ...change };
  // Of columns of a label each, the first stands for the column of labels.
  const [first = mapping?.label ?? ''] = next.classes ?? [];
  const columns = inspection?.columns ?? [];
  const others = next.classes ?? [first];
  const text = mapping?.text ?? '';
  const moved = mapping && {
    ...mapping,
    label: first,
    text: others.includes(text) ? otherThan(columns, others) : text,
  };
  setState({ labelling: next, mapping: moved });
}

const otherThan = (columns: readonly string[], taken: readonly string[]): string =>
  columns.find((name) => !taken.includes(name)) ?? '';

/** Reads the same file in another way. */
export function correctLayout(change: Partial<Layout>): void {
  const { file, layout } = getState();
  if (file && layout) void lookAt(file, { ...layout, ...change });
}

/** Whether both a text and a label have been chosen. */
export const isChosen = (mapping: Mapping | null): mapping is Mapping =>
  mapping !== null && mapping.text !== '' && mapping.label !== '';

/** The columns as a link states them. */
const columnsOf = ({ text, second, label }: Mapping): Columns => ({
  text,
  ...(second === null ? {} : { second }),
  label,
});

/** Whether it is known where the answers are: in which columns, if each label has one of its own. */
export const isWhole = ({ mapping, labelling }: Pick<ImportState, 'mapping' | 'labelling'>): boolean =>
  isChosen(mapping) && (labelling.classes === undefined || labelling.classes.length > 1);

export const chooseColumns = (mapping: Mapping): void => setState({ mapping });

export const chooseUnlabelled = (unlabelled: ImportState['unlabelled']): void => setState({ unlabelled });

/** Reads all rows, puts them in place and closes the dialog; what is wrong with them is shown. */
export const takeRows = (): Promise<void> =>
  read(async (signal) => {
    const { inspection, mapping, unlabelled, purpose, labelling } = getState();
    if (!inspection || !isChosen(mapping) || !isWhole(getState())) return;
    const onProgress = (done: number, total: number) => setState({ progress: total > 0 ? done / total : 0 });
    const leftOut: LeftOut = { count: 0, first: null, mended: 0 };
    const rowsOf = async (readable: Readable) => {
      const found = await readRows(readable, { mapping, unlabelled, labelling }, { signal, onProgress });
      leftOut.count += found.leftOut.count;
      leftOut.first ??= found.leftOut.first;
      leftOut.mended += found.leftOut.mended;
      return found.rows;
    };
    const rows = await rowsOf(inspection);
    const test = purpose === 'rows' && inspection.parts.test ? await rowsOf(inspection.parts.test) : null;
    if (signal.aborted) return;
    if (purpose === 'test') setTestRows(rows);
    else {
      const { kind, classes } = labelling;
      const columns = classes ? undefined : columnsOf(mapping);
      replaceRows(inspection.file.name, rows, { columns, test, kind });
    }
    datasetStore.setState({ leftOut: leftOut.count + leftOut.mended > 0 ? leftOut : null });
    setState(closed);
    showFaults();
  });

/** Leaves the rows out whose label is missing or cannot be read, and imports the others. */
export function takeLabelled(): void {
  chooseUnlabelled('skip');
  void takeRows();
}

/** Reads numbers that are written with a comma, and imports them. */
export function takeCommas(): void {
  changeLabelling({ decimal: ',' });
  void takeRows();
}

/** Mends spans of characters that go with no words, and imports them. */
export function takeMended(): void {
  changeLabelling({ mend: true });
  void takeRows();
}

/** Cancels the check for faults. */
let stopLooking = () => {};

/** Opens the view of the rows, should they have faults, or their labels not all have been readable. */
function showFaults(): void {
  const { data } = datasetStore.getState();
  if (!data) return;
  stopLooking();
  stopLooking = doInSlices(lookThrough(data, cutOf(pageStore.getState().run)), ({ findings }) => {
    const { data: now, leftOut } = datasetStore.getState();
    const unread = leftOut !== null && (leftOut.first !== null || leftOut.mended > 0);
    if (now === data && (unread || faultsIn(findings) > 0)) openRows();
  });
}

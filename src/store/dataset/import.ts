import { createStore } from 'zustand/vanilla';
import { type Message, messageOf } from '../../base/message.ts';
import { doInSlices } from '../../base/work.ts';
import type { FilePreview, Readable } from '../../data/read-file.ts';
import { type DataFile, DataFileError, type Layout } from '../../data/readers/data-file.ts';
import type { Mapping } from '../../data/rows/row.ts';
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
  inspection: FilePreview | null;
  /** Columns by their role; '' for a role that is neither known nor chosen yet. */
  mapping: Mapping | null;
  unlabelled: 'refuse' | 'skip';
  /** Share of the file that has been read; null: nothing is being read. */
  progress: number | null;
  error: Message | null;
  /** The error is a row without a label: such rows can be left out. */
  errorOfLabel: boolean;
}

const closed: ImportState = {
  purpose: null,
  file: null,
  layout: null,
  inspection: null,
  mapping: null,
  unlabelled: 'refuse',
  progress: null,
  error: null,
  errorOfLabel: false,
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
  setState({ progress: 0, error: null, errorOfLabel: false });
  try {
    await work(signal);
  } catch (error) {
    if (signal.aborted) return;
    const { layout, unlabelled } = error instanceof DataFileError ? error : {};
    setState({ error: messageOf(error), errorOfLabel: unlabelled === true, ...(layout && { layout }) });
  } finally {
    if (!signal.aborted) setState({ progress: null });
  }
}

/** Previews a file, with choices that override the guess. */
export const lookAt = (file: DataFile, choices: Partial<Layout> = {}): Promise<void> =>
  read(async (signal) => {
    const { mapping: before, file: fileBefore } = getState();
    // The choices for a file that cannot be read stay: another one of them may do.
    setState({ file, inspection: null, ...(fileBefore === file ? {} : { layout: null, mapping: null }) });
    const inspection = await previewFile(file, choices, { signal });
    const { columns, layout, guess, mapping } = inspection;
    const still =
      before && [before.text, before.second ?? before.text, before.label].every((name) => columns.includes(name));
    const partly = { text: guess.text ?? '', second: guess.second, label: guess.label ?? '' };
    const guessed = mapping ?? (columns.length > 1 ? partly : null);
    setState({ inspection, layout, mapping: still ? before : guessed });
  });

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

export const chooseColumns = (mapping: Mapping): void => setState({ mapping });

export const chooseUnlabelled = (unlabelled: ImportState['unlabelled']): void => setState({ unlabelled });

/** Reads all rows, puts them in place and closes the dialog; what is wrong with them is shown. */
export const takeRows = (): Promise<void> =>
  read(async (signal) => {
    const { inspection, mapping, unlabelled, purpose } = getState();
    if (!inspection || !isChosen(mapping)) return;
    const onProgress = (done: number, total: number) => setState({ progress: total > 0 ? done / total : 0 });
    const rowsOf = (readable: Readable) => readRows(readable, { mapping, unlabelled }, { signal, onProgress });
    const rows = await rowsOf(inspection);
    const test = purpose === 'rows' && inspection.parts.test ? await rowsOf(inspection.parts.test) : null;
    if (signal.aborted) return;
    if (purpose === 'test') setTestRows(rows);
    else replaceRows(inspection.file.name, rows, columnsOf(mapping), test);
    setState(closed);
    showFaults();
  });

/** Leaves the rows without a label out, and imports the others. */
export function takeLabelled(): void {
  chooseUnlabelled('skip');
  void takeRows();
}

/** Cancels the check for faults. */
let stopLooking = () => {};

/** Opens the view of the rows, should they have faults. */
function showFaults(): void {
  const { data } = datasetStore.getState();
  if (!data) return;
  stopLooking();
  stopLooking = doInSlices(lookThrough(data, cutOf(pageStore.getState().run)), ({ findings }) => {
    if (datasetStore.getState().data === data && faultsIn(findings) > 0) openRows();
  });
}

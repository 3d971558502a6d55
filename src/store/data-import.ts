import { createStore } from 'zustand/vanilla';
import { type DataFile, type Layout, ReadCancelled } from '../data/data-file.ts';
import type { Inspection } from '../data/import.ts';
import type { Mapping } from '../data/rows.ts';
import { type Words, wordsOf } from '../model/said.ts';
import { inspectFile, readRows } from '../worker/importer.ts';
import { replaceRows, setTestRows } from './own-data.ts';

/** The import dialog: a file, how it is read, and how far that is. The current rows stay until the new ones are all there. */

export interface ImportState {
  /** What the rows are for; null: the dialog is closed. */
  purpose: 'rows' | 'test' | null;
  inspection: Inspection | null;
  mapping: Mapping | null;
  unlabelled: 'refuse' | 'skip';
  /** Share of the file that has been read; null: nothing is being read. */
  progress: number | null;
  error: Words | null;
}

const closed: ImportState = {
  purpose: null,
  inspection: null,
  mapping: null,
  unlabelled: 'refuse',
  progress: null,
  error: null,
};

export const importStore = createStore<ImportState>(() => closed);
const { getState, setState } = importStore;

let reading = new AbortController();

/** What is being read is wanted no more. */
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

/** Does one piece of reading; what fails is said in the dialog. */
async function read(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  reading.abort();
  reading = new AbortController();
  const { signal } = reading;
  setState({ progress: 0, error: null });
  try {
    await work(signal);
  } catch (error) {
    if (!(error instanceof ReadCancelled)) setState({ error: wordsOf(error) });
  } finally {
    if (!signal.aborted) setState({ progress: null });
  }
}

/** Looks at a file, with what is known better than the guess. */
export const lookAt = (file: DataFile, choices: Partial<Layout> = {}): Promise<void> =>
  read(async (signal) => {
    const inspection = await inspectFile(file, choices, { signal });
    const before = getState().mapping;
    const still = before && [before.text, before.label].every((name) => inspection.columns.includes(name));
    setState({ inspection, mapping: still ? before : inspection.mapping });
  });

/** Reads the same file in another way. */
export function correctLayout(change: Partial<Layout>): void {
  const { inspection } = getState();
  if (inspection) void lookAt(inspection.file, { ...inspection.layout, ...change });
}

export const chooseColumns = (mapping: Mapping): void => setState({ mapping });

export const chooseUnlabelled = (unlabelled: ImportState['unlabelled']): void => setState({ unlabelled });

/** Reads all rows, puts them in place and closes the dialog. */
export const takeRows = (): Promise<void> =>
  read(async (signal) => {
    const { inspection, mapping, unlabelled, purpose } = getState();
    if (!inspection || !mapping) return;
    const onProgress = (done: number, total: number) => setState({ progress: total > 0 ? done / total : 0 });
    const rows = await readRows(inspection, { mapping, unlabelled }, { signal, onProgress });
    if (signal.aborted) return;
    if (purpose === 'test') setTestRows(rows);
    else replaceRows(inspection.file.name, rows, { text: mapping.text, label: mapping.label });
    setState(closed);
  });

import { createStore } from 'zustand/vanilla';
import type { FolderFile } from '../../base/file-set.ts';
import { type Message, messageOf, msg } from '../../base/message.ts';
import type { Row } from '../../data/rows/row.ts';
import { previewFile, readRows } from '../../workers/rows/client.ts';
import { newId } from '../runs/records.ts';
import type { HandedIn, HandIn } from './hand-in.ts';
import { mostFileBytes, packedIn, readHandIn, readHandInLink } from './hand-in.ts';
import { HandInError } from './hand-in-error.ts';

/** A class's hand-ins on its teacher's page. They are in this tab alone, and gone with it. */

export interface Entry extends HandIn {
  id: string;
  /** The file that it came in; null: a link. */
  file: string | null;
  /** Its place in the class, from 1 on: what it is called while names are hidden. */
  number: number;
  /** Tells it from other hand-ins. */
  print: string;
}
/** An entry with an adapter and its weights. */
export type Ranked = Entry & { trained: HandedIn & { tensors: NonNullable<HandedIn['tensors']> } };

/** What could not be read, and why. */
export interface Refusal {
  id: string;
  /** A file's name, or a link's beginning. */
  source: string;
  why: Message;
}

/** How an adapter does on the rows; or why that cannot be said. */
export type Score = { accuracy: number; rows: number } | { why: Message };

export interface ClassState {
  entries: readonly Entry[];
  refused: readonly Refusal[];
  /** Whether files or links are being read. */
  reading: boolean;
  namesShown: boolean;
  /** Rows that only the teacher has; null: each task's own test rows. */
  rows: { name: string; rows: readonly Row[] } | null;
  rowsProblem: Message | null;
  /** By entry, and of the average under `averageId`. */
  scores: Readonly<Record<string, Score>>;
  measuring: boolean;
}

/** Key of the average among the scores. */
export const averageId = 'average';

export const initialClass: ClassState = {
  entries: [],
  refused: [],
  reading: false,
  namesShown: false,
  rows: null,
  rowsProblem: null,
  scores: {},
  measuring: false,
};
export const classStore = createStore<ClassState>(() => initialClass);
const { getState, setState } = classStore;

/** Hand-ins of a class, at most. */
export const mostEntries = 200;
/** Files that are looked at in one go, and refusals that are kept. */
const mostFiles = 500;
/** Numbers of all adapters together: 256 MB of them. */
const mostNumbersInAll = 2 ** 26;
/** Rows of the teacher's own, at most, and bytes of their file. */
const mostRows = 20_000;
const mostRowsBytes = 50_000_000;
/** Characters that are shown of a link that cannot be read. */
const shownCharacters = 60;

export const isRanked = (entry: Entry): entry is Ranked => entry.trained !== null && entry.trained.tensors !== null;

const numbersIn = ({ trained }: HandIn): number =>
  [...(trained?.tensors?.values() ?? [])].reduce((sum, { data }) => sum + data.length, 0);

const refuse = (source: string, error: unknown): void =>
  setState({ refused: [...getState().refused, { id: newId(), source, why: messageOf(error) }].slice(-mostFiles) });

/** Adds a hand-in to the class. @throws HandInError where there is no room, or it is here already */
function add(handIn: HandIn, file: string | null): void {
  const { entries } = getState();
  if (entries.length >= mostEntries)
    throw new HandInError(msg`There are ${mostEntries} hand-ins already, the most for a class.`);
  const numbers = entries.reduce((sum, entry) => sum + numbersIn(entry), numbersIn(handIn));
  if (numbers > mostNumbersInAll) throw new HandInError('There is no room for more adapters. Remove some.');
  const print = fingerprint(handIn);
  if (entries.some((entry) => entry.print === print)) throw new HandInError('The same hand-in is here already.');
  const number = Math.max(0, ...entries.map((entry) => entry.number)) + 1;
  setState({ entries: [...entries, { ...handIn, id: newId(), file, number, print }] });
}

/** Text that two hand-ins have in common where they are the same one: words, settings, and a few of the weights. */
const fingerprint = ({ name, answers, trained }: HandIn): string => {
  const weights = [...(trained?.tensors?.values() ?? [])].map(({ data }) =>
    data.reduce((sum, value) => sum + value, 0),
  );
  return JSON.stringify([name, answers, trained && { ...trained, tensors: weights }]);
};

/** Reads files, one by one: what is refused is named, and the rest is taken. */
export async function takeFiles(given: FolderFile[] | Promise<FolderFile[]>): Promise<void> {
  setState({ reading: true });
  try {
    const files = await given;
    for (const { path, blob } of files.slice(0, mostFiles))
      try {
        if (blob.size > mostFileBytes)
          throw new HandInError(msg`It has ${blob.size} bytes; ${mostFileBytes} are the most for a hand-in.`);
        add(readHandIn(new Uint8Array(await blob.arrayBuffer())), path);
      } catch (error) {
        refuse(path, error);
      }
    if (files.length > mostFiles)
      refuse(files[mostFiles]?.path ?? '', new HandInError(msg`Only ${mostFiles} files are looked at in one go.`));
  } finally {
    setState({ reading: false });
  }
}

/** Reads links, each a word of its own in the text. */
export function takeLinks(text: string): void {
  for (const link of text
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, mostFiles))
    try {
      const packed = packedIn(link);
      if (packed === null) throw new HandInError('This is no link that hands something in.');
      add(readHandInLink(packed), null);
    } catch (error) {
      refuse(link.slice(0, shownCharacters), error);
    }
}

export const removeEntry = (id: string): void => {
  const { [id]: _, ...scores } = getState().scores;
  setState({ entries: getState().entries.filter((entry) => entry.id !== id), scores });
};
export const clearClass = (): void => setState({ entries: [], refused: [], scores: {} });
export const dismissRefusals = (): void => setState({ refused: [] });
export const showNames = (namesShown: boolean): void => setState({ namesShown });

let reading = new AbortController();

/** Reads the rows that only the teacher has. */
export async function takeTestRows(name: string, blob: Blob): Promise<void> {
  reading.abort();
  reading = new AbortController();
  const { signal } = reading;
  setState({ rowsProblem: null });
  try {
    if (blob.size > mostRowsBytes)
      throw new HandInError(msg`It has ${blob.size} bytes; ${mostRowsBytes} are the most for a file of rows.`);
    // A class is measured in rows with one class each.
    const preview = await previewFile({ name, blob }, {}, { signal, kind: 'single-label' });
    if (!preview.mapping)
      throw new HandInError('Which column is the text and which the label is not clear. Name them “text” and “label”.');
    const { rows } = await readRows(preview, { mapping: preview.mapping, unlabelled: 'skip' }, { signal });
    if (rows.length > mostRows) throw new HandInError(msg`It has ${rows.length} rows; ${mostRows} are the most.`);
    if (rows.length === 0) throw new HandInError('It has no rows with a label.');
    if (!signal.aborted) setState({ rows: { name, rows }, scores: {} });
  } catch (error) {
    if (!signal.aborted) setState({ rowsProblem: messageOf(error) });
  }
}

/** Measures on each task's own test rows again. */
export function dropTestRows(): void {
  reading.abort();
  setState({ rows: null, rowsProblem: null, scores: {} });
}

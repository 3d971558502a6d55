import { z } from 'zod';
import { createSerialQueue } from '../../base/serial.ts';
import { yieldToPage } from '../../base/work.ts';
import { maxPieces, packedRowsSchema, packRows, piecesOf, RowCollector } from '../../data/rows/packed-rows.ts';
import type { Row } from '../../data/rows/row.ts';
import { type TaskKind, taskKinds } from '../../model/task-kind.ts';
import { madeAnew } from '../database.ts';
import { readNote } from '../notes.ts';
import { tabAfterTab } from '../run/tab-lock.ts';
import { get, keysUnder, put, removeOthersUnder, setAside, storageStore } from '../storage.ts';

/**
 * A person's own rows in the browser's storage: a list of pieces, and the pieces. They are written when the rows change, and
 * of them only the pieces that did.
 */

export interface SavedRows {
  name: string;
  rows: Row[];
  test: Row[] | null;
  validation?: Row[] | undefined;
  columns?: z.infer<typeof columnsSchema> | undefined;
  kind?: TaskKind | undefined;
}

export const listKey = 'own-rows';
export const piecePrefix = `${listKey}/`;
const pieceKey = (id: string) => `${piecePrefix}${id}`;

const ids = z.array(z.uuid()).max(maxPieces);
const column = z.string().max(2000);
const columnsSchema = z.object({ text: column, second: column.optional(), label: column });
const listSchema = z.object({
  name: z.string().max(2000),
  rows: ids,
  test: ids.nullable(),
  validation: ids.optional(),
  columns: columnsSchema.optional(),
  // Absent where rows have one class each, as in notes of earlier versions.
  kind: z.enum(taskKinds).optional(),
});
type List = z.infer<typeof listSchema>;

/** A piece that lies in storage, and the rows that it was made of. */
interface Piece {
  id: string;
  rows: readonly Row[];
}

/** Pieces of each row list that lie in storage, in the list's order. */
let stored: { rows: Piece[]; test: Piece[]; validation: Piece[] } = { rows: [], test: [], validation: [] };

const sameRows = (a: readonly Row[], b: readonly Row[] | undefined) =>
  a.length === b?.length && a.every((row, i) => row === b[i]);

/** Ids of the pieces that lie in storage now: another tab may have put its own rows in the place of these. */
async function storedIds(): Promise<Set<string>> {
  const list = listSchema.safeParse(await get('notes', listKey));
  if (!list.success) return new Set();
  const { rows, test, validation } = list.data;
  return new Set([...rows, ...(test ?? []), ...(validation ?? [])]);
}

/** Writes the pieces of one list that are not there yet. Null: newer rows came meanwhile, or there is no room. */
async function storeList(
  rows: readonly Row[],
  before: readonly Piece[],
  { wanted, there }: { wanted: () => boolean; there: ReadonlySet<string> },
) {
  const pieces: Piece[] = [];
  for (const [i, piece] of [...piecesOf(rows)].entries()) {
    const known = before[i];
    if (known && there.has(known.id) && sameRows(piece, known.rows)) {
      pieces.push(known);
      continue;
    }
    await yieldToPage();
    if (!wanted()) return null;
    const id = crypto.randomUUID();
    if (!(await put('notes', pieceKey(id), packRows(piece), false))) return null;
    pieces.push({ id, rows: piece });
  }
  return pieces;
}

let latest: SavedRows | null = null;
/** Whether the latest rows are written. */
let isSaved = true;
const inTurn = createSerialQueue();

async function write(data: SavedRows): Promise<boolean> {
  const wanted = () => latest === data;
  if (!wanted()) return false;
  const options = { wanted, there: await storedIds() };
  const rows = await storeList(data.rows, stored.rows, options);
  const test = rows && (await storeList(data.test ?? [], stored.test, options));
  const validation = test && (await storeList(data.validation ?? [], stored.validation, options));
  if (!rows || !test || !validation) return false;
  const list: List = {
    name: data.name,
    rows: rows.map(({ id }) => id),
    test: data.test && test.map(({ id }) => id),
    validation: data.validation && validation.map(({ id }) => id),
    columns: data.columns,
    ...(data.kind ? { kind: data.kind } : {}),
  };
  if (!(await put('notes', listKey, list))) return false;
  stored = { rows, test, validation };
  isSaved = true;
  const kept = [...list.rows, ...(list.test ?? []), ...(list.validation ?? [])];
  await removeOthersUnder('notes', piecePrefix, new Set(kept.map(pieceKey)));
  return true;
}

/**
 * Saves these rows for the next visit, in the background; rows that come meanwhile replace them.
 * @returns true once they are written; false: there is no room, or there are newer rows
 */
export function saveRows(data: SavedRows): Promise<boolean> {
  latest = data;
  isSaved = false;
  return inTurn(() => tabAfterTab(listKey, () => write(data)));
}

/** Saves the rows of this visit once more: what was saved is gone, or there was no room. */
function saveAgain(): void {
  if (latest) void saveRows(latest);
}
madeAnew.listen(() => {
  stored = { rows: [], test: [], validation: [] };
  saveAgain();
});
storageStore.subscribe(({ problem }, { problem: before }) => {
  if (problem === null && before !== null && !isSaved) saveAgain();
});

/** The rows of a list, piece by piece; null where one is missing or damaged. */
async function readPieces(list: readonly string[]): Promise<{ rows: Row[]; pieces: Piece[] } | null> {
  const collector = new RowCollector();
  const pieces: Piece[] = [];
  for (const id of list) {
    const packed = await readNote(pieceKey(id), packedRowsSchema);
    if (!packed) return null;
    const from = collector.rows.length;
    collector.add(packed);
    pieces.push({ id, rows: collector.rows.slice(from) });
  }
  return { rows: collector.rows, pieces };
}

/**
 * Takes rows that another browser saved, as its notes by their keys.
 * @returns false: they are incomplete, or there is no room
 */
export async function takeNotes(notes: ReadonlyMap<string, unknown>): Promise<boolean> {
  const list = listSchema.safeParse(notes.get(listKey));
  if (!list.success) return false;
  const { rows, test, validation } = list.data;
  const pieces = [...rows, ...(test ?? []), ...(validation ?? [])].map((id) => {
    const packed = packedRowsSchema.safeParse(notes.get(pieceKey(id)));
    return { key: pieceKey(id), packed: packed.data };
  });
  if (pieces.some(({ packed }) => !packed)) return false;
  for (const { key, packed } of pieces) if (!(await put('notes', key, packed, false))) return false;
  return put('notes', listKey, list.data);
}

/** Sets the whole of damaged rows aside: half of them is none, and the next rows would take the place of what is left. */
async function setAllAside(list: List): Promise<void> {
  for (const key of (await keysUnder('notes', piecePrefix)) ?? [])
    await setAside('notes', key, await get('notes', key));
  await setAside('notes', listKey, list);
}

/** The rows of the last visit, or null. */
export async function readSavedRows(): Promise<SavedRows | null> {
  const before = latest;
  const list = await readNote(listKey, listSchema);
  if (!list) return null;
  const { name, rows: ofRows, test: ofTest, validation: ofValidation, columns, kind } = list;
  const rows = await readPieces(ofRows);
  const test = ofTest && (await readPieces(ofTest));
  const validation = ofValidation && (await readPieces(ofValidation));
  if (!rows || (ofTest && !test) || (ofValidation && !validation)) {
    await setAllAside(list);
    return null;
  }
  // Rows that a person has imported meanwhile take precedence.
  if (latest !== before) return null;
  stored = { rows: rows.pieces, test: test?.pieces ?? [], validation: validation?.pieces ?? [] };
  return {
    name,
    rows: rows.rows,
    test: test?.rows ?? null,
    ...(validation ? { validation: validation.rows } : {}),
    ...(columns ? { columns } : {}),
    ...(kind ? { kind } : {}),
  };
}

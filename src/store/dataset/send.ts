import { packRows, piecesOf, rowsInPiece } from '../../data/rows/packed-rows.ts';
import type { Row } from '../../data/rows/row.ts';
import type { SplitOptions } from '../../data/rows/split.ts';
import { send } from '../trainer.ts';

/** The own rows on their way to the training worker: in pieces, between which the page draws. */

/** The lists that are sent; another list is another set of rows. */
interface Lists {
  rows: readonly Row[];
  test: readonly Row[] | null;
  validation?: readonly Row[] | undefined;
}

interface Wanted {
  name: string;
  split: SplitOptions | null;
}

let current: (Lists & { key: number; wanted: Wanted | null; sent: boolean }) | null = null;
let lastKey = 0;

/** Lets the page draw, and hear what a person does. */
export const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

function load(): void {
  if (!current?.sent || !current.wanted) return;
  send({ type: 'load-rows', key: current.key, ...current.wanted });
  current.wanted = null;
}

/**
 * Has the worker open these rows. Only lists that are not there yet are sent; whoever asks again before they all are, only
 * changes how they will be opened.
 */
export function openInWorker({ rows, test, validation }: Lists, wanted: Wanted): void {
  if (current?.rows === rows && current.test === test && current.validation === validation) {
    current.wanted = wanted;
    load();
    return;
  }
  lastKey++;
  current = { rows, test, validation, key: lastKey, wanted, sent: false };
  if (rows.length + (test?.length ?? 0) + (validation?.length ?? 0) > rowsInPiece) void sendSlowly(lastKey);
  else sendAll(lastKey);
}

/** What was to be opened is wanted no more; the rows may stay. */
export function dropWanted(): void {
  if (current) current.wanted = null;
}

function* piecesToSend(): Generator<['rows' | 'test' | 'validation', Row[]]> {
  for (const part of ['rows', 'test', 'validation'] as const)
    for (const piece of piecesOf(current?.[part] ?? [])) yield [part, piece];
}

function finish(): void {
  if (current) current.sent = true;
  load();
}

function sendAll(key: number): void {
  for (const [part, piece] of piecesToSend()) send({ type: 'own-rows', key, part, rows: packRows(piece) });
  finish();
}

async function sendSlowly(key: number): Promise<void> {
  for (const [part, piece] of piecesToSend()) {
    await breathe();
    if (current?.key !== key) return;
    send({ type: 'own-rows', key, part, rows: packRows(piece) });
  }
  finish();
}

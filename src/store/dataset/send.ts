import { packRows, piecesOf, rowsInPiece } from '../../data/rows/packed-rows.ts';
import type { Row } from '../../data/rows/row.ts';
import type { SplitOptions } from '../../data/rows/split.ts';
import type { TaskSummary } from '../../workers/trainer/api.ts';
import { callTrainer } from '../../workers/trainer/client.ts';

/** The own rows on their way to the training worker: in pieces, between which the page draws. */

/** The lists that are sent; another list is another set of rows. */
interface Lists {
  rows: readonly Row[];
  test: readonly Row[] | null;
  validation?: readonly Row[] | undefined;
}

let current: (Lists & { key: number; sent: Promise<void> }) | null = null;
let lastKey = 0;

/** Lets the page draw, and handle what a person does. */
export const yieldToPage = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

interface Opened {
  name: string;
  split: SplitOptions | null;
}

/**
 * Has the worker open these rows, once all of them are sent. Only lists that are not there yet are sent: to open the
 * same ones otherwise, abort and call again.
 * @throws AbortError
 */
export async function openInWorker(lists: Lists, opened: Opened, signal: AbortSignal): Promise<TaskSummary> {
  const { rows, test, validation } = lists;
  if (current?.rows !== rows || current.test !== test || current.validation !== validation) {
    lastKey++;
    const count = rows.length + (test?.length ?? 0) + (validation?.length ?? 0);
    current = { rows, test, validation, key: lastKey, sent: Promise.resolve() };
    if (count > rowsInPiece) current.sent = sendSlowly(current);
    else for (const piece of piecesOfAll(lists)) send(lastKey, piece);
  }
  const { key, sent } = current;
  await sent;
  signal.throwIfAborted();
  return callTrainer('loadRows', { key, ...opened }, { signal });
}

interface Piece {
  part: 'rows' | 'test' | 'validation';
  rows: Row[];
}

function* piecesOfAll(lists: Lists): Generator<Piece> {
  for (const part of ['rows', 'test', 'validation'] as const)
    for (const rows of piecesOf(lists[part] ?? [])) yield { part, rows };
}

function send(key: number, { part, rows }: Piece): void {
  // A piece that is missing is reported when the rows are to be opened.
  callTrainer('addRows', { key, part, rows: packRows(rows) }).catch(() => undefined);
}

/** Ends early where other lists are to be sent. */
async function sendSlowly(lists: Lists & { key: number }): Promise<void> {
  for (const piece of piecesOfAll(lists)) {
    await yieldToPage();
    if (current?.key !== lists.key) return;
    send(lists.key, piece);
  }
}

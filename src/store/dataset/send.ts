import { yieldToPage } from '../../base/work.ts';
import { packRows, piecesOf, rowsInPiece } from '../../data/rows/packed-rows.ts';
import type { Row } from '../../data/rows/row.ts';
import type { SplitOptions } from '../../data/rows/split.ts';
import type { TaskKind } from '../../model/task-kind.ts';
import type { TaskSummary } from '../../workers/trainer/api.ts';
import { callTrainer } from '../../workers/trainer/client.ts';

/** The own rows on their way to the training worker: in pieces, between which the page draws. */

/** The lists that are sent; another list is another set of rows. */
interface Lists {
  rows: readonly Row[];
  test: readonly Row[] | null;
  validation?: readonly Row[] | undefined;
}

interface Sending extends Lists {
  key: number;
  sent: Promise<void>;
  /** Why a piece did not arrive. */
  failure: Error | null;
}

let current: Sending | null = null;
let lastKey = 0;

/** Forgets what was sent: another worker is there. */
export function forgetSent(): void {
  current = null;
}

interface Opened {
  name: string;
  kind: TaskKind | undefined;
  split: SplitOptions | null;
}

/**
 * Has the worker open these rows, once all of them are sent. Only lists that are not there yet are sent: to open the
 * same ones otherwise, abort and call again.
 * @throws AbortError; the worker's error, also that of a piece
 */
export async function openInWorker(lists: Lists, opened: Opened, signal: AbortSignal): Promise<TaskSummary> {
  const { rows, test, validation } = lists;
  if (current?.rows !== rows || current.test !== test || current.validation !== validation) {
    lastKey++;
    const count = rows.length + (test?.length ?? 0) + (validation?.length ?? 0);
    current = { rows, test, validation, key: lastKey, sent: Promise.resolve(), failure: null };
    if (count > rowsInPiece) current.sent = sendSlowly(current);
    else for (const piece of piecesOfAll(lists)) send(current, piece);
  }
  const sending = current;
  await sending.sent;
  signal.throwIfAborted();
  const task = await callTrainer('loadRows', { key: sending.key, ...opened }, { signal });
  // The worker answers in order: by now it has answered for every piece. Rows that are not whole are no rows.
  if (sending.failure) {
    if (current === sending) current = null;
    throw sending.failure;
  }
  return task;
}

interface Piece {
  part: 'rows' | 'test' | 'validation';
  rows: Row[];
}

function* piecesOfAll(lists: Lists): Generator<Piece> {
  for (const part of ['rows', 'test', 'validation'] as const)
    for (const rows of piecesOf(lists[part] ?? [])) yield { part, rows };
}

/** Sends a piece; one that does not arrive is reported when the rows are opened. */
function send(sending: Sending, { part, rows }: Piece): void {
  callTrainer('addRows', { key: sending.key, part, rows: packRows(rows) }).catch((error: Error) => {
    sending.failure ??= error;
  });
}

/** Ends early where other lists are to be sent. */
async function sendSlowly(sending: Sending): Promise<void> {
  for (const piece of piecesOfAll(sending)) {
    await yieldToPage();
    if (current !== sending) return;
    send(sending, piece);
  }
}

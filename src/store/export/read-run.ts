import { PersonError, type Words } from '../../base/message.ts';
import type { Report } from '../../worker/protocol.ts';
import { send } from '../trainer.ts';

/** Asking the worker for the run being trained, with all that it needs to go on elsewhere. */

type SavedRun = Extract<Report, { type: 'run-read' }>['saved'];

const waiting: { resolve: (saved: SavedRun) => void; reject: (error: Error) => void }[] = [];

/** @throws Error with the worker's words if there is no run, or it cannot be read now */
export function readCurrentRun(withRows: boolean): Promise<SavedRun> {
  const answer = new Promise<SavedRun>((resolve, reject) => waiting.push({ resolve, reject }));
  send({ type: 'read-run', withRows });
  return answer;
}

// Requests are carried out in order: the first that waits is the one that is answered.
export const hearRun = (saved: SavedRun): void => waiting.shift()?.resolve(saved);

/** Nobody will answer any more. */
export function failRuns(words: Words): void {
  while (waiting.length > 0) failRun(words);
}

export const failRun = (words: Words): void => waiting.shift()?.reject(new PersonError(words));

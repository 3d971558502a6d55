import { msg, UserError } from '../../base/message.ts';
import { type Connection, connect } from '../rpc.ts';
import type { TrainerApi, TrainerEvent } from './api.ts';

/** The page's only connection to the training worker. */

/** The training worker has stopped, and will not answer. */
export class TrainerStopped extends UserError {
  override name = 'TrainerStopped';
}

let connection: Connection<TrainerApi> | null = null;

/**
 * Starts the training worker.
 * @param onEvent receives every event that the worker sends unasked
 * @param onStopped receives the error of a worker that has stopped, before the calls that wait are rejected
 */
export function startTrainer(onEvent: (event: TrainerEvent) => void, onStopped: (error: Error) => void): void {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  connection = connect<TrainerApi, TrainerEvent>(worker, {
    onEvent,
    onStopped,
    stopped: (message) => new TrainerStopped(message || msg`The training worker stopped.`),
  });
}

/** Calls a verb of the training worker; without a worker (in tests) there is no answer. */
export const callTrainer: Connection<TrainerApi>['call'] = (verb, ask, options) =>
  connection ? connection.call(verb, ask, options) : new Promise(() => {});

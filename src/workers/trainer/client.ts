import { msg, UserError } from '../../base/message.ts';
import { type Connection, connect } from '../rpc.ts';
import type { TrainerApi, TrainerEvent } from './api.ts';

/** The page's only connection to the training worker. */

/** The training worker has stopped, and will not answer. */
export class TrainerStopped extends UserError {
  override name = 'TrainerStopped';
}

const stoppedWords = msg`The training worker stopped.`;

let connection: Connection<TrainerApi> | null = null;
let worker: Worker | null = null;
let workers = 0;

/**
 * Starts the training worker, in place of the one before.
 * @param onEvent receives every event that the worker sends unasked
 * @param onStopped receives the error of a worker that has stopped, before the calls that wait are rejected
 */
export function startTrainer(onEvent: (event: TrainerEvent) => void, onStopped: (error: Error) => void): void {
  handlers = [onEvent, onStopped];
  workers++;
  const name = `bottleneck-trainer-${Date.now()}-${workers}`;
  worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name });
  connection?.terminate(new TrainerStopped(stoppedWords));
  const own = connect<TrainerApi, TrainerEvent>(worker, {
    onEvent: (event) => {
      if (connection !== own) return;
      if (event.type === 'alive') void untilGone(name).then(() => gone(new TrainerStopped(stoppedWords)));
      else onEvent(event);
    },
    onStopped: (error) => gone(error),
    stopped: (message) => new TrainerStopped(message || stoppedWords),
  });
  connection = own;

  function gone(error: Error): void {
    if (connection !== own) return;
    connection = null;
    onStopped(error);
    own.terminate(error);
  }
}

/**
 * Resolves when the lock that a worker holds all its life is free: a worker that ends without an error tells nobody.
 * Never, where the browser has no locks.
 */
const untilGone = (name: string): Promise<void> =>
  navigator.locks ? navigator.locks.request(name, () => undefined) : new Promise(() => {});

let handlers: Parameters<typeof startTrainer> | null = null;

/** Starts the training worker anew: it knows nothing of what the one before had. */
export function restartTrainer(): void {
  if (handlers) startTrainer(...handlers);
}

/** Calls a verb of the training worker; without a worker (in tests) there is no answer. */
export const callTrainer: Connection<TrainerApi>['call'] = (verb, ask, options) =>
  connection ? connection.call(verb, ask, options) : new Promise(() => {});

/** Ends the training worker on purpose, so that one can see what comes of it. */
export const endTrainer = (): void => worker?.terminate();

import { createTrainerClient, type TrainerClient } from '../worker/client.ts';
import type { Report, Request } from '../worker/protocol.ts';

/** The page's one line to the training worker. */

let client: TrainerClient | null = null;

export function connect(hear: (report: Report) => void): void {
  client = createTrainerClient(hear);
}

/** Asks the worker for something; without a worker (in tests) nothing happens. */
export function send(request: Request): void {
  client?.send(request);
}

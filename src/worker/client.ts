import { inEnglish, said } from '../base/message.ts';
import type { Report, Request } from './protocol.ts';

/** The page's end of the wire. */
export interface TrainerClient {
  send(request: Request): void;
  terminate(): void;
}

/**
 * Starts the training worker.
 * @param onReport hears everything that the worker tells
 */
export function createTrainerClient(onReport: (report: Report) => void): TrainerClient {
  const worker = new Worker(new URL('./trainer.worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', ({ data }: MessageEvent<Report>) => onReport(data));
  worker.addEventListener('error', ({ message }) => {
    const words = message || said`The training worker stopped.`;
    onReport({ type: 'error', during: 'open', name: 'WorkerError', message: inEnglish(words), words });
  });
  return {
    send: (request) => worker.postMessage(request),
    terminate: () => worker.terminate(),
  };
}

import { PersonError, wordsOf } from '../base/message.ts';
import type { Report, Request } from './protocol.ts';

/** The worker's voice, and its pause for breath. */

export const tell = (report: Report): void => postMessage(report);

export function tellError(during: Request['type'], error: unknown): void {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const code = error instanceof PersonError ? error.code : null;
  tell({ type: 'error', during, name, message, words: wordsOf(error), code });
}

/** Lets waiting messages in. A channel, since timers are slowed in a hidden tab. */
export const breathe = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });

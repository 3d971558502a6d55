import { type Message, messageOf, toEnglish, UserError } from '../base/message.ts';
import type { TrainerApi } from '../workers/trainer/api.ts';
import { callTrainer, TrainerStopped } from '../workers/trainer/client.ts';
import { createEmitter } from './emitter.ts';
import { pageStore } from './page/state.ts';

/** Emits the errors of a device that has failed while it did something else than training. */
export const deviceFailed = createEmitter<Message>();

/** Shows on the page why the worker could not do something; that it has stopped is shown already. */
export function showError(during: keyof TrainerApi, error: unknown): void {
  if (error instanceof TrainerStopped) return;
  // A device that has failed is dealt with on its own: the run goes on elsewhere.
  if (error instanceof UserError && error.code === 'device-failed') {
    deviceFailed.emit(error.words);
    return;
  }
  const words = messageOf(error);
  const code = error instanceof UserError ? error.code : null;
  pageStore.setState({ error: { during, message: toEnglish(words), words, code } });
}

/** Has the worker do something that nobody waits for; if it cannot, the page shows why. */
export function order<K extends keyof TrainerApi>(verb: K, ask: TrainerApi[K]['ask']): void {
  callTrainer(verb, ask).catch((error: unknown) => showError(verb, error));
}

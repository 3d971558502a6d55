import { messageOf, toEnglish, UserError } from '../base/message.ts';
import type { TrainerApi } from '../workers/trainer/api.ts';
import { callTrainer, TrainerStopped } from '../workers/trainer/client.ts';
import { pageStore } from './page/state.ts';

/** Shows on the page why the worker could not do something; that it has stopped is shown already. */
export function showError(during: keyof TrainerApi, error: unknown): void {
  if (error instanceof TrainerStopped) return;
  const words = messageOf(error);
  const code = error instanceof UserError ? error.code : null;
  pageStore.setState({ error: { during, message: toEnglish(words), words, code } });
}

/** Has the worker do something that nobody waits for; if it cannot, the page shows why. */
export function order<K extends keyof TrainerApi>(verb: K, ask: TrainerApi[K]['ask']): void {
  callTrainer(verb, ask).catch((error: unknown) => showError(verb, error));
}

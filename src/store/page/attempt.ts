import { createStore } from 'zustand/vanilla';
import { type Message, messageOf } from '../../base/message.ts';

/** What was to be done and could not be, where nothing else on the page says so; null: nothing. */
export const failedStore = createStore<{ failed: { words: Message; again: () => void } | null }>(() => ({
  failed: null,
}));

export const dismissFailed = (): void => failedStore.setState({ failed: null });

/** Does something; where that fails, the page says why, and offers to try again. */
export function attempt(action: () => Promise<unknown>): void {
  dismissFailed();
  action().catch((error: unknown) => {
    failedStore.setState({ failed: { words: messageOf(error), again: () => attempt(action) } });
  });
}

import { queueStore } from '../queue/state.ts';
import { isBusy } from './selectors.ts';
import { pageStore } from './state.ts';

/** Whether this tab trains, or goes on to its queue's next run in a moment. */
export const trains = (): boolean => isBusy(pageStore.getState()) || queueStore.getState().running;

/**
 * Tells whenever this tab begins or ends to train.
 * @returns ends that
 */
export function onTraining(listener: (trains: boolean) => void): () => void {
  let before = trains();
  const look = () => {
    const now = trains();
    if (now === before) return;
    before = now;
    listener(now);
  };
  const stops = [pageStore.subscribe(look), queueStore.subscribe(look)];
  return () => {
    for (const stop of stops) stop();
  };
}

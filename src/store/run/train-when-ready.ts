import { canTrain } from '../page/selectors.ts';
import { type PageState, pageStore } from '../page/state.ts';
import { startTraining } from './actions.ts';

/**
 * Trains the run on the page as soon as its encoder, its rows and the engine are there.
 * @param isStillMeant whether what is on the page is still what was asked for
 * @param onEnd called once the wait is over, whether it trains or not
 */
export function trainWhenReady(isStillMeant: (page: PageState) => boolean, onEnd: () => void = () => {}): void {
  const stop = pageStore.subscribe(look);
  look();

  function look(): void {
    const now = pageStore.getState();
    const cannot = now.error !== null || now.missingEncoder !== null || !isStillMeant(now);
    if (!canTrain(now) && !cannot) return;
    stop();
    onEnd();
    if (!cannot) startTraining();
  }
}

import { watchCrossOriginRequests } from '../../base/cross-origin-requests.ts';
import { openDevice } from '../../device/open.ts';
import { fetchBuiltIn } from '../offline/read.ts';
import { postEvent, serve } from '../rpc.ts';
import type { TrainerApi, TrainerEvent } from './api.ts';
import { Trainer } from './trainer.ts';

/** Binds the trainer to the page. */

const emit = (event: TrainerEvent) => postEvent(self, event);

/** Held as long as the worker lives: whoever gets the lock after it knows that the worker is gone. */
const alive = (): Promise<never> => {
  emit({ type: 'alive' });
  return new Promise(() => {});
};

navigator.locks?.request(self.name, alive).catch(() => undefined);
watchCrossOriginRequests(location.origin, (urls) => emit({ type: 'cross-origin-requests', urls }));
serve<TrainerApi>(
  self,
  new Trainer({
    emit,
    fetchFile: fetchBuiltIn,
    openDevice: (choice, options) => openDevice(choice, { ...options, fetchFile: fetchBuiltIn }),
    now: () => performance.now(),
  }),
);

import { watchCrossOriginRequests } from '../../base/cross-origin-requests.ts';
import { openDevice } from '../../device/open.ts';
import { fetchBuiltIn } from '../offline/read.ts';
import { postEvent, serve } from '../rpc.ts';
import type { TrainerApi, TrainerEvent } from './api.ts';
import { Trainer } from './trainer.ts';

/** Binds the trainer to the page. */

const emit = (event: TrainerEvent) => postEvent(self, event);

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

import { openFirstEncoder } from './encoder.ts';
import { hear } from './hear.ts';
import { followRun, offerLastRun, watchLeaving } from './last-run.ts';
import { loadLessons } from './lessons.ts';
import { openLink } from './link.ts';
import { loadHubAddress } from './models.ts';
import { loadOwn } from './own-data.ts';
import { isOwn, sendRows } from './own-rows.ts';
import { pageStore } from './page.ts';
import { loadQueue } from './queue.ts';
import { watchPage } from './requests.ts';
import { loadRuns } from './runs.ts';
import { loadShelf } from './shelf.ts';
import { followAddress } from './view.ts';
import { connect, send } from './wire.ts';

/** Opens the worker, the device, the built-in encoder and the first task. To be called once, when the page starts. */
export function openPage(base: string): void {
  const linked = openLink(location.href);
  const run = linked ?? pageStore.getState().run;
  pageStore.setState({ run });
  watchPage();
  followAddress();
  followRun();
  watchLeaving();
  const runs = loadRuns();
  void loadQueue();
  void loadShelf();
  void loadLessons();
  connect(hear);
  send({ type: 'open', base });
  void loadHubAddress().then(() => openFirstEncoder(linked));
  // A run on own rows waits for those of the last visit; what that visit left does, too, and a link is what its opener wants.
  const own = loadOwn(linked === null);
  if (linked && isOwn(linked)) void own.then(async () => (await import('./linked-rows.ts')).openLinkedRows(linked));
  else sendRows(run);
  if (!linked) void Promise.all([runs, own]).then(offerLastRun);
}

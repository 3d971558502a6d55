import { hear } from './hear.ts';
import { loadLessons } from './lessons.ts';
import { openLink } from './link.ts';
import { pageStore, taskName } from './page.ts';
import { loadQueue } from './queue.ts';
import { loadRuns } from './runs.ts';
import { loadShelf } from './shelf.ts';
import { followAddress } from './view.ts';
import { connect, send } from './wire.ts';

/** Opens the worker, the device, the built-in encoder and the first task. To be called once, when the page starts. */
export function openPage(base: string): void {
  const run = openLink(location.href) ?? pageStore.getState().run;
  pageStore.setState({ run });
  followAddress();
  void loadRuns();
  void loadQueue();
  void loadShelf();
  void loadLessons();
  connect(hear);
  send({ type: 'open', base });
  send({ type: 'load-encoder', name: run.model });
  if ('task' in run.data) send({ type: 'load-task', name: taskName(run) });
}

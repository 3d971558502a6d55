import type { Language } from '../../data/built-in/tasks.ts';
import type { Run } from '../../training/run.ts';
import { startTrainer } from '../../workers/trainer/client.ts';
import { cameLate } from '../database.ts';
import { loadOwn } from '../dataset/actions.ts';
import { isOwn } from '../dataset/state.ts';
import { openFirstEncoder } from '../encoder/loaded.ts';
import { loadHubAddress } from '../encoder/state.ts';
import { onEvent, onStopped } from '../events.ts';
import { openLesson } from '../lessons/state.ts';
import { askToPersist } from '../persistence.ts';
import { watchTrainer } from '../recovery/state.ts';
import { loadRows } from '../run/actions.ts';
import { followRun, offerLastRun, watchLeaving } from '../run/last-run.ts';
import { linkStore } from '../share/link.ts';
import { startRuns } from '../start/state.ts';
import { attempt } from './attempt.ts';
import { followBackground } from './background.ts';
import { watchPage } from './cross-origin-requests.ts';
import { firstRuns, pageStore } from './state.ts';
import { loadStored } from './stored.ts';
import { followTabs } from './tabs.ts';
import { followAddress, viewStore } from './view.ts';

/**
 * Opens the worker, the device, the built-in encoder and the first task. To be called once, when the page starts.
 * @param language of the page, in which it begins with a task
 * @param linked the run that the address brings; null: none
 */
export function openPage(base: string, language: Language, linked: Run | null): void {
  const { lesson } = linkStore.getState();
  if (lesson) openLesson(lesson);
  watchPage();
  followAddress(linked && (lesson ? 'lessons' : 'playground'));
  const run = linked ?? (viewStore.getState().view === 'start' ? startRuns : firstRuns)[language];
  pageStore.setState({ run });
  followRun();
  followTabs();
  followBackground();
  watchLeaving();
  askToPersist();
  const offer = () => (linked ? undefined : offerLastRun());
  cameLate.listen(() => void loadStored().then(offer));
  const stored = loadStored();
  startTrainer(onEvent, onStopped);
  watchTrainer(base);
  void loadHubAddress().then(() => openFirstEncoder(linked));
  // A run on own rows, and the offer of the last visit's run, wait for the last visit's rows. A link comes before both.
  const own = loadOwn(linked === null);
  if (linked && isOwn(linked))
    attempt(async () => {
      const [{ openLinkedRows }] = await Promise.all([import('../share/rows.ts'), own]);
      await openLinkedRows(linked);
    });
  else void loadRows(run);
  void Promise.all([stored, own]).then(offer);
}

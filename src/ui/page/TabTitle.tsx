import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { notify } from '../../store/page/background.ts';
import { stepsDone } from '../../store/page/selectors.ts';
import { pageStore } from '../../store/page/state.ts';
import { onTraining } from '../../store/page/training.ts';
import { queueStore } from '../../store/queue/state.ts';
import { testScoresOf } from '../../training/records/standing.ts';
import { kindOf } from '../../training/run.ts';
import { formatShare } from '../format.ts';
import { useRunName } from '../runs/use-run-name.ts';
import { usePage } from '../use-page.ts';

/** How far the run is, for whoever looks at another tab: in this one's title, and in a word at the end. */
export function TabTitle() {
  const title = useTabTitle();
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEndNotice();
  return null;
}

function useTabTitle(): string {
  const phase = usePage((page) => page.phase);
  const percent = usePage((page) => Math.floor((100 * stepsDone(page)) / (page.plan?.totalSteps ?? 1)));
  const { pending, total, running } = useStore(queueStore);
  const { t } = useTranslation();
  const facts = { title: t('page.title'), percent, at: total - pending.length + 1, total };
  if (phase === 'training' || phase === 'evaluating') return t(running ? 'page.tab.queue' : 'page.tab.training', facts);
  return t(`page.tab.${phase}`, facts);
}

function useEndNotice(): void {
  const nameOf = useRunName();
  const { t } = useTranslation();
  useEffect(
    () =>
      onTraining((trains) => {
        const page = pageStore.getState();
        const { run, phase } = page;
        if (trains || (phase !== 'done' && phase !== 'failed')) return;
        const name = nameOf({ name: run.name, run });
        const scores = phase === 'done' ? testScoresOf(page) : null;
        const isOfClasses = kindOf(run) === 'single-label' && scores !== null && 'accuracy' in scores;
        // What else is measured is on the page.
        const scored = isOfClasses ? t('page.ended.scored', { name, accuracy: formatShare(scores.accuracy) }) : name;
        notify(t(`page.ended.${phase}`), scored);
      }),
    [nameOf, t],
  );
}

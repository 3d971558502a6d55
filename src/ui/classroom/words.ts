import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { classStore, type Entry } from '../../store/classroom/state.ts';
import { runTitle } from '../../store/runs/naming.ts';
import type { Run } from '../../training/run.ts';
import { formatCount } from '../format.ts';
import { useRunName } from '../runs/use-run-name.ts';

/** Learners and their settings in words. */

/** What a learner is called: by a number, until names are shown. */
export function useLearnerName(): (entry: Entry) => string {
  const namesShown = useStore(classStore, (state) => state.namesShown);
  const { t } = useTranslation();
  return ({ name, file, number }) =>
    (namesShown && (name || file?.split('/').at(-1))) || t('classroom.learner', { number: formatCount(number) });
}

/** A run's settings, as far as they differ in a class; never by the name that a person gave it. */
export function useSettingsWords(): (run: Run) => string {
  const nameOf = useRunName();
  const { t } = useTranslation();
  return (run) => {
    const { epochs, learningRate } = run.training;
    return t('classroom.settings', { run: nameOf({ name: runTitle(run), run }), count: epochs, rate: learningRate });
  };
}

import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { runTitle, widthOf } from '../store/naming.ts';
import { type Run, taskName } from '../training/run.ts';
import { isBuiltIn } from './use-task-title.ts';

/** What a run is called on the page: as its person named it or, where its settings did, in the page's language. */
export function useRunName(): (named: { name: string; run: Run }) => string {
  const { t } = useTranslation();
  return useCallback(
    ({ name, run }) => {
      const task = taskName(run);
      const shown = t('runs.automatic', {
        task: isBuiltIn(task) ? t(`task.short.${task}`) : task,
        method: `${t(`method.short.${run.method.type}`)}${widthOf(run)}`,
      });
      return name.replace(runTitle(run), () => shown);
    },
    [t],
  );
}

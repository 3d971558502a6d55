import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { lessons, ownRuns, trainedAs } from '../../store/lessons/experiments.ts';
import type { LessonId } from '../../store/lessons/origin.ts';
import { lessonsStore } from '../../store/lessons/state.ts';
import { runsStore } from '../../store/runs/state.ts';
import { formatShare } from '../format.ts';
import { useRunName } from '../runs/use-run-name.ts';
import { measureWords, pointsApart } from './lesson-words.ts';

export interface Numbers {
  head: string[];
  rows: { key: string; cells: string[] }[];
}

const bySteps = <T extends { steps: number }>(list: readonly T[]): T[] => [...list].sort((a, b) => a.steps - b.steps);

/** All that was measured in a lesson: its experiment first, then the learner's own changes. */
export function useMeasured(id: LessonId): Numbers {
  const runs = useStore(runsStore, (kept) => kept.runs);
  const { identity, forgetting } = useStore(lessonsStore);
  const nameOf = useRunName();
  const { t } = useTranslation();
  if (id === 'identity') {
    const found = bySteps(identity);
    const points = (share: number) => pointsApart(t, 100 * share, 0);
    return {
      head: ['', t('lessons.compare.strength')],
      rows: [
        { key: 'before', cells: [t('lessons.compare.beforeTraining'), points(found[0]?.before ?? 0)] },
        ...found.map(({ steps, after }) => ({
          key: String(steps),
          cells: [t('lessons.compare.afterSteps', { steps }), points(after)],
        })),
      ],
    };
  }
  if (id === 'forgetting')
    return {
      head: [t('lessons.compare.firstTask'), t('lessons.compare.before'), t('lessons.compare.after')],
      rows: bySteps(forgetting).flatMap((found) =>
        (['adapters', 'full'] as const).map((way) => ({
          key: `${way} ${found.steps}`,
          cells: [
            t('lessons.compare.wayAt', { way: t(`forgetting.ways.${way}`), steps: found.steps }),
            formatShare(found[way].before),
            formatShare(found[way].after),
          ],
        })),
      ),
    };
  const { setUps, measures } = lessons[id];
  const rows = [
    ...setUps.flatMap((setUp) => {
      const record = trainedAs(id, setUp, runs);
      return record ? [{ name: t(`lessons.setUps.${setUp.name}`), record }] : [];
    }),
    ...ownRuns(id, runs).map((record) => ({ name: nameOf(record), record })),
  ];
  return {
    head: [t('lessons.compare.run'), ...measures.map((measure) => t(`lessons.compare.measures.${measure}`))],
    rows: rows.map(({ name, record }) => ({
      key: record.id,
      cells: [name, ...measures.map((measure) => measureWords(t, measure, record))],
    })),
  };
}

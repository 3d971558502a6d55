import '../../../i18n/add-late.ts';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { forgettingStore } from '../../../store/forgetting/state.ts';
import { type Curve, curvesToDraw, type Draft } from '../../../store/lessons/curves.ts';
import {
  courseOf,
  drawnFor,
  forgettingSteps,
  forgettingTasks,
  isSetUp,
  lessons,
  trainedAs,
} from '../../../store/lessons/experiments.ts';
import { originStore } from '../../../store/lessons/origin.ts';
import { lessonsStore } from '../../../store/lessons/state.ts';
import { runsStore } from '../../../store/runs/state.ts';
import type { Series } from '../../charts/LinesChart.tsx';
import { usePage } from '../../use-page.ts';
import { distanceWords } from '../lesson-words.ts';

/** What a learner has drawn, for the chart of the experiment. */
interface DrawnCurve {
  series: Series;
  /** How far it is from what has been measured so far; '' where that is nothing. */
  distance: string;
}

const dashed = (name: string, at: readonly number[], drawn: Curve): Series => ({
  key: 'drawn',
  name,
  color: 'var(--mantine-color-text)',
  dash: '6 4',
  dots: true,
  points: at.flatMap((x, i) => {
    const value = drawn[i];
    return value === undefined ? [] : [{ x, y: value / 100 }];
  }),
});

/** The curve over epochs that was drawn for the lesson whose run is on the page; null: none was. */
export function useDrawnEpochs(): DrawnCurve | null {
  const origin = useStore(originStore, (state) => state.origin);
  const state = useStore(lessonsStore);
  const runs = useStore(runsStore, (kept) => kept.runs);
  const run = usePage((page) => page.run);
  const epochs = usePage((page) => page.epochs);
  const { t } = useTranslation();
  const drawn = drawnFor(state, 'bottleneck');
  const [narrow] = lessons.bottleneck.setUps;
  if (origin !== 'bottleneck' || !drawn || !narrow) return null;
  const trained = trainedAs('bottleneck', narrow, runs);
  const measured: Draft = isSetUp(narrow, run) ? courseOf({ epochs }) : trained ? courseOf(trained) : [];
  return {
    series: dashed(t('lessons.draw.yours.bottleneck'), curvesToDraw.bottleneck.at, drawn),
    distance: distanceWords(t, drawn, measured),
  };
}

/** The curve that was drawn for the demonstration of forgetting that is on the page; null: none was. */
export function useDrawnForgetting(): DrawnCurve | null {
  const isOurs = useStore(originStore, ({ origin }) => origin === 'forgetting');
  const state = useStore(lessonsStore);
  const { points, steps, tasks } = useStore(forgettingStore);
  const { t } = useTranslation();
  const drawn = drawnFor(state, 'forgetting');
  const isLessons =
    isOurs &&
    steps === forgettingSteps &&
    tasks.first === forgettingTasks.first &&
    tasks.second === forgettingTasks.second;
  if (!isLessons || !drawn) return null;
  const measured = curvesToDraw.forgetting.at.map((step) => {
    const point = points.find(({ way, step: at }) => way === 'full' && at === step);
    return point ? 100 * point.first : null;
  });
  return {
    series: dashed(t('lessons.draw.yours.forgetting'), curvesToDraw.forgetting.at, drawn),
    distance: distanceWords(t, drawn, measured),
  };
}

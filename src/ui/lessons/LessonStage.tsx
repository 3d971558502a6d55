import { Button, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { forgettingStore } from '../../store/forgetting/state.ts';
import { guessOf, lessons, ownRuns, trainedAs } from '../../store/lessons/experiments.ts';
import { type LessonId, originStore } from '../../store/lessons/origin.ts';
import { showExperiment } from '../../store/lessons/run-experiment.ts';
import { lessonsStore } from '../../store/lessons/state.ts';
import { isBusy } from '../../store/page/selectors.ts';
import { runsStore } from '../../store/runs/state.ts';
import chart from '../charts/ChartFrame.module.css';
import { EncoderDrawing } from '../inspect/drawing/EncoderDrawing.tsx';
import { Guard } from '../page/Guard.tsx';
import { LatePart, latePart } from '../page/late-part.tsx';
import { WatchPanel } from '../page/WatchPanel.tsx';
import { TryItPanel } from '../run/TryItPanel.tsx';
import { FrontierPanel } from '../runs/FrontierPanel.tsx';
import { usePage } from '../use-page.ts';
import classes from './Lessons.module.css';

const ForgettingChart = latePart(() => import('../forgetting/ForgettingChart.tsx'));

/** Where a lesson's experiment is watched: the page's own panels, empty until the page's run is the lesson's. */
export function LessonStage({ id }: { id: LessonId }) {
  const isOurs = useStore(originStore, ({ origin }) => origin === id);
  const { stage } = lessons[id];
  if (!isOurs) return <NotBegun id={id} />;
  return (
    <>
      {stage === 'tryIt' && (
        <Guard>
          <TryItPanel />
        </Guard>
      )}
      {stage === 'frontier' && (
        <Guard>
          <FrontierPanel />
        </Guard>
      )}
      {stage === 'forgetting' ? (
        <Demonstration />
      ) : (
        <Guard>
          <WatchPanel />
        </Guard>
      )}
      {stage !== 'tryIt' && stage !== 'forgetting' && (
        <Guard>
          <TryItPanel />
        </Guard>
      )}
    </>
  );
}

function Demonstration() {
  const hasPoints = useStore(forgettingStore, ({ points }) => points.length > 0);
  const { t } = useTranslation();
  return (
    <>
      <Guard>
        <EncoderDrawing />
      </Guard>
      {hasPoints ? (
        <LatePart part={ForgettingChart} fallback={<div className={chart.body} />} />
      ) : (
        <div className={classes.empty}>{t('lessons.waiting')}</div>
      )}
    </>
  );
}

function NotBegun({ id }: { id: LessonId }) {
  const runs = useStore(runsStore, (kept) => kept.runs);
  const hasGuess = useStore(lessonsStore, (state) => guessOf(state, id) !== null);
  const busy = usePage(isBusy);
  const { t } = useTranslation();
  const trained = lessons[id].setUps.some((setUp) => trainedAs(id, setUp, runs)) || ownRuns(id, runs).length > 0;
  return (
    <>
      <Guard>
        <EncoderDrawing />
      </Guard>
      <div className={classes.empty}>
        <Text size="sm">{t(trained && hasGuess ? 'lessons.emptyShown' : 'lessons.empty')}</Text>
        {trained && hasGuess && (
          <Button size="compact-sm" variant="light" disabled={busy} onClick={() => showExperiment(id)}>
            {t('lessons.showAgain')}
          </Button>
        )}
      </div>
    </>
  );
}

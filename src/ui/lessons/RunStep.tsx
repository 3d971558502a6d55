import { Button, Group, Progress, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { forgettingStore } from '../../store/forgetting/state.ts';
import { guessOf, lessons, measuredIn, trainedAs } from '../../store/lessons/experiments.ts';
import { type LessonId, originStore } from '../../store/lessons/origin.ts';
import { experimentStore, runExperiment, stopExperiment, trainSetUp } from '../../store/lessons/run-experiment.ts';
import { lessonsStore } from '../../store/lessons/state.ts';
import { isBusy, stepsDone } from '../../store/page/selectors.ts';
import { queueStore } from '../../store/queue/state.ts';
import { runsStore } from '../../store/runs/state.ts';
import { colors } from '../colors.ts';
import { useRunName } from '../runs/use-run-name.ts';
import { usePage } from '../use-page.ts';

/** Points that the demonstration of forgetting reports: at the start and four times a task, both ways. */
const demonstrated = 18;

/** Whether a lesson's experiment is under way, also between two of its runs. */
function useIsRunning(id: LessonId): boolean {
  const isOurs = useStore(originStore, ({ origin }) => origin === id);
  const inQueue = useStore(queueStore, ({ running, origin }) => running && origin === id);
  const isOther = useStore(experimentStore, ({ running }) => running === id);
  const demonstrates = useStore(forgettingStore, ({ running }) => running && id === 'forgetting');
  const paused = usePage(({ phase }) => phase === 'paused');
  const busy = usePage(isBusy);
  return isOther || demonstrates || (inQueue && !paused) || (isOurs && busy);
}

/** Whether an experiment can be begun now. A link's locks hold the workbench's settings: a lesson brings its own. */
export function useCanRun(id: LessonId): boolean {
  const hasGuess = useStore(lessonsStore, (state) => guessOf(state, id) !== null);
  const busy = usePage(isBusy);
  const isOtherAtWork = useStore(experimentStore, ({ running }) => running !== null);
  const demonstrates = useStore(forgettingStore, ({ running }) => running);
  const isElsewhere = usePage((state) => state.trainsElsewhere);
  const isRunning = useIsRunning(id);
  return hasGuess && !busy && !isRunning && !isOtherAtWork && !demonstrates && !isElsewhere;
}

/** One button that sets up and runs, how far it is, and each run once more. */
export function RunStep({ id }: { id: LessonId }) {
  const state = useStore(lessonsStore);
  const runs = useStore(runsStore, (kept) => kept.runs);
  const isRunning = useIsRunning(id);
  const canRun = useCanRun(id);
  const busy = usePage(isBusy);
  const { t } = useTranslation();
  const { setUps } = lessons[id];
  const hasGuess = guessOf(state, id) !== null;
  const isDone = measuredIn(id, runs, state) !== null;
  const trained = setUps.filter((setUp) => trainedAs(id, setUp, runs));
  const ofRuns = setUps.length > 0;
  return (
    <>
      <Group gap="xs">
        {isRunning ? (
          <Button size="compact-md" onClick={stopExperiment}>
            {t('lessons.pause')}
          </Button>
        ) : (
          <Button
            size="compact-md"
            color={colors.action}
            disabled={!canRun || (isDone && ofRuns)}
            onClick={() => runExperiment(id)}
          >
            {t(trained.length > 0 && trained.length < setUps.length ? 'lessons.runRest' : 'lessons.run')}
          </Button>
        )}
      </Group>
      <Text size="xs" c="dimmed" mih="1.2rem" role="status">
        {isRunning ? (
          <Where id={id} />
        ) : !hasGuess ? (
          t('lessons.predict.first')
        ) : busy ? (
          t('lessons.busyElsewhere')
        ) : (
          ''
        )}
      </Text>
      {isRunning && <Bar id={id} />}
      {hasGuess && trained.length > 0 && (
        <Group gap={4}>
          {trained.map((setUp) => (
            <Button
              key={setUp.name}
              size="compact-xs"
              variant="subtle"
              disabled={!canRun}
              leftSection={<span title={t('lessons.trained')}>✓</span>}
              onClick={() => trainSetUp(id, setUp)}
            >
              {t('lessons.runAgain', { what: t(`lessons.setUps.${setUp.name}`) })}
            </Button>
          ))}
        </Group>
      )}
    </>
  );
}

/** What is at work, and its step. */
function Where({ id }: { id: LessonId }) {
  const run = usePage((state) => state.run);
  const step = usePage(stepsDone);
  const plan = usePage((state) => state.plan);
  const points = useStore(forgettingStore, (state) => state.points.length);
  const nameOf = useRunName();
  const { t } = useTranslation();
  if (id === 'forgetting') return <>{t('lessons.demonstrating', { done: points, all: demonstrated })}</>;
  if (!plan) return <>{t('lessons.waiting')}</>;
  return <>{t('lessons.at', { what: nameOf({ name: run.name, run }), step, total: plan.totalSteps })}</>;
}

function Bar({ id }: { id: LessonId }) {
  const share = usePage((page) => (page.plan ? stepsDone(page) / page.plan.totalSteps : 0));
  const points = useStore(forgettingStore, (state) => state.points.length);
  const { t } = useTranslation();
  const value = id === 'forgetting' ? points / demonstrated : share;
  return <Progress value={100 * value} color={colors.trained} aria-label={t('lessons.steps.run')} />;
}

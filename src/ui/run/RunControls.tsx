import { Button, Progress, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { adviceFor, verdictOf } from '../../store/coach/advice.ts';
import { canTrain, canTrainAgain, epochAt, isBusy, statusOf, stepsDone, stepTime } from '../../store/page/selectors.ts';
import { pauseTraining, resetRun, startTraining, trainAgain, trainSteps } from '../../store/run/actions.ts';
import { lastRunStore, reopenLastRun } from '../../store/run/last-run.ts';
import { savedAtStore } from '../../store/runs/saved-state.ts';
import { runsStore } from '../../store/runs/state.ts';
import { CoachNotice, NoteWithButton, VerdictNotice } from '../coach/CoachNotice.tsx';
import { colors } from '../colors.ts';
import { formatDuration } from '../format.ts';
import { useRunName } from '../runs/use-run-name.ts';
import { usePage } from '../use-page.ts';
import classes from './RunControls.module.css';

/** Batches after which a change can be seen. */
const someSteps = 10;

/** Train, pause, step, reset; and how far it is. */
export function RunControls() {
  const ready = usePage(canTrain);
  const busy = usePage(isBusy);
  const ended = usePage(canTrainAgain);
  const begun = usePage(({ steps, phase }) => steps.length > 0 || phase === 'failed');
  const { t } = useTranslation();
  return (
    <section>
      <div className="controls">
        {busy ? (
          <Button onClick={pauseTraining} w={130} data-trains>
            {t('run.controls.pause')}
          </Button>
        ) : (
          <Button
            color={colors.action}
            data-trains
            onClick={ended ? trainAgain : startTraining}
            disabled={!ready && !ended}
            w={130}
            px={0}
          >
            {t(ended ? 'run.controls.again' : begun ? 'run.controls.continue' : 'run.controls.train')}
          </Button>
        )}
        <Button variant="default" onClick={() => trainSteps(1)} disabled={!ready}>
          {t('run.controls.step')}
        </Button>
        <Button variant="default" onClick={() => trainSteps(someSteps)} disabled={!ready}>
          {t('run.controls.steps', { count: someSteps })}
        </Button>
        <Button variant="default" onClick={resetRun} disabled={busy || !begun}>
          {t('run.controls.reset')}
        </Button>
        <Status />
      </div>
      <RunProgress />
      {/* Below the buttons, with room for the coach from the start: nothing moves when it speaks. */}
      <div className={classes.note}>
        <RunNote />
      </div>
    </section>
  );
}

function Status() {
  const status = usePage(statusOf);
  const { t } = useTranslation();
  return (
    <Text className={classes.phase} size="sm" fw={600} role="status" aria-live="polite" data-testid="phase">
      {t(`run.phase.${status}`)}
    </Text>
  );
}

function RunProgress() {
  const steps = usePage((state) => state.steps);
  const plan = usePage((state) => state.plan);
  const epochs = usePage(({ run }) => run.training.epochs);
  const { t } = useTranslation();
  if (!plan)
    return (
      <>
        <Progress value={0} mt="xs" aria-label={t('run.controls.step')} />
        <Text size="xs" mt={4} aria-hidden="true">
          {'\u00a0'}
        </Text>
      </>
    );
  const done = stepsDone({ steps });
  const epoch = epochAt(done, { ...plan, epochs });
  const milliseconds = stepTime({ steps });
  const facts = [
    t('run.controls.epoch', { epoch, epochs }),
    t('run.controls.step_', { step: done, total: plan.totalSteps }),
    ...(milliseconds === null
      ? []
      : [t('run.controls.stepTime', { ms: milliseconds.toFixed(milliseconds < 10 ? 1 : 0) })]),
    ...(milliseconds !== null && done < plan.totalSteps
      ? [t('run.controls.eta', { time: formatDuration(milliseconds * (plan.totalSteps - done)) })]
      : []),
  ];
  return (
    <>
      <Progress
        value={(100 * done) / plan.totalSteps}
        mt="xs"
        color={colors.trained}
        aria-label={facts.slice(0, 2).join(', ')}
      />
      <Text size="xs" mt={4} data-testid="progress">
        {facts.join(' · ')}
      </Text>
    </>
  );
}

/** The coach, the run that a change has put aside, or what a change of settings would do. */
function RunNote() {
  const page = usePage((state) => state);
  const advice = adviceFor(page);
  const verdict = advice ? null : verdictOf(page);
  const busy = isBusy(page);
  const aside = useAside();
  const reopened = useStore(runsStore, (state) => state.reopened);
  const nameOf = useRunName();
  const { t } = useTranslation();
  if (page.trainsElsewhere) return <Text size="xs">{t('run.controls.elsewhere')}</Text>;
  if (advice) return <CoachNotice advice={advice} />;
  if (verdict) return <VerdictNotice verdict={verdict} />;
  if (aside && !busy) return aside;
  const lost = reopened?.weights;
  if (reopened?.run === page.run && (lost === 'not-kept' || lost === 'other-rows' || lost === 'elsewhere') && !busy)
    return <Text size="xs">{t(`runs.reopened.${lost}`, { name: nameOf(reopened) })}</Text>;
  return (
    <Text size="xs" c="dimmed">
      {busy ? t('run.controls.locked') : page.steps.length > 0 ? t('run.controls.restart') : ''}
    </Text>
  );
}

/** The way back to a run that a change of the settings has put aside; null where none was saved. */
function useAside() {
  const id = useStore(lastRunStore, (state) => state.aside);
  const kept = useStore(savedAtStore, (state) => state.last);
  const record = useStore(runsStore, ({ runs }) => runs.find((run) => run.id === id));
  const nameOf = useRunName();
  const { t } = useTranslation();
  if (!record || kept?.id !== id) return null;
  return (
    <NoteWithButton
      button={
        <Button size="compact-xs" variant="default" onClick={reopenLastRun}>
          {t('run.lastRun.bringBack')}
        </Button>
      }
    >
      {t('run.lastRun.aside', { name: nameOf(record), step: kept.step })}
    </NoteWithButton>
  );
}

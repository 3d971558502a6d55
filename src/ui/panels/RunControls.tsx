import { Button, Progress, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { adviceFor } from '../../store/coach.ts';
import { pauseTraining, resetRun, startTraining, stepOnce, trainAgain } from '../../store/run.ts';
import { canTrain, canTrainAgain, isBusy, statusOf, stepsDone, stepTime } from '../../store/selectors.ts';
import { colors } from '../colors.ts';
import { formatDuration } from '../format.ts';
import { usePage } from '../use-page.ts';
import { CoachNotice } from './CoachNotice.tsx';

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
          <Button onClick={pauseTraining} w={130}>
            {t('controls.pause')}
          </Button>
        ) : (
          <Button
            color={colors.action}
            onClick={ended ? trainAgain : startTraining}
            disabled={!ready && !ended}
            w={130}
            px={0}
          >
            {t(ended ? 'controls.again' : begun ? 'controls.continue' : 'controls.train')}
          </Button>
        )}
        <Button variant="default" onClick={stepOnce} disabled={!ready}>
          {t('controls.step')}
        </Button>
        <Button variant="default" onClick={resetRun} disabled={busy || !begun}>
          {t('controls.reset')}
        </Button>
        <Status />
      </div>
      <RunProgress />
      {/* Below the buttons, with room for the coach from the start: nothing moves when it speaks. */}
      <div className="run-note">
        <RunNote />
      </div>
    </section>
  );
}

function Status() {
  const status = usePage(statusOf);
  const { t } = useTranslation();
  return (
    <Text className="phase" size="sm" fw={600} role="status" aria-live="polite" data-testid="phase">
      {t(`phase.${status}`)}
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
        <Progress value={0} mt="xs" aria-label={t('controls.step')} />
        <Text size="xs" mt={4} aria-hidden="true">
          {'\u00a0'}
        </Text>
      </>
    );
  const done = stepsDone({ steps });
  const epoch = Math.min(epochs, Math.floor(done / plan.stepsPerEpoch) + 1);
  const milliseconds = stepTime({ steps });
  const facts = [
    t('controls.epoch', { epoch, epochs }),
    t('controls.step_', { step: done, total: plan.totalSteps }),
    ...(milliseconds === null ? [] : [t('controls.stepTime', { ms: milliseconds.toFixed(milliseconds < 10 ? 1 : 0) })]),
    ...(milliseconds !== null && done < plan.totalSteps
      ? [t('controls.eta', { time: formatDuration(milliseconds * (plan.totalSteps - done)) })]
      : []),
  ];
  return (
    <>
      <Progress
        value={(100 * done) / plan.totalSteps}
        mt="xs"
        color="#d55e00"
        aria-label={facts.slice(0, 2).join(', ')}
      />
      <Text size="xs" mt={4} data-testid="progress">
        {facts.join(' · ')}
      </Text>
    </>
  );
}

/** The coach, or what a change of settings would do. */
function RunNote() {
  const advice = adviceFor(usePage((state) => state));
  const busy = usePage(isBusy);
  const begun = usePage(({ steps }) => steps.length > 0);
  const { t } = useTranslation();
  if (advice) return <CoachNotice advice={advice} />;
  return (
    <Text size="xs" c="dimmed">
      {busy ? t('controls.locked') : begun ? t('controls.restart') : ''}
    </Text>
  );
}

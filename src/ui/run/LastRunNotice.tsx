import { Alert, Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { isBusy } from '../../store/page/selectors.ts';
import { continueLastRun, dismissOffer, lastRunStore, startAnew } from '../../store/run/last-run.ts';
import { storageStore } from '../../store/storage.ts';
import { testScoresOf } from '../../training/records/standing.ts';
import { formatShare } from '../format.ts';
import { useRunName } from '../runs/use-run-name.ts';
import { usePage } from '../use-page.ts';

/** The run that an earlier visit left: to be gone on with, shown again, or left alone. */
export function LastRunNotice() {
  const offer = useStore(lastRunStore, (state) => state.offer);
  const busy = usePage(isBusy);
  const nameOf = useRunName();
  const { t } = useTranslation();
  if (!offer || busy) return null;
  const { record, kept } = offer;
  const { epochs } = record.run.training;
  const stepsPerEpoch = record.totalSteps / epochs;
  const accuracy = testScoresOf(record)?.accuracy;
  const facts = {
    name: nameOf(record),
    epochs,
    epoch: Math.min(epochs, Math.floor((kept?.step ?? 0) / stepsPerEpoch) + 1),
    step: kept?.step ?? record.stepsDone,
    steps: record.totalSteps,
    accuracy: accuracy === undefined ? '–' : formatShare(accuracy),
  };
  return (
    <Alert color="blue" p="xs" role="status" data-testid="last-run">
      <Text size="sm">
        {t(kept?.ended ? 'run.lastRun.ended' : kept ? 'run.lastRun.stopped' : 'run.lastRun.lost', facts)}
      </Text>
      <Group gap="xs" mt={4}>
        {kept && (
          <Button size="compact-sm" onClick={continueLastRun}>
            {t(kept.ended ? 'run.lastRun.show' : 'run.lastRun.goOn')}
          </Button>
        )}
        {!kept?.ended && (
          <Button size="compact-sm" variant="default" onClick={startAnew}>
            {t('run.lastRun.anew')}
          </Button>
        )}
        <Button size="compact-sm" variant="subtle" onClick={dismissOffer}>
          {t('run.lastRun.dismiss')}
        </Button>
      </Group>
    </Alert>
  );
}

/** Notice that the browser has no room for the run that is at work, or stores nothing at all. */
export function NotKeptNotice() {
  const problem = useStore(storageStore, (state) => state.problem);
  const begun = usePage(({ steps }) => steps.length > 0);
  const { t } = useTranslation();
  if (!problem || !begun) return null;
  return (
    <Alert color="yellow" p="xs" role="status">
      <Text size="sm">{t('run.lastRun.notKept', { reason: problem })}</Text>
    </Alert>
  );
}

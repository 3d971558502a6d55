import { Alert, Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { type Message, messageOf } from '../../base/message.ts';
import { useMessage } from '../../i18n/messages.ts';
import { packRun } from '../../store/export/state.ts';
import { epochAt, isBusy } from '../../store/page/selectors.ts';
import { continueLastRun, dismissOffer, lastRunStore, startAnew } from '../../store/run/last-run.ts';
import { storageStore } from '../../store/storage.ts';
import { testScoresOf } from '../../training/records/standing.ts';
import { kindOf } from '../../training/run.ts';
import { measureOf } from '../../training/scores/measures.ts';
import { useRunObstacle } from '../export/use-run-obstacle.ts';
import { formatMeasure, namedMeasure } from '../measure.ts';
import { useRunName } from '../runs/use-run-name.ts';
import { saveArchive } from '../save-file.ts';
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
  const kind = kindOf(record.run);
  const measure = measureOf(kind, testScoresOf(record));
  const facts = {
    name: nameOf(record),
    epochs,
    epoch: epochAt(kept?.step ?? 0, { stepsPerEpoch, epochs }),
    step: kept?.step ?? record.stepsDone,
    steps: record.totalSteps,
    accuracy: formatMeasure(kind, measure),
  };
  return (
    <Alert color="blue" p="xs" role="status" data-testid="last-run">
      <Text size="sm">
        {kept?.ended && kind !== 'single-label'
          ? t('kinds.lastRun', { name: facts.name, measure: namedMeasure(t, kind, measure) })
          : t(kept?.ended ? 'run.lastRun.ended' : kept ? 'run.lastRun.stopped' : 'run.lastRun.lost', facts)}
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

/** Notice that the browser stores nothing, or has no room for the run that is at work: it can be saved as a file. */
export function NotKeptNotice() {
  const problem = useStore(storageStore, (state) => state.problem);
  const begun = usePage(({ steps }) => steps.length > 0);
  const obstacle = useRunObstacle();
  const [refusal, setRefusal] = useState<Message | null>(null);
  const { t } = useTranslation();
  const say = useMessage();
  if (!problem) return null;
  const reason = say(problem);
  const save = async () => {
    try {
      const archive = await packRun();
      setRefusal(null);
      saveArchive(archive);
    } catch (error) {
      setRefusal(messageOf(error));
    }
  };
  return (
    <Alert color="yellow" p="xs" role="status" data-testid="not-kept">
      <Text size="sm">{begun ? t('run.lastRun.notKept', { reason }) : t('device.storageProblem', { reason })}</Text>
      {begun && (
        <Group gap="xs" mt={4}>
          <Button size="compact-sm" variant="default" disabled={obstacle !== null} onClick={save}>
            {t('device.backup.saveRun')}
          </Button>
          <Text size="xs">{refusal ? say(refusal) : obstacle}</Text>
        </Group>
      )}
    </Alert>
  );
}

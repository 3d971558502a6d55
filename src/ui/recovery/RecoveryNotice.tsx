import { Alert, Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useMessage } from '../../i18n/messages.ts';
import { allowGpuAgain, dismissIncident, type Incident, recoveryStore, tryAgain } from '../../store/recovery/state.ts';
import { savedAtStore } from '../../store/runs/saved-state.ts';
import { usePage } from '../use-page.ts';

/** What happened to the device or the worker, and what came of it. */
export function RecoveryNotice() {
  const { incident, silent } = useStore(recoveryStore);
  if (silent) return <SilentNotice />;
  return incident && <IncidentNotice incident={incident} />;
}

function IncidentNotice({ incident }: { incident: Incident }) {
  const { cause, reason, step, stage, trains, from } = incident;
  const onProcessor = usePage(({ device }) => device?.available === true && device.why === 'gpu-failed');
  const { t } = useTranslation();
  const say = useMessage();
  const isOver = stage === 'over';
  return (
    <Alert
      color={stage === 'failed' ? 'red' : 'yellow'}
      p="xs"
      role="status"
      data-testid="recovery"
      data-stage={stage}
      withCloseButton={stage !== 'under-way'}
      closeButtonLabel={t('recovery.dismiss')}
      onClose={dismissIncident}
    >
      <Text size="sm">
        {t(`recovery.${stage === 'under-way' ? 'underWay' : 'over'}.${cause}`, { step, reason: say(reason) })}
      </Text>
      {isOver && (
        <Text size="sm">
          {trains ? t('recovery.goesOn', { from }) : from ? t('recovery.standsAt', { from }) : t('recovery.setUp')}
        </Text>
      )}
      {isOver && onProcessor && <Text size="sm">{t('recovery.onProcessor')}</Text>}
      {stage === 'failed' && <Text size="sm">{t('recovery.failed')}</Text>}
      <Group gap="xs" mt={4}>
        {isOver && onProcessor && (
          <Button size="compact-sm" variant="default" onClick={() => void allowGpuAgain()}>
            {t('recovery.gpuAgain')}
          </Button>
        )}
        {stage === 'failed' && (
          <>
            <Button size="compact-sm" onClick={tryAgain}>
              {t('recovery.tryAgain')}
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => location.reload()}>
              {t('recovery.reload')}
            </Button>
          </>
        )}
      </Group>
    </Alert>
  );
}

function SilentNotice() {
  const step = useStore(savedAtStore, ({ last }) => last?.step ?? 0);
  const { t } = useTranslation();
  return (
    <Alert color="yellow" p="xs" role="status" data-testid="silent">
      <Text size="sm">{t('recovery.silent', { step })}</Text>
      <Button mt={4} size="compact-sm" variant="default" onClick={tryAgain}>
        {t('recovery.anew')}
      </Button>
    </Alert>
  );
}

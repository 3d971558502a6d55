import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { loseDevice, loseWorker } from '../../store/recovery/state.ts';
import { usePage } from '../use-page.ts';

/** Breaks what trains on purpose, so that a class can see what comes of it. */
export function RehearsalPanel() {
  const onGpu = usePage(({ device }) => device?.available === true && device.engine === 'webgpu');
  const { t } = useTranslation();
  return (
    <Stack gap="xs" align="flex-start">
      <Title order={2}>{t('recovery.rehearse.title')}</Title>
      <Text size="sm">{t('recovery.rehearse.help')}</Text>
      <Group gap="xs">
        <Button variant="default" disabled={!onGpu} onClick={loseDevice}>
          {t('recovery.rehearse.device')}
        </Button>
        <Button variant="default" onClick={loseWorker}>
          {t('recovery.rehearse.worker')}
        </Button>
      </Group>
    </Stack>
  );
}

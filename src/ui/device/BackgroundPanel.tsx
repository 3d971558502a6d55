import { Stack, Switch, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { attempt } from '../../store/page/attempt.ts';
import { backgroundStore, keepAwake, notifyAtEnd } from '../../store/page/background.ts';

/** What happens while a run trains and nobody looks: the screen, and a word at the end. */
export function BackgroundPanel() {
  const { keepsAwake, awakeProblem, notifies, notifyProblem } = useStore(backgroundStore);
  const { t } = useTranslation();
  return (
    <Stack gap="xs">
      <Title order={2}>{t('device.background.title')}</Title>
      <Text size="sm">{t('device.background.about')}</Text>
      <Switch
        label={t('device.background.awake')}
        description={
          keepsAwake && awakeProblem
            ? t(awakeProblem === 'absent' ? 'device.background.awakeAbsent' : 'device.background.awakeRefused')
            : undefined
        }
        checked={keepsAwake}
        onChange={({ currentTarget }) => keepAwake(currentTarget.checked)}
      />
      <Switch
        label={t('device.background.notify')}
        description={
          notifyProblem
            ? t(notifyProblem === 'absent' ? 'device.background.notifyAbsent' : 'device.background.notifyDenied')
            : undefined
        }
        checked={notifies}
        onChange={({ currentTarget: { checked } }) => attempt(() => notifyAtEnd(checked))}
      />
    </Stack>
  );
}

import { Alert, Button, Group, Progress, Text, Title } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useMessage } from '../../i18n/messages.ts';
import { keepEverything, lookThroughKept, readyStore } from '../../store/device/ready.ts';
import { Facts } from '../controls/Facts.tsx';
import { formatBytes } from '../format.ts';
import { isBuiltIn } from '../runs/run-words.ts';

/** What is kept for a room without network, and a button that keeps the rest. */
export function ReadyPanel() {
  const { groups, progress, problem } = useStore(readyStore);
  const { t } = useTranslation();
  const say = useMessage();
  useEffect(() => void lookThroughKept(), []);
  const titleOf = (name: string): string => {
    if (name === 'page') return t('device.ready.page');
    if (name.endsWith('.wasm')) return t('device.ready.engine');
    const own = name.slice(name.indexOf('/') + 1);
    return isBuiltIn(own) ? t(`dataset.task.short.${own}`) : own;
  };
  const hasPage = groups?.some(({ name }) => name === 'page');
  const isReady = hasPage && groups?.every(({ bytes, kept }) => kept >= bytes);
  const { received = 0, total = 0 } = progress ?? {};
  const underWay = t('device.ready.progress', { received: formatBytes(received), total: formatBytes(total) });
  return (
    <>
      <Title order={2}>{t('device.ready.title')}</Title>
      <Text size="sm">{t(isReady ? 'device.ready.all' : 'device.ready.what')}</Text>
      {groups && !hasPage && (
        <Alert color="yellow" role="status">
          {t('device.ready.noPage')}
        </Alert>
      )}
      {groups && (
        <Facts
          facts={groups.map(({ name, bytes, kept }) => [
            titleOf(name),
            kept >= bytes
              ? t('device.ready.kept', { bytes: formatBytes(bytes) })
              : t('device.ready.partly', { kept: formatBytes(kept), bytes: formatBytes(bytes) }),
          ])}
        />
      )}
      {problem && (
        <Alert color="red" role="alert">
          {say(problem)}
        </Alert>
      )}
      {progress && (
        <div>
          <Text size="sm">{underWay}</Text>
          <Progress value={total > 0 ? (100 * received) / total : 0} aria-label={underWay} />
        </div>
      )}
      {!isReady && (
        <Group>
          <Button
            variant="default"
            disabled={!groups || progress !== null}
            onClick={() => void keepEverything(document.baseURI)}
          >
            {t('device.ready.keep')}
          </Button>
        </Group>
      )}
    </>
  );
}

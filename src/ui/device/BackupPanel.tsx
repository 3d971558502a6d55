import { Alert, Button, Group, Text, Title } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useMessage } from '../../i18n/messages.ts';
import { backupStore, openEverything, packEverything } from '../../store/device/backup.ts';
import type { Taken } from '../../store/device/take.ts';
import { formatBytes } from '../format.ts';
import { saveArchive } from '../save-file.ts';

/** Everything that this browser keeps as one file: out and in. */
export function BackupPanel() {
  const { work, packed, taken, problem } = useStore(backupStore);
  const input = useRef<HTMLInputElement>(null);
  const { t } = useTranslation();
  const say = useMessage();
  const save = async () => {
    const file = await packEverything();
    if (file) saveArchive(file);
  };
  return (
    <>
      <Title order={2}>{t('device.backup.title')}</Title>
      <Text size="sm">{t('device.backup.help')}</Text>
      <Group gap="xs">
        <Button variant="default" loading={work === 'packing'} disabled={work !== null} onClick={save}>
          {t('device.backup.save')}
        </Button>
        <Button
          variant="default"
          loading={work === 'opening'}
          disabled={work !== null}
          onClick={() => input.current?.click()}
        >
          {t('device.backup.open')}
        </Button>
        <input
          ref={input}
          type="file"
          hidden
          accept=".zip"
          aria-label={t('device.backup.open')}
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file) void openEverything(file);
            // The same file again is a new choice.
            currentTarget.value = '';
          }}
        />
      </Group>
      {packed && (
        <Text size="sm" role="status">
          {t('device.backup.packed', { size: formatBytes(packed.bytes) })}
          {t('runs.frontier.sentences')}
          {packed.leftOut > 0 && t('device.backup.leftOut', { count: packed.leftOut })}
        </Text>
      )}
      {taken && <TakenNotice taken={taken} />}
      {problem && (
        <Alert color="red" role="alert">
          {say(problem)}
        </Alert>
      )}
    </>
  );
}

function TakenNotice({ taken }: { taken: Taken }) {
  const { t } = useTranslation();
  const counts = ['runs', 'adapters', 'kept', 'surplus', 'refused'] as const;
  return (
    <Alert color="blue" role="status" data-testid="taken" title={t('device.backup.taken.title')}>
      {counts.map(
        (what) =>
          (taken[what] > 0 || what === 'runs') && (
            <Text size="sm" key={what}>
              {t(`device.backup.taken.${what}`, { count: taken[what] })}
            </Text>
          ),
      )}
      {taken.rows && (
        <Text size="sm">
          {t(taken.rows === 'taken' ? 'device.backup.taken.rowsTaken' : 'device.backup.taken.rowsKept')}
        </Text>
      )}
    </Alert>
  );
}

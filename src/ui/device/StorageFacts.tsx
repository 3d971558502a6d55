import { Alert, Button, Group, Title } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useMessage } from '../../i18n/messages.ts';
import { encoderCacheStore, loadKept, persistKept } from '../../store/encoder/cached.ts';
import { runsStore } from '../../store/runs/state.ts';
import { storageStore } from '../../store/storage.ts';
import { Facts } from '../controls/Facts.tsx';
import { formatBytes, formatCount } from '../format.ts';
import { BackupPanel } from './BackupPanel.tsx';
import { DamagedNotice } from './DamagedNotice.tsx';

/** The storage that this page takes in the browser, how much room there is, and whether it stays. */
export function StorageFacts() {
  const runs = useStore(runsStore, (state) => state.runs.length);
  const problem = useStore(storageStore, (state) => state.problem);
  const storage = useStore(encoderCacheStore, (state) => state.storage);
  const refused = useStore(encoderCacheStore, (state) => state.refused);
  const { t } = useTranslation();
  const say = useMessage();
  useEffect(() => void loadKept(), []);
  const persisted = storage?.persisted ?? false;
  return (
    <>
      <Title order={2}>{t('device.storage')}</Title>
      {problem && <Alert color="yellow">{t('device.storageProblem', { reason: say(problem) })}</Alert>}
      <DamagedNotice />
      <Facts
        facts={[
          [t('device.runs'), formatCount(runs)],
          [
            t('device.used'),
            storage?.quota
              ? t('device.ofQuota', { used: formatBytes(storage.used ?? 0), quota: formatBytes(storage.quota) })
              : '–',
          ],
          [
            t('device.backup.persistent'),
            t(persisted ? 'device.backup.never' : refused ? 'device.backup.refused' : 'device.backup.maybe'),
          ],
        ]}
      />
      {storage && !persisted && (
        <Group>
          <Button variant="default" onClick={() => void persistKept()}>
            {t('device.backup.persist')}
          </Button>
        </Group>
      )}
      <BackupPanel />
    </>
  );
}

import { Alert, Title } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { runsStore } from '../../store/runs/state.ts';
import { storageStore } from '../../store/storage.ts';
import { Facts } from '../controls/Facts.tsx';
import { formatBytes, formatCount } from '../format.ts';

/** The storage that this page takes in the browser, and how much room there is. */
export function StorageFacts() {
  const runs = useStore(runsStore, (state) => state.runs.length);
  const problem = useStore(storageStore, (state) => state.problem);
  const [estimate, setEstimate] = useState<StorageEstimate>({});
  const { t } = useTranslation();
  useEffect(() => {
    // Absent outside a secure context.
    void navigator.storage?.estimate().then(setEstimate);
  }, []);
  const { usage = 0, quota = 0 } = estimate;
  return (
    <>
      <Title order={2}>{t('device.storage')}</Title>
      {problem && <Alert color="yellow">{t('device.storageProblem', { reason: problem })}</Alert>}
      <Facts
        facts={[
          [t('device.runs'), formatCount(runs)],
          [
            t('device.used'),
            quota ? t('device.ofQuota', { used: formatBytes(usage), quota: formatBytes(quota) }) : '–',
          ],
        ]}
      />
    </>
  );
}

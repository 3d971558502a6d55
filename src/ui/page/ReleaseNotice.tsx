import { Alert, Button, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { isBusy } from '../../store/page/selectors.ts';
import { releaseStore, takeNewRelease } from '../../store/page/service-worker.ts';
import { usePage } from '../use-page.ts';

/** Offers a new release of the page. It is never taken while a run is on, nor under another tab's feet. */
export function ReleaseNotice() {
  const { waiting, otherTabs } = useStore(releaseStore);
  const busy = usePage(isBusy);
  const { t } = useTranslation();
  if (!waiting) return null;
  return (
    <Alert color="blue" radius={0} py="xs" title={t('page.release.title')}>
      <Text size="sm">
        {t(busy ? 'page.release.busy' : otherTabs > 0 ? 'page.release.otherTabs' : 'page.release.what', {
          count: otherTabs,
        })}
      </Text>
      <Button mt="xs" size="compact-sm" disabled={busy} onClick={() => void takeNewRelease()}>
        {t('page.release.use')}
      </Button>
    </Alert>
  );
}

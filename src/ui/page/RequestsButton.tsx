import { Button, Popover, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { requestCount, requestsStore } from '../../store/page/cross-origin-requests.ts';
import { formatCount } from '../format.ts';

/** How many requests left for other servers, and which. */
export function RequestsButton() {
  const count = useStore(requestsStore, requestCount);
  const hosts = useStore(requestsStore, (state) => state.hosts);
  const { t } = useTranslation();
  return (
    <Popover width={280} position="bottom-end" withArrow trapFocus returnFocus>
      <Popover.Target>
        <Button variant="subtle" size="compact-sm">
          {t('page.requests.button', { count })}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="sm" fw={600}>
          {t('page.requests.title')}
        </Text>
        <Text size="sm">{t(count === 0 ? 'page.requests.none' : 'page.requests.some')}</Text>
        {Object.entries(hosts).map(([host, times]) => (
          <Text key={host} size="sm">
            {t('page.requests.one', { host, count: formatCount(times) })}
          </Text>
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}

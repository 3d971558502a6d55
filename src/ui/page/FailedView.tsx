import { Alert, Button, Group, Text } from '@mantine/core';
import type { FallbackProps } from 'react-error-boundary';
import { useTranslation } from 'react-i18next';

/** Shown in place of a view that could not be fetched or drawn. */
export function FailedView({ error, resetErrorBoundary }: FallbackProps) {
  const { t } = useTranslation();
  return (
    <main className="grow">
      <Alert role="alert" color="red" title={t('page.viewFailed.title')} m="md" maw={640}>
        <Text size="sm">{t('page.viewFailed.safe')}</Text>
        <Text size="xs" c="dimmed" my="xs">
          {error instanceof Error ? error.message : String(error)}
        </Text>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={resetErrorBoundary}>
            {t('page.viewFailed.again')}
          </Button>
          <Button size="xs" variant="default" onClick={() => location.reload()}>
            {t('page.error.reload')}
          </Button>
        </Group>
      </Alert>
    </main>
  );
}

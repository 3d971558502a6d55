import { Alert, Button, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { adviceFor } from '../../store/coach.ts';
import { changeRun } from '../../store/run.ts';
import { useLocked } from '../use-locked.ts';
import { usePage } from '../use-page.ts';

/** What goes wrong with the run, in a sentence, and what usually helps. */
export function CoachNotice() {
  const advice = adviceFor(usePage((state) => state));
  const locked = useLocked();
  const { t } = useTranslation();
  if (!advice) return null;
  const { trouble, values, fix } = advice;
  return (
    <Alert color="orange" title={t('coach.title')} role="status">
      <Text size="sm">{t(`coach.${trouble}.says`, values)}</Text>
      <Button mt="xs" size="compact-sm" variant="default" disabled={locked} onClick={() => changeRun(fix)}>
        {t(`coach.${trouble}.fix`, values)}
      </Button>
    </Alert>
  );
}

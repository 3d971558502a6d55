import { Button, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Advice } from '../../store/coach.ts';
import { changeRun } from '../../store/run.ts';
import { useLocked } from '../use-locked.ts';

/** What goes wrong with the run, in a sentence, and what usually helps. */
export function CoachNotice({ advice: { trouble, values, fix } }: { advice: Advice }) {
  const locked = useLocked();
  const { t } = useTranslation();
  return (
    <div className="coach" role="status">
      <Text size="xs" className="grow">
        <b>{t('coach.title')}</b> {t(`coach.${trouble}.says`, values)}
      </Text>
      <Button size="compact-xs" variant="default" disabled={locked} onClick={() => changeRun(fix)}>
        {t(`coach.${trouble}.fix`, values)}
      </Button>
    </div>
  );
}

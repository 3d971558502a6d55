import { Button, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { openTakeAlong } from '../../store/export/state.ts';
import { openBringIn } from '../../store/import/state.ts';
import { usePage } from '../use-page.ts';

/** The ways out of the page and into it. */
export function CarryPanel() {
  const ready = usePage(({ encoder, task }) => encoder !== null && task !== null);
  const { t } = useTranslation();
  return (
    <section aria-labelledby="carry-title">
      <Title order={2} id="carry-title">
        {t('export.transfer')}
      </Title>
      <div className="controls">
        <Button size="xs" variant="default" disabled={!ready} onClick={() => openTakeAlong(null)}>
          {t('export.take')}
        </Button>
        <Button size="xs" variant="default" onClick={openBringIn}>
          {t('import.open')}
        </Button>
      </div>
    </section>
  );
}

import { Button, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { openExport } from '../../store/export/state.ts';
import { openAdapterImport } from '../../store/import/state.ts';
import { usePage } from '../use-page.ts';

/** Export out of the page and import into it. */
export function TransferPanel() {
  const ready = usePage(({ encoder, task }) => encoder !== null && task !== null);
  const { t } = useTranslation();
  return (
    <section aria-labelledby="carry-title">
      <Title order={2} id="carry-title">
        {t('export.transfer')}
      </Title>
      <div className="controls">
        <Button size="xs" variant="default" disabled={!ready} onClick={() => openExport(null)}>
          {t('export.take')}
        </Button>
        <Button size="xs" variant="default" onClick={openAdapterImport}>
          {t('import.open')}
        </Button>
      </div>
    </section>
  );
}

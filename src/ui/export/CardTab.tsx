import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { exportStore } from '../../store/export/state.ts';
import { CopyBlock } from './CopyBlock.tsx';
import { LicenceSelect } from './LicenceSelect.tsx';

/** The model card, with the licence that the person chooses. */
export function CardTab() {
  const card = useStore(exportStore, (state) => state.texts?.card);
  const { t } = useTranslation();
  return (
    <>
      <LicenceSelect />
      <Text size="sm" mt="sm">
        {t('export.card')}
      </Text>
      {card === undefined ? (
        <Text size="sm">{t('export.preparing')}</Text>
      ) : (
        <CopyBlock label={t('export.tabs.card')} text={card} />
      )}
    </>
  );
}

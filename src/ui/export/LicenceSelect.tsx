import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { chooseLicence, exportStore, licences } from '../../store/export/state.ts';

/** The licence that the model card states. */
export function LicenceSelect() {
  const licence = useStore(exportStore, (state) => state.licence);
  const { t } = useTranslation();
  return (
    <Select
      size="xs"
      label={t('export.licence')}
      description={t('export.licenceHelp')}
      placeholder={t('export.licenceNone')}
      clearable
      value={licence}
      onChange={chooseLicence}
      data={[...licences]}
    />
  );
}

import '../../i18n/add-late.ts';
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { termIds } from '../../store/glossary/terms.ts';

/** All terms with their explanations. */
export function GlossaryList() {
  const { t } = useTranslation();
  return (
    <dl>
      {termIds.map((id) => (
        <div key={id}>
          <Text component="dt" size="sm" fw={600} mt={6}>
            {t(`glossary.terms.${id}.name`)}
          </Text>
          <Text component="dd" size="sm" m={0}>
            {t(`glossary.terms.${id}.text`)}
          </Text>
        </div>
      ))}
    </dl>
  );
}

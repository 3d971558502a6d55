import { Kbd, Switch, Table, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { listedViews } from '../../store/page/view.ts';
import { GlossaryList } from '../glossary/GlossaryList.tsx';

interface ShortcutSheetProps {
  actions: readonly { keys: string; name: 'train' | 'step' | 'reset' | 'example' }[];
  enabled: boolean;
  onEnabled: (enabled: boolean) => void;
}

/** The keys and what each does, the switch that turns them off, and the glossary. */
export default function ShortcutSheet({ actions, enabled, onEnabled }: ShortcutSheetProps) {
  const { t } = useTranslation();
  return (
    <>
      <Switch
        mb="sm"
        label={t('page.shortcuts.enabled')}
        checked={enabled}
        onChange={(event) => onEnabled(event.currentTarget.checked)}
      />
      <Table fz="sm">
        <Table.Tbody>
          {actions.map(({ keys, name }) => (
            <Table.Tr key={name}>
              <Table.Td>
                <Kbd>{keys}</Kbd>
              </Table.Td>
              <Table.Td>{t(`page.shortcuts.${name}`)}</Table.Td>
            </Table.Tr>
          ))}
          {listedViews.map((view, i) => (
            <Table.Tr key={view}>
              <Table.Td>
                <Kbd>{i + 1}</Kbd>
              </Table.Td>
              <Table.Td>{t(`page.views.${view}`)}</Table.Td>
            </Table.Tr>
          ))}
          <Table.Tr>
            <Table.Td>
              <Kbd>?</Kbd>
            </Table.Td>
            <Table.Td>{t('page.shortcuts.sheet')}</Table.Td>
          </Table.Tr>
        </Table.Tbody>
      </Table>
      <Title order={3} size="h5" mt="md">
        {t('glossary.title')}
      </Title>
      <GlossaryList />
    </>
  );
}

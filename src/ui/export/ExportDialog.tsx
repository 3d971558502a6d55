import { Alert, Modal, Tabs } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useMessage } from '../../i18n/messages.ts';
import { adaptersStore } from '../../store/adapters/state.ts';
import { closeExport, exportStore } from '../../store/export/state.ts';
import { useRunName } from '../runs/use-run-name.ts';
import { usePage } from '../use-page.ts';
import { CardTab } from './CardTab.tsx';
import { CodeTab } from './CodeTab.tsx';
import { ExportPanel } from './ExportPanel.tsx';

const tabs = { files: ExportPanel, code: CodeTab, card: CardTab };
type Tab = keyof typeof tabs;

/** The export of what was trained: as files, as code, and the card to publish it with. */
export default function ExportDialog() {
  const subject = useStore(exportStore, (state) => state.subject);
  const problem = useStore(exportStore, (state) => state.problem);
  const say = useMessage();
  const kept = useStore(adaptersStore, (state) => state.kept.find(({ id }) => id === subject));
  const run = usePage((state) => state.run);
  const { t } = useTranslation();
  const nameOf = useRunName();
  return (
    <Modal
      opened={subject !== undefined}
      onClose={closeExport}
      size="xl"
      title={t('export.title', { name: nameOf(kept ?? { name: run.name, run }) })}
      closeButtonProps={{ 'aria-label': t('page.close') }}
    >
      <Tabs defaultValue="files" keepMounted={false}>
        <Tabs.List mb="sm">
          {(Object.keys(tabs) as Tab[]).map((tab) => (
            <Tabs.Tab key={tab} value={tab}>
              {t(`export.tabs.${tab}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {(Object.entries(tabs) as [Tab, (typeof tabs)[Tab]][]).map(([tab, Panel]) => (
          <Tabs.Panel key={tab} value={tab}>
            <Panel />
          </Tabs.Panel>
        ))}
      </Tabs>
      {problem && (
        <Alert color="red" mt="sm" role="alert">
          {t('export.failed', { reason: say(problem) })}
        </Alert>
      )}
    </Modal>
  );
}

import { Alert, Modal, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useMessage } from '../../i18n/messages.ts';
import { adapterImportStore, closeAdapterImport, lookAtFiles } from '../../store/import/state.ts';
import { DropZone } from '../controls/DropZone.tsx';
import { FilePicker } from '../controls/FilePicker.tsx';
import { usePage } from '../use-page.ts';
import { AdapterCandidate } from './AdapterCandidate.tsx';
import { RunCandidate } from './RunCandidate.tsx';

/** From files to an adapter or a run: choose them, see what they are, use them. */
export default function AdapterImportDialog() {
  const open = useStore(adapterImportStore, (state) => state.open);
  const found = useStore(adapterImportStore, (state) => state.found);
  const { t } = useTranslation();
  return (
    <Modal
      opened={open}
      onClose={closeAdapterImport}
      size="lg"
      title={t('import.title')}
      closeButtonProps={{ 'aria-label': t('page.close') }}
    >
      <FilesSource />
      <Refusal />
      {found?.kind === 'adapter' && <AdapterCandidate adapter={found.adapter} />}
      {found?.kind === 'bundle' && <RunCandidate bundle={found.bundle} />}
    </Modal>
  );
}

function FilesSource() {
  const busy = useStore(adapterImportStore, (state) => state.busy);
  const ready = usePage((state) => state.encoder !== null);
  const { t } = useTranslation();
  return (
    <>
      <Text size="sm" mb="0.6rem">
        {t('import.about')}
      </Text>
      <DropZone onFiles={(files) => void (ready && lookAtFiles(files))}>
        <Text size="sm">{ready ? t(busy ? 'import.reading' : 'import.drop') : t('import.waiting')}</Text>
        <div className="controls">
          <FilePicker label={t('import.pickFiles')} disabled={!ready || busy} onFiles={lookAtFiles} />
          <FilePicker label={t('import.pickFolder')} disabled={!ready || busy} folder onFiles={lookAtFiles} />
        </div>
      </DropZone>
    </>
  );
}

function Refusal() {
  const refusal = useStore(adapterImportStore, (state) => state.refusal);
  const { t } = useTranslation();
  const say = useMessage();
  if (!refusal) return null;
  return (
    <Alert color="red" role="alert" title={t('import.refused')} mt="sm">
      <Text size="sm">{t(`import.kinds.${refusal.kind}`)}</Text>
      <Text size="xs" mt={4} style={{ overflowWrap: 'anywhere' }}>
        {t('import.details', { message: say(refusal.message) })}
      </Text>
    </Alert>
  );
}

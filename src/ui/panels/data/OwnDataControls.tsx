import { Button, Group, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { openImport } from '../../../store/data-import.ts';
import { closeRows, openRows } from '../../../store/own-data.ts';
import { isOwn, ownStore } from '../../../store/own-rows.ts';
import { useLocked } from '../../use-locked.ts';
import { usePage } from '../../use-page.ts';
import { ImportDialog } from './ImportDialog.tsx';
import { OwnRows } from './OwnRows.tsx';

/** The way to one's own rows, and to what is in them. */
export function OwnDataControls() {
  const data = useStore(ownStore, (state) => state.data);
  const chosen = usePage(({ run }) => isOwn(run));
  const opened = useStore(ownStore, (state) => state.opened);
  const locked = useLocked();
  const { t } = useTranslation();
  return (
    <Group gap="xs" mt="xs">
      <Button size="xs" variant="light" disabled={locked} onClick={() => openImport('rows')}>
        {t('own.use')}
      </Button>
      {data && chosen && (
        <>
          <Button size="xs" variant="light" onClick={openRows}>
            {t('own.rows')}
          </Button>
          <Modal
            opened={opened}
            onClose={closeRows}
            size="xl"
            title={t('own.title', { name: data.name })}
            closeButtonProps={{ 'aria-label': t('close') }}
          >
            <OwnRows data={data} />
          </Modal>
        </>
      )}
      <ImportDialog />
    </Group>
  );
}

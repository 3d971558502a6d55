import { ActionIcon, Button, Menu, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { isBusy } from '../../store/page/selectors.ts';
import type { RunRecord } from '../../store/runs/records.ts';
import { deleteRun, renameRun, reopenRun, togglePinned } from '../../store/runs/state.ts';
import { linkStore, mayOpen } from '../../store/share/link.ts';
import { usePage } from '../use-page.ts';

/** Menu of a run of the table. */
export function RunMenu({ run, name, onDelete }: { run: RunRecord; name: string; onDelete: () => void }) {
  const [renaming, setRenaming] = useState(false);
  const busy = usePage(isBusy);
  const open = usePage((page) => page.run);
  const allowed = useStore(linkStore, (link) => mayOpen(link, run.run, open));
  const { t } = useTranslation();
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" size="sm" aria-label={t('runs.menu', { name })}>
            ⋯
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item disabled={busy || !allowed} onClick={() => void reopenRun(run.id)}>
            {t(allowed ? 'runs.reopen' : 'runs.reopenLocked')}
          </Menu.Item>
          <Menu.Item onClick={() => setRenaming(true)}>{t('runs.rename')}</Menu.Item>
          <Menu.Item onClick={() => togglePinned(run.id)}>{t(run.pinned ? 'runs.unpin' : 'runs.pin')}</Menu.Item>
          <Menu.Item
            onClick={() => {
              deleteRun(run.id);
              onDelete();
            }}
          >
            {t('runs.delete')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={renaming}
        onClose={() => setRenaming(false)}
        title={t('runs.rename')}
        closeButtonProps={{ 'aria-label': t('page.close') }}
      >
        <RenameForm run={run} before={name} onDone={() => setRenaming(false)} />
      </Modal>
    </>
  );
}

function RenameForm({ run, before, onDone }: { run: RunRecord; before: string; onDone: () => void }) {
  const [name, setName] = useState(before);
  const { t } = useTranslation();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (name !== before) renameRun(run.id, name);
        onDone();
      }}
    >
      <TextInput
        data-autofocus
        label={t('runs.newName')}
        maxLength={80}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button type="submit" mt="sm" disabled={name.trim() === ''}>
        {t('runs.save')}
      </Button>
    </form>
  );
}

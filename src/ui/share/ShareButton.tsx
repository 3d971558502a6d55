import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LatePart, latePart } from '../page/late-part.tsx';

const SharePanel = latePart(() => import('./SharePanel.tsx'));

/** Makes a link that opens exactly this configuration, or a hand-in of what was trained. */
export function ShareButton() {
  const [open, setOpen] = useState(false);
  const { t } = useTranslation();
  return (
    <>
      <Button variant="subtle" size="compact-sm" onClick={() => setOpen(true)}>
        {t('share.button')}
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={t('share.title')}
        closeButtonProps={{ 'aria-label': t('page.close') }}
      >
        <LatePart part={SharePanel} />
      </Modal>
    </>
  );
}

import { Button, Checkbox, CopyButton, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Hideable, hideable, linkTo } from '../../store/link.ts';
import { usePage } from '../use-page.ts';

/** Makes a link that opens exactly this configuration. */
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
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <ShareForm />
      </Modal>
    </>
  );
}

function ShareForm() {
  const run = usePage((state) => state.run);
  const [lock, setLock] = useState(false);
  const [hide, setHide] = useState<string[]>([]);
  const { t } = useTranslation();
  const link = linkTo(run, { lock, hide: hide as Hideable[] }, location.href);
  return (
    <Stack gap="sm">
      <Text size="sm">{t('share.about')}</Text>
      <Checkbox label={t('share.lock')} checked={lock} onChange={(event) => setLock(event.currentTarget.checked)} />
      <Checkbox.Group label={t('share.hide')} value={hide} onChange={setHide}>
        <Stack gap={4} mt={4}>
          {hideable.map((part) => (
            <Checkbox key={part} value={part} label={t(`share.parts.${part}`)} />
          ))}
        </Stack>
      </Checkbox.Group>
      <Textarea label={t('share.link')} readOnly autosize maxRows={4} value={link} />
      <CopyButton value={link}>
        {({ copied, copy }) => <Button onClick={copy}>{t(copied ? 'share.copied' : 'share.copy')}</Button>}
      </CopyButton>
    </Stack>
  );
}

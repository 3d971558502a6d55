import { Alert, Button, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useMessage } from '../../i18n/messages.ts';
import { dismissFailed, failedStore } from '../../store/page/attempt.ts';

/** Above dialogs, which may have asked for it. */
const place = { position: 'fixed', insetInlineEnd: 16, bottom: 16, zIndex: 1000, maxWidth: 420 } as const;

/** What a button was to do and could not, on whichever view. */
export function FailedNotice() {
  const failed = useStore(failedStore, (state) => state.failed);
  const { t } = useTranslation();
  const say = useMessage();
  if (!failed) return null;
  return (
    <Alert
      role="alert"
      color="red"
      variant="filled"
      style={place}
      withCloseButton
      closeButtonLabel={t('page.error.dismiss')}
      onClose={dismissFailed}
    >
      <Text size="sm">{say(failed.words)}</Text>
      <Button size="compact-sm" mt="xs" variant="white" onClick={failed.again}>
        {t('page.failed.again')}
      </Button>
    </Alert>
  );
}

import { Alert, Button, Group, Modal, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ErrorBoundary, type FallbackProps } from 'react-error-boundary';
import { useTranslation } from 'react-i18next';
import { messageOf } from '../../base/message.ts';
import { useMessage } from '../../i18n/messages.ts';
import { packRun } from '../../store/export/state.ts';
import { attempt } from '../../store/page/attempt.ts';
import { stepsDone } from '../../store/page/selectors.ts';
import { saveArchive } from '../save-file.ts';
import { usePage } from '../use-page.ts';

interface Dialog {
  opened: boolean;
  close: () => void;
}

export interface GuardProps {
  children: ReactNode;
  /** The part is a dialog: its failure is shown as one, and opening it again is another attempt. */
  dialog?: Dialog;
  /** The part is a whole view. */
  view?: boolean;
  onError?: () => void;
}

/** Keeps the failure of a part to that part: in its place are words and ways on, and the rest of the page goes on. */
export function Guard({ children, dialog, view = false, onError }: GuardProps) {
  const { t } = useTranslation();
  const failed = (props: FallbackProps) =>
    view ? (
      <main className="grow">
        <Failed {...props} view />
      </main>
    ) : dialog ? (
      <Modal opened={dialog.opened} onClose={dialog.close} closeButtonProps={{ 'aria-label': t('page.close') }}>
        <Failed {...props} />
      </Modal>
    ) : (
      <Failed {...props} />
    );
  return (
    <ErrorBoundary fallbackRender={failed} resetKeys={[dialog?.opened]} {...(onError ? { onError } : {})}>
      {children}
    </ErrorBoundary>
  );
}

/** Shown in place of a part that could not be fetched or drawn. */
function Failed({ error, resetErrorBoundary, view = false }: FallbackProps & { view?: boolean }) {
  const begun = usePage((page) => stepsDone(page) > 0);
  const { t } = useTranslation();
  const say = useMessage();
  const saveRun = async () => saveArchive(await packRun());
  return (
    <Alert role="alert" color="red" title={t(view ? 'page.failed.view' : 'page.failed.part')} m="md" maw={640}>
      <Text size="sm">{t('page.failed.safe')}</Text>
      <Text size="xs" c="dimmed" my="xs">
        {say(messageOf(error))}
      </Text>
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={resetErrorBoundary}>
          {t('page.failed.again')}
        </Button>
        {begun && (
          <Button size="xs" variant="default" onClick={() => attempt(saveRun)}>
            {t('page.failed.save')}
          </Button>
        )}
        <Button size="xs" variant="default" onClick={() => location.reload()}>
          {t('page.error.reload')}
        </Button>
      </Group>
    </Alert>
  );
}

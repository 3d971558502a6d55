import { Alert, Button, Text } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { openEncoderChooser } from '../../store/encoder/state.ts';
import { checkTokens, rowLength, tokensStore, unknownAlarm } from '../../store/encoder/tokens.ts';
import { formatShare } from '../format.ts';
import { useLocked } from '../use-locked.ts';
import { usePage } from '../use-page.ts';

/** A warning where the encoder's vocabulary lacks more than a fifth of the task's tokens. */
export function UnknownTokens() {
  const task = usePage((state) => state.task);
  const encoder = usePage((state) => state.encoder);
  const length = usePage(rowLength);
  const share = useStore(tokensStore, unknownAlarm);
  const locked = useLocked('encoder');
  const { t } = useTranslation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows, another encoder or length ask for another look
  useEffect(() => void checkTokens(), [task, encoder, length]);
  if (share === null) return null;
  return (
    <Alert color="orange" mt="xs" p="xs" data-testid="mostly-unknown">
      <Text size="sm" fw={600}>
        {t('encoder.tokens.mostlyUnknownTitle')}
      </Text>
      <Text size="sm">{t('encoder.tokens.mostlyUnknown', { share: formatShare(share) })}</Text>
      <Button size="compact-xs" mt={4} px={4} variant="white" disabled={locked} onClick={openEncoderChooser}>
        {t('encoder.tokens.otherEncoder')}
      </Button>
    </Alert>
  );
}

import { Button, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { openEncoderChooser } from '../../store/encoder/state.ts';
import { cutAt, rowLength, tokensStore } from '../../store/encoder/tokens.ts';
import { formatShare, formatTexts } from '../format.ts';
import { useLocked } from '../use-locked.ts';
import { usePage } from '../use-page.ts';

/** Characters shown of an example. */
const maxCharacters = 100;

/**
 * Findings of the encoder's tokenizer in the rows: how many are cut off, how much is unknown; each with its fix. The
 * task's panel asks for them.
 */
export function TokenChecks() {
  const length = usePage(rowLength);
  const checks = useStore(tokensStore, (state) => state.checks);
  // Rows that cannot be trained on are not cut into tokens.
  const refused = usePage(({ error }) => error?.during === 'loadRows');
  const trainingLocked = useLocked('training');
  const encoderLocked = useLocked('encoder');
  const { t } = useTranslation();
  if (!checks)
    return refused ? null : (
      <Text size="sm" c="dimmed">
        {t('encoder.tokens.checking')}
      </Text>
    );
  return (
    <div data-testid="token-checks">
      {checks.findings.length === 0 && <Text size="sm">{t('encoder.tokens.none')}</Text>}
      {checks.findings.map(({ check, count, share, examples }) => (
        <div key={check}>
          <Text size="sm" fw={600}>
            {t(`dataset.checks.names.${check}`, { count })} (
            {t(check === 'cut-off' ? 'encoder.tokens.share' : 'encoder.tokens.unknownShare', {
              share: formatShare(share),
            })}
            )
          </Text>
          {[...new Set(examples.map(formatTexts))].slice(0, 3).map((text) => (
            <Text key={text} size="xs" c="dimmed">
              {text.slice(0, maxCharacters)}
            </Text>
          ))}
          {check === 'cut-off' && checks.fitting > length && (
            <Button size="compact-xs" variant="light" disabled={trainingLocked} onClick={() => cutAt(checks.fitting)}>
              {t('encoder.tokens.longer', { length: checks.fitting })}
            </Button>
          )}
          {check === 'unknown-tokens' && (
            <Button size="compact-xs" variant="light" disabled={encoderLocked} onClick={openEncoderChooser}>
              {t('encoder.tokens.otherEncoder')}
            </Button>
          )}
        </div>
      ))}
    </div>
  );
}

import { Button, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { EncoderConfig } from '../../model/encoder-config.ts';
import { encoderStore } from '../../store/encoder/state.ts';
import { formatBytes, formatCount } from '../format.ts';
import { useEncoderLocked } from '../use-locked.ts';
import classes from './EncoderChooser.module.css';
import { MemoryCheck } from './MemoryCheck.tsx';

interface EncoderFactsProps {
  title: string;
  config: EncoderConfig;
  /** Size of its files. */
  bytes: number;
  /** The button's action, in words. */
  verb: string;
  onTake: () => void;
}

/**
 * An encoder that was inspected, before its weights are read: what it is, whether it fits, and the button that uses it.
 */
export function EncoderFacts({ title, config, bytes, verb, onTake }: EncoderFactsProps) {
  const busy = useStore(encoderStore, ({ work }) => work !== null);
  const locked = useEncoderLocked();
  const { t } = useTranslation();
  const { layers, hidden, heads, positions } = config;
  const vocabulary = formatCount(config.vocabulary);
  return (
    <div className={classes.found} data-testid="found">
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <Text size="sm">{t('encoder.found.shape', { layers, hidden, heads, vocabulary, positions })}</Text>
      <MemoryCheck config={config} />
      <Button size="xs" mt="xs" disabled={locked || busy} onClick={onTake}>
        {verb} ({formatBytes(bytes)})
      </Button>
    </div>
  );
}

import { Button, Progress, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { isBuiltInEncoder } from '../../data/built-in/tasks.ts';
import { openEncoderChooser } from '../../store/encoder/state.ts';
import { costOf } from '../../store/page/selectors.ts';
import { formatBytes, formatCount } from '../format.ts';
import { TermText } from '../glossary/TermText.tsx';
import { LessonLink } from '../lessons/LessonLink.tsx';
import { useEncoderLocked } from '../use-locked.ts';
import { usePage } from '../use-page.ts';
import { MemoryCheck } from './MemoryCheck.tsx';

/** The encoder, or how much of it has arrived. */
export function EncoderPanel() {
  const encoder = usePage((state) => state.encoder);
  const missing = usePage((state) => state.missingEncoder);
  const { t } = useTranslation();
  return (
    <section aria-labelledby="encoder-title">
      <Title order={2} id="encoder-title">
        {t('encoder.title')}
      </Title>
      {encoder ? <EncoderFacts /> : missing ? <Text size="sm">{missing}</Text> : <EncoderLoading />}
      <ChooseEncoder />
    </section>
  );
}

function ChooseEncoder() {
  const locked = useEncoderLocked();
  const { t } = useTranslation();
  return (
    <Button size="xs" mt="xs" variant="light" disabled={locked} onClick={openEncoderChooser}>
      {t('encoder.dialog.choose')}
    </Button>
  );
}

function EncoderLoading() {
  const progress = usePage((state) => state.encoderProgress);
  const name = usePage(({ run }) => run.model);
  const { t } = useTranslation();
  const { received = 0, total = null } = progress ?? {};
  const bytes = [received, total].filter((amount) => amount !== null).map(formatBytes);
  const text = [t('encoder.loading', { name }), ...(received > 0 ? [bytes.join(' / ')] : [])].join(' ');
  return (
    <>
      <Text size="sm">{text}</Text>
      <Progress value={total ? (100 * received) / total : 0} aria-label={text} />
    </>
  );
}

function EncoderFacts() {
  const encoder = usePage((state) => state.encoder);
  const type = usePage(({ run }) => run.method.type);
  const task = usePage((state) => state.task);
  const { t } = useTranslation();
  if (!encoder) return null;
  const { layers, hidden, heads } = encoder.config;
  const base = type === 'full' ? 'all' : type === 'bitfit' ? 'biases' : 'none';
  const count = costOf({ encoder, task }, { type: 'head-only' })?.base ?? 0;
  return (
    <>
      <Text size="sm" fw={600}>
        {encoder.name}
      </Text>
      <Text size="sm">{t('encoder.shape', { layers, hidden, heads })}</Text>
      <Text size="sm">
        <TermText text={t(`encoder.parameters.${base}`, { amount: formatCount(count) })} terms={['frozen']} />
      </Text>
      {encoder.poolerCount > 0 && (
        <Text size="xs" c="dimmed">
          {t('encoder.pooler', { amount: formatCount(encoder.poolerCount) })}
        </Text>
      )}
      {isBuiltInEncoder(encoder.name) && (
        <Text size="xs" c="dimmed">
          {t(`encoder.builtIn.${encoder.name}`)}
        </Text>
      )}
      <LessonLink id="freeze" />
      <MemoryCheck config={encoder.config} brief />
    </>
  );
}

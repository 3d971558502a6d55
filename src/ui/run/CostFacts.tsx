import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { costOf } from '../../store/page/selectors.ts';
import { predictedStep } from '../../store/run/step-cost.ts';
import { runsStore } from '../../store/runs/state.ts';
import { formatBytes, formatCount, formatShare } from '../format.ts';
import { LessonLink } from '../lessons/LessonLink.tsx';
import { usePage } from '../use-page.ts';

/** Cost of the chosen method, before anything is trained, beside full fine-tuning. */
export function CostFacts() {
  const encoder = usePage((state) => state.encoder);
  const task = usePage((state) => state.task);
  const method = usePage(({ run }) => run.method);
  const device = usePage((state) => state.device);
  const run = usePage((state) => state.run);
  const runs = useStore(runsStore, (state) => state.runs);
  const { t } = useTranslation();
  const cost = costOf({ encoder, task }, method);
  const full = costOf({ encoder, task }, { type: 'full' });
  if (!cost || !full) return null;
  const step = predictedStep({ encoder, run, device }, runs, method);
  const fullStep = predictedStep({ encoder, run, device }, runs, { type: 'full' });
  return (
    <div data-testid="cost">
      <Text size="sm" fw={700} mt={6} c="var(--trained-text)">
        {t('run.cost.trainable', { amount: formatCount(cost.trainable) })}
      </Text>
      <Text size="xs">{t('run.cost.ofBase', { share: formatShare(cost.ratioOfBase) })}</Text>
      <Text size="xs">{t('run.cost.ofAll', { share: formatShare(cost.ratioOfAll) })}</Text>
      {method.type === 'full' && encoder && encoder.poolerCount > 0 && (
        <Text size="xs">{t('run.cost.pooler', { amount: formatCount(encoder.poolerCount) })}</Text>
      )}
      <Text size="xs">
        {t('run.cost.file', { size: formatBytes(cost.fileBytes), optimizer: formatBytes(cost.optimizerBytes) })}
      </Text>
      <Text size="xs">
        {t('run.cost.gradients', { size: formatBytes(cost.fileBytes) })}
        {t('runs.frontier.sentences')}
        {step === null
          ? t('run.cost.noStep')
          : t('run.cost.step', { ms: Math.round(step), full: Math.round(fullStep ?? 0) })}
      </Text>
      <Text size="xs" c="dimmed">
        {t('run.cost.full', {
          amount: formatCount(full.trainable),
          file: formatBytes(full.fileBytes),
          optimizer: formatBytes(full.optimizerBytes),
        })}
      </Text>
      <LessonLink id="cost" />
    </div>
  );
}

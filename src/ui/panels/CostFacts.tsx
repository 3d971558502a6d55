import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { costOf } from '../../store/selectors.ts';
import { formatBytes, formatCount, formatShare } from '../format.ts';
import { usePage } from '../use-page.ts';

/** What the chosen method costs, before anything is trained, beside full fine-tuning. */
export function CostFacts() {
  const encoder = usePage((state) => state.encoder);
  const task = usePage((state) => state.task);
  const method = usePage(({ run }) => run.method);
  const { t } = useTranslation();
  const cost = costOf({ encoder, task }, method);
  const full = costOf({ encoder, task }, { type: 'full' });
  if (!cost || !full) return null;
  return (
    <div data-testid="cost">
      <Text size="sm" fw={700} mt={6} c="var(--trained-text)">
        {t('cost.trainable', { amount: formatCount(cost.trainable) })}
      </Text>
      <Text size="xs">{t('cost.ofBase', { share: formatShare(cost.ratioOfBase) })}</Text>
      <Text size="xs">{t('cost.ofAll', { share: formatShare(cost.ratioOfAll) })}</Text>
      <Text size="xs">
        {t('cost.file', { size: formatBytes(cost.fileBytes), optimizer: formatBytes(cost.optimizerBytes) })}
      </Text>
      <Text size="xs" c="dimmed">
        {t('cost.full', { amount: formatCount(full.trainable), optimizer: formatBytes(full.optimizerBytes) })}
      </Text>
    </div>
  );
}

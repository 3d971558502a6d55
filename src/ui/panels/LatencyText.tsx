import { useTranslation } from 'react-i18next';
import type { Latency } from '../../training/latency.ts';
import { formatChange, formatMilliseconds } from '../format.ts';

/** How long a forward takes with what was trained, and how much more that is than without. */
export function LatencyText({ latency }: { latency: Latency }) {
  const { t } = useTranslation();
  const { base, adapted, examples, tokens } = latency;
  return (
    <span
      title={t('runs.latencyHint', {
        adapted: formatMilliseconds(adapted),
        base: formatMilliseconds(base),
        examples,
        tokens,
      })}
    >
      {formatMilliseconds(adapted)} ({formatChange(adapted / base)})
    </span>
  );
}

import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Method } from '../../../model/methods.ts';
import type { Latency } from '../../../training/experiments/latency.ts';
import { formatChange, formatMilliseconds } from '../../format.ts';

/** Whether a method adds anything to the encoder's forward: else there is nothing to measure. */
const adds = ({ type }: Method): boolean => type !== 'head-only' && type !== 'bitfit' && type !== 'full';

/** How much longer a forward takes with what was trained, where that is more than it varies. */
export function latencyDifference(t: TFunction, { base, adapted, differs }: Latency): string {
  return differs ? formatChange(adapted / base) : t('runs.noDifference');
}

interface LatencyTextProps {
  latency: Latency;
  method: Method;
}

/** How long a forward takes with what was trained, and how much more that is than without. */
export function LatencyText({ latency, method }: LatencyTextProps) {
  const { t } = useTranslation();
  const { base, adapted, examples, tokens, spread } = latency;
  // Measured by an earlier version, too few times to be relied on.
  if (!spread) return <>–</>;
  const range = ({ from, to }: typeof spread.base) => `${formatMilliseconds(from)} – ${formatMilliseconds(to)}`;
  if (!adds(method))
    return (
      <span title={t('runs.nothingAddedHint', { rounds: spread.rounds, examples, tokens, base: range(spread.base) })}>
        {formatMilliseconds(base)} ({t('runs.nothingAdded')})
      </span>
    );
  return (
    <span
      title={t('runs.latencyHint', {
        adapted: range(spread.adapted),
        base: range(spread.base),
        rounds: spread.rounds,
        examples,
        tokens,
      })}
    >
      {formatMilliseconds(adapted)} ({latencyDifference(t, latency)})
    </span>
  );
}

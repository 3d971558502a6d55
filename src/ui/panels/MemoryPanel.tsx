import { useTranslation } from 'react-i18next';
import { costOf } from '../../store/selectors.ts';
import { ChartFrame } from '../charts/ChartFrame.tsx';
import { arenas, MemoryBars } from '../charts/MemoryBars.tsx';
import { usePage } from '../use-page.ts';

/** Bytes by arena as they are now, and full fine-tuning's as computed. */
export function MemoryPanel() {
  const memory = usePage((state) => state.memory);
  const encoder = usePage((state) => state.encoder);
  const task = usePage((state) => state.task);
  const { t } = useTranslation();
  const full = costOf({ encoder, task }, { type: 'full' });
  if (!full) return null;
  const megabytes = (bytes: number) => bytes / 1e6;
  // Computed: all weights train, with gradients and two moments; activations as in this run.
  const computed = {
    name: t('chart.fullRun'),
    frozen: 0,
    trainable: megabytes(8 * full.trainable),
    optimizer: megabytes(full.optimizerBytes),
    activations: megabytes(memory?.activations ?? 0),
    scratch: megabytes(memory?.scratch ?? 0),
    cache: 0,
  };
  const live = memory && {
    name: t('chart.thisRun'),
    frozen: megabytes(memory.frozen),
    trainable: megabytes(memory.trainable),
    optimizer: megabytes(memory.optimizer),
    activations: megabytes(memory.activations),
    scratch: megabytes(memory.scratch),
    cache: megabytes(memory.cache),
  };
  const bars = live ? [live, computed] : [computed];
  const names = Object.fromEntries(arenas.map((arena) => [arena, t(`chart.arenas.${arena}`)])) as Record<
    (typeof arenas)[number],
    string
  >;
  const rows = bars.flatMap((bar) =>
    arenas.map((arena) => [`${bar.name}: ${names[arena]}`, `${bar[arena].toFixed(2)} MB`]),
  );
  return (
    <ChartFrame
      title={t('chart.memory')}
      note={t('chart.memoryNote')}
      table={{ head: [t('chart.part'), t('chart.value')], rows }}
    >
      <MemoryBars bars={bars} names={names} />
    </ChartFrame>
  );
}

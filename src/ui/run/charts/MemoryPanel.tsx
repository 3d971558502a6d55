import { useTranslation } from 'react-i18next';
import { computedMemoryOf } from '../../../store/run/memory.ts';
import { ChartFrame } from '../../charts/ChartFrame.tsx';
import { arenas, MemoryBars } from '../../charts/MemoryBars.tsx';
import { usePage } from '../../use-page.ts';

/** Bytes that the run takes, by arena, and full fine-tuning's as computed. */
export function MemoryPanel() {
  const memory = usePage((state) => state.memory);
  const encoder = usePage((state) => state.encoder);
  const task = usePage((state) => state.task);
  const run = usePage((state) => state.run);
  const measured = usePage(({ sharedHeap }) => sharedHeap === null);
  const { t } = useTranslation();
  const full = encoder && computedMemoryOf({ encoder, task, run }, { type: 'full' });
  const own = encoder && computedMemoryOf({ encoder, task, run }, run.method);
  if (!full || !own) return null;
  const megabytes = (bytes: number) => bytes / 1e6;
  // Beside this run's batches, as they are: of what is computed for both, only the ratio counts.
  const scaled = (arena: 'activations' | 'scratch') => ((memory?.[arena] ?? 0) * full[arena]) / Math.max(1, own[arena]);
  const computed = {
    name: t('run.chart.fullRun'),
    frozen: megabytes(full.frozen),
    trainable: megabytes(full.trainable),
    optimizer: megabytes(full.optimizer),
    activations: megabytes(scaled('activations')),
    scratch: megabytes(scaled('scratch')),
    cache: 0,
  };
  const live = memory && {
    name: t('run.chart.thisRun'),
    frozen: megabytes(memory.frozen),
    trainable: megabytes(memory.trainable),
    optimizer: megabytes(memory.optimizer),
    activations: megabytes(memory.activations),
    scratch: megabytes(memory.scratch),
    cache: megabytes(memory.cache),
  };
  // This run is full fine-tuning itself: there is nothing to compare it with.
  const bars = [...(live ? [live] : []), ...(live && run.method.type === 'full' ? [] : [computed])];
  const names = Object.fromEntries(arenas.map((arena) => [arena, t(`run.chart.arenas.${arena}`)])) as Record<
    (typeof arenas)[number],
    string
  >;
  const rows = bars.flatMap((bar) =>
    arenas.map((arena) => [
      t('run.chart.onRows', { name: bar.name, rows: names[arena] }),
      `${bar[arena].toFixed(2)} MB`,
    ]),
  );
  return (
    <ChartFrame
      title={t('run.chart.memory')}
      note={t(measured ? 'run.chart.memoryNote' : 'run.chart.memoryComputed')}
      table={{ head: [t('run.chart.part'), t('run.chart.value')], rows }}
    >
      <MemoryBars bars={bars} names={names} />
    </ChartFrame>
  );
}

import { useReducedMotion } from '@mantine/hooks';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { inspectStore } from '../../store/inspect/state.ts';
import { ChartFrame } from '../charts/ChartFrame.tsx';
import { HistogramChart } from '../charts/HistogramChart.tsx';
import { MapChart } from '../charts/MapChart.tsx';
import { usePage } from '../use-page.ts';
import { EpochScrubber } from './EpochScrubber.tsx';

/** Names of what the map's points are told apart by. */
function useGroups(): string[] {
  const task = usePage((state) => state.task);
  const { t } = useTranslation();
  if (task?.kind === 'regression')
    return (['low', 'middle', 'high'] as const).map((third) => t(`kinds.inspect.${third}`));
  return task?.kind === 'multi-label' ? [...task.labels, t('kinds.inspect.none')] : (task?.labels ?? []);
}

/** The map of test sentences and the histogram of weights, at any epoch so far. */
export function SnapshotPanel() {
  const snapshots = useStore(inspectStore, (state) => state.snapshots);
  const labels = useGroups();
  const [chosen, setChosen] = useState<number | null>(null);
  const { t } = useTranslation();
  const reducedMotion = useReducedMotion();
  const last = snapshots.length - 1;
  const at = Math.min(chosen ?? last, last);
  const snapshot = snapshots[at];
  const empty = snapshot ? undefined : t('inspect.empty');
  const extent = Math.max(
    1e-6,
    ...snapshots.flatMap(({ map }) => map.flatMap(({ x, y }) => [Math.abs(x), Math.abs(y)])),
  );
  const groups = labels
    .map((name, label) => ({ name, points: snapshot?.map.filter((point) => point.label === label) ?? [] }))
    .filter(({ points }) => points.length > 0);
  const { limit, counts } = snapshot?.histogram ?? { limit: 1, counts: [] };
  const bars = counts.map((count, i) => ({ value: limit * ((2 * i + 1) / counts.length - 1), count }));
  const before = snapshots[at - 1]?.map;
  const changed = snapshot?.map.filter(({ answer }, i) => before?.[i] && before[i].answer !== answer) ?? [];
  const move = useCallback((to: number) => setChosen(to >= last ? null : to), [last]);
  return (
    <>
      <ChartFrame
        title={t('inspect.map')}
        note={t('inspect.mapNote', { rows: snapshot?.map.length ?? 0 })}
        table={{
          head: [t('inspect.label'), t('inspect.answer'), t('inspect.otherwise'), 'x', 'y'],
          rows: groups.flatMap(({ name, points }) =>
            points.map((point) => [
              name,
              point.answer === null ? '' : (labels[point.answer] ?? ''),
              changed.includes(point) ? t('inspect.yes') : '',
              point.x.toFixed(3),
              point.y.toFixed(3),
            ]),
          ),
        }}
        empty={empty}
        footer={
          <EpochScrubber epochs={snapshots.map(({ epoch }) => epoch)} at={at} onMove={move} changed={changed.length} />
        }
      >
        <MapChart
          groups={groups}
          extent={extent}
          marked={{ name: t('inspect.otherwise'), points: changed }}
          moves={!reducedMotion}
        />
      </ChartFrame>
      <ChartFrame
        title={t('inspect.weights')}
        note={t('inspect.weightsNote')}
        table={{
          head: [t('inspect.value'), t('inspect.count')],
          rows: bars.map(({ value, count }) => [value.toPrecision(3), count]),
        }}
        empty={empty}
      >
        <HistogramChart bars={bars} />
      </ChartFrame>
    </>
  );
}

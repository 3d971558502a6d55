import { Slider, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { inspectStore } from '../../store/inspect/state.ts';
import { ChartFrame } from '../charts/ChartFrame.tsx';
import { HistogramChart } from '../charts/HistogramChart.tsx';
import { MapChart } from '../charts/MapChart.tsx';
import { usePage } from '../use-page.ts';

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
  const slider = (
    <div>
      <Text size="xs">
        {t('inspect.atEpoch', { epoch: snapshot?.epoch ?? 0 })} {/* A run that was watched has its beginning. */}
        {last < 1 && snapshot && snapshot.epoch > 0 ? ` · ${t('inspect.keptFrom')}` : ''}
      </Text>
      <Slider
        size="xs"
        mx={8}
        min={0}
        max={Math.max(1, last)}
        disabled={last < 1}
        label={null}
        thumbLabel={t('inspect.epoch')}
        value={Math.max(0, at)}
        onChange={(value) => setChosen(value >= last ? null : value)}
      />
    </div>
  );
  return (
    <>
      <ChartFrame
        title={t('inspect.map')}
        note={t('inspect.mapNote', { rows: snapshot?.map.length ?? 0 })}
        table={{
          head: [t('inspect.label'), 'x', 'y'],
          rows: groups.flatMap(({ name, points }) => points.map(({ x, y }) => [name, x.toFixed(3), y.toFixed(3)])),
        }}
        empty={empty}
        footer={slider}
      >
        <MapChart groups={groups} extent={extent} />
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

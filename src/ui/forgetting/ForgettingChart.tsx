import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { forgettingStore } from '../../store/forgetting/state.ts';
import { ChartFrame } from '../charts/ChartFrame.tsx';
import { LinesChart, type Series } from '../charts/LinesChart.tsx';
import { colors } from '../colors.ts';
import { useTaskTitle } from '../dataset/use-task-title.ts';
import { formatShare } from '../format.ts';
import { DrawnDistance } from '../lessons/predict/DrawnDistance.tsx';
import { useDrawnForgetting } from '../lessons/predict/use-drawn-curve.ts';

const ways = ['adapters', 'full'] as const;

/** Accuracy on both tasks while the second is learnt after the first. */
export default function ForgettingChart() {
  const { points, tasks } = useStore(forgettingStore);
  const drawn = useDrawnForgetting();
  const titleOf = useTaskTitle();
  const { t } = useTranslation();
  const line = (way: (typeof ways)[number], task: 'first' | 'second'): Series => ({
    key: `${way}.${task}`,
    name: t(`forgetting.lines.${way}`, { task: titleOf(tasks[task]) }),
    color: way === 'adapters' ? colors.trained : colors.frozen,
    dash: task === 'second' ? '5 3' : undefined,
    dots: true,
    points: points.flatMap((point) => {
      const y = point[task];
      return point.way === way && y !== null ? [{ x: point.step, y }] : [];
    }),
  });
  const last = Math.max(2, ...points.map(({ step }) => step), ...(drawn?.series.points ?? []).map(({ x }) => x));
  const told = ways.flatMap((way) => {
    const mine = points.filter((point) => point.way === way);
    const before = mine.findLast(({ stage }) => stage === 'first');
    const after = mine.findLast(({ stage }) => stage === 'second');
    if (!before || !after) return [];
    const values = { before: formatShare(before.first), after: formatShare(after.first), task: titleOf(tasks.first) };
    return [
      `${t(`forgetting.result.${way}`, values)} ${t(after.untouched ? 'forgetting.untouched' : 'forgetting.touched')}`,
    ];
  });
  return (
    <>
      <ChartFrame
        title={t('forgetting.chart')}
        note={t('forgetting.note')}
        footer={drawn && <DrawnDistance words={drawn.distance} />}
        table={{
          head: [t('forgetting.way'), t('run.chart.step'), titleOf(tasks.first), titleOf(tasks.second)],
          rows: points
            .map(({ way, step, first, second }) => [
              t(`forgetting.ways.${way}`),
              step,
              formatShare(first),
              second === null ? '–' : formatShare(second),
            ])
            .concat((drawn?.series.points ?? []).map(({ x, y }) => [drawn?.series.name ?? '', x, formatShare(y), '–'])),
        }}
      >
        <LinesChart
          series={[
            ...ways.flatMap((way) => [line(way, 'first'), line(way, 'second')]),
            ...(drawn ? [drawn.series] : []),
          ]}
          levels={[]}
          xName={t('run.chart.step')}
          xDomain={[0, last]}
          yDomain={[0, 1]}
          formatY={(value) => formatShare(value)}
        />
      </ChartFrame>
      {told.map((sentence) => (
        <Text key={sentence} size="sm" mt={4} role="status">
          {sentence}
        </Text>
      ))}
    </>
  );
}

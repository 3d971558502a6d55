import { useTranslation } from 'react-i18next';
import type { TaskKind } from '../../../model/task-kind.ts';
import { testRowsOf } from '../../../store/page/selectors.ts';
import { type EpochRecord, scoresOf } from '../../../training/records/records.ts';
import { baselineScores, isBestApart } from '../../../training/records/standing.ts';
import { kindOf } from '../../../training/run.ts';
import { measureOf, measures } from '../../../training/scores/measures.ts';
import { ChartFrame } from '../../charts/ChartFrame.tsx';
import { LinesChart, type Series } from '../../charts/LinesChart.tsx';
import { baselineSeries, overlaySeries } from '../../charts/overlay.ts';
import { colors } from '../../colors.ts';
import { formatCount, formatShare } from '../../format.ts';
import { DrawnDistance } from '../../lessons/predict/DrawnDistance.tsx';
import { useDrawnEpochs } from '../../lessons/predict/use-drawn-curve.ts';
import { formatMeasure, measureName } from '../../measure.ts';
import { useDrawnRuns } from '../../runs/use-drawn-runs.ts';
import { useOverlayNames } from '../../runs/use-run-name.ts';
import { usePage } from '../../use-page.ts';

const shown = (kind: TaskKind, record: EpochRecord): string[] =>
  measures[kind].map((_, place) => formatMeasure(kind, measureOf(kind, scoresOf(record), place), place));

/** Accuracy, or the measure of its kind, on held-out rows by epoch, the frozen baseline's beside it: with the same budget as a curve, at its best as a level. */
export function AccuracyPanel() {
  const epochs = usePage((state) => state.epochs);
  const baseline = usePage((state) => state.baseline);
  const baselines = usePage((state) => state.baselines);
  const run = usePage((state) => state.run);
  const rowsTested = usePage(testRowsOf);
  const others = useDrawnRuns();
  const { t } = useTranslation();
  const nameOf = useOverlayNames();
  const drawn = useDrawnEpochs();
  const kind = kindOf(run);
  const isShare = measures[kind][0].share;
  // A measure without a value, as the correlation of answers that are all the same, is not drawn.
  const accuracies = (records: typeof epochs) =>
    records.flatMap((record) => {
      const y = measureOf(kind, scoresOf(record));
      return y === null ? [] : [{ x: record.epoch, y }];
    });
  // A run with validation rows is compared on them as long as its epochs are what is drawn.
  const on = epochs.at(-1)?.validation ? 'validation' : 'test';
  const hasBest = isBestApart(run, baselines);
  const best = hasBest && baselines ? measureOf(kind, baselineScores(baselines, on)) : null;
  const series: Series[] = [
    {
      key: 'adapted',
      name: t('run.chart.adapted'),
      color: colors.trained,
      width: 2.2,
      dots: true,
      points: accuracies(epochs),
    },
    baselineSeries(t('run.chart.baselineSameBudget'), accuracies(baseline)),
    ...overlaySeries(others, nameOf, (other) => accuracies(other.epochs)).map((line) => ({ ...line, dots: true })),
    ...(drawn ? [drawn.series] : []),
  ];
  const values = [...series.flatMap(({ points }) => points.map(({ y }) => y)), ...(best === null ? [] : [best])];
  const floor = Math.max(isShare ? 0 : -1, Math.floor(10 * Math.min(...values) - 0.5) / 10);
  const lastEpoch = Math.max(2, run.training.epochs, ...others.map((other) => other.run.training.epochs));
  const rows = [
    ...epochs.map((record) => [
      `${t('run.chart.adapted')}, ${t('run.chart.epoch')} ${record.epoch}`,
      ...shown(kind, record),
    ]),
    ...baseline.map((record) => [t('run.chart.baselineEpoch', { epoch: record.epoch }), ...shown(kind, record)]),
    ...(drawn?.series.points ?? []).map(({ x, y }) => [
      `${drawn?.series.name}, ${t('run.chart.epoch')} ${x}`,
      formatShare(y),
      ...measures[kind].slice(1).map(() => '–'),
    ]),
  ];
  return (
    <ChartFrame
      title={measureName(t, kind)}
      {...(kind === 'single-label' ? { term: 'accuracy' } : {})}
      note={t(`run.chart.accuracyNote.${on}`, {
        rows: formatCount(rowsTested),
        seed: run.training.seed,
      })}
      table={{ head: [t('run.chart.epoch'), ...measures[kind].map((_, place) => measureName(t, kind, place))], rows }}
      footer={drawn && <DrawnDistance words={drawn.distance} />}
      empty={values.length === 0 ? t('run.chart.emptyAccuracy') : undefined}
    >
      <LinesChart
        series={series}
        levels={
          hasBest
            ? [
                {
                  y: best,
                  label: `${t('run.chart.baselineBest')} ${formatMeasure(kind, best)}`,
                  color: colors.baseline,
                },
              ]
            : []
        }
        xName={t('run.chart.epoch')}
        xDomain={[1, lastEpoch]}
        yDomain={[floor, 1]}
        formatY={(value) => (isShare ? formatShare(value) : String(Number(value.toFixed(3))))}
      />
    </ChartFrame>
  );
}

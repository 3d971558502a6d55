import { RangeSlider, Slider, Switch } from '@mantine/core';
import { memo, useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { lossPoints } from '../../../store/run/history.ts';
import { scoresOf } from '../../../training/records/records.ts';
import { baselineScores, isBestApart } from '../../../training/records/standing.ts';
import { kindOf } from '../../../training/run.ts';
import { ChartFrame } from '../../charts/ChartFrame.tsx';
import { LinesChart, type Series } from '../../charts/LinesChart.tsx';
import { baselineSeries, overlaySeries } from '../../charts/overlay.ts';
import { colors } from '../../colors.ts';
import { formatLoss } from '../../format.ts';
import { useDrawnRuns } from '../../runs/use-drawn-runs.ts';
import { useOverlayNames } from '../../runs/use-run-name.ts';
import { usePage } from '../../use-page.ts';

/** Points drawn of the current run, and of one beside it: more cannot be told apart, and take their time. */
const maxPoints = 200;
const overlayPoints = 120;
const short = (value: number) => String(Number(value.toPrecision(3)));

/**
 * Loss on the training batches by step: every step faint, the average strong. By epoch, the loss on rows that are not trained
 * on, of the run and of the frozen baseline. Other runs beside it.
 */
export function LossPanel() {
  // Drawn when there is time for it: buttons and sliders come first.
  const steps = useDeferredValue(usePage((state) => state.steps));
  const epochs = usePage((state) => state.epochs);
  const perEpoch = usePage(({ plan }) => plan?.stepsPerEpoch ?? 0);
  const baseline = usePage((state) => state.baseline);
  const baselines = usePage((state) => state.baselines);
  const run = usePage((state) => state.run);
  const kind = kindOf(run);
  const { seed } = run.training;
  const others = useDrawnRuns();
  const [smoothing, setSmoothing] = useState(0.9);
  const [logScale, setLogScale] = useState(false);
  const [zoom, setZoom] = useState<[number, number]>([0, 100]);
  const { t } = useTranslation();
  const nameOf = useOverlayNames();

  const points = useMemo(() => lossPoints(steps, smoothing, maxPoints), [steps, smoothing]);
  const beside = useMemo(
    () =>
      overlaySeries(others, nameOf, (run) =>
        lossPoints(run.steps, smoothing, overlayPoints).map(({ step, smoothed }) => ({ x: step, y: smoothed })),
      ),
    [others, nameOf, smoothing],
  );
  const scored = (records: typeof epochs) =>
    records.map((record) => ({ x: record.epoch * perEpoch, y: scoresOf(record).loss }));
  const on = epochs.at(-1)?.validation ? 'validation' : 'test';
  const onRows = (name: string) => t('run.chart.onRows', { name, rows: t(`run.chart.on.${on}`) });
  const last = Math.max(2, ...[points, ...others.map((run) => run.steps)].map((list) => list.at(-1)?.step ?? 0));
  const xDomain = zoom.map((share) => Math.round(1 + (share / 100) * (last - 1))) as [number, number];
  const series: Series[] = [
    {
      key: 'raw',
      name: t('run.chart.raw'),
      color: `color-mix(in srgb, ${colors.trained} 35%, transparent)`,
      width: 1,
      points: points.map(({ step, loss }) => ({ x: step, y: loss })),
    },
    {
      key: 'smoothed',
      name: t('run.chart.smoothed'),
      color: colors.trained,
      width: 2.2,
      dots: points.length < 2,
      points: points.map(({ step, smoothed }) => ({ x: step, y: smoothed })),
    },
    {
      key: 'scored',
      name: t(`run.chart.on.${on}`),
      color: colors.validation,
      dash: '4 3',
      dots: true,
      points: scored(epochs),
    },
    baselineSeries(onRows(t('run.chart.baselineSameBudget')), scored(baseline)),
    ...beside,
  ];
  const best = (baselines && baselineScores(baselines, on)?.loss) ?? null;
  const level = { y: best, label: onRows(t('run.chart.baselineBest')), color: colors.baseline };
  const rows = [
    ...points.map(({ step, loss, smoothed }) => [step, formatLoss(loss, 4), formatLoss(smoothed, 4), '–']),
    ...epochs.map((record) => [
      `${t('run.chart.epoch')} ${record.epoch}`,
      '–',
      '–',
      formatLoss(scoresOf(record).loss, 4),
    ]),
    ...baseline.map((record) => [
      t('run.chart.baselineEpoch', { epoch: record.epoch }),
      '–',
      '–',
      formatLoss(scoresOf(record).loss, 4),
    ]),
  ];
  return (
    <ChartFrame
      title={t('run.chart.loss')}
      term="loss"
      note={kind === 'single-label' ? t('run.chart.lossNote', { seed }) : t(`kinds.chart.loss.${kind}`, { seed })}
      table={{
        head: [t('run.chart.step'), t('run.chart.raw'), t('run.chart.smoothed'), t(`run.chart.on.${on}`)],
        rows,
      }}
      empty={steps.length === 0 && others.length === 0 ? t('run.chart.empty') : undefined}
      tools={
        <LossTools smoothing={smoothing} onSmoothing={setSmoothing} logScale={logScale} onLogScale={setLogScale} />
      }
      footer={<Zoom zoom={zoom} onZoom={setZoom} />}
    >
      <LinesChart
        series={series}
        levels={isBestApart(run, baselines) ? [level] : []}
        xName={t('run.chart.step')}
        xDomain={xDomain}
        yDomain={['auto', 'auto']}
        logScale={logScale}
        formatY={short}
        syncId="steps"
      />
    </ChartFrame>
  );
}

interface LossToolsProps {
  smoothing: number;
  onSmoothing: (smoothing: number) => void;
  logScale: boolean;
  onLogScale: (on: boolean) => void;
}

/** Apart from the chart, so that a report of steps does not draw them anew. */
const LossTools = memo(function LossTools({ smoothing, onSmoothing, logScale, onLogScale }: LossToolsProps) {
  const { t } = useTranslation();
  return (
    <>
      <Slider
        w={70}
        size="xs"
        min={0}
        max={0.99}
        step={0.01}
        label={(value) => `${t('run.chart.smoothing')} ${value}`}
        thumbLabel={t('run.chart.smoothing')}
        value={smoothing}
        onChange={onSmoothing}
      />
      <Switch
        size="xs"
        label={t('run.chart.logScale')}
        checked={logScale}
        onChange={(event) => onLogScale(event.currentTarget.checked)}
      />
    </>
  );
});

interface ZoomProps {
  zoom: [number, number];
  onZoom: (zoom: [number, number]) => void;
}

const Zoom = memo(function Zoom({ zoom, onZoom }: ZoomProps) {
  const { t } = useTranslation();
  return (
    <RangeSlider
      size={3}
      thumbSize={10}
      minRange={2}
      mx={8}
      my={4}
      label={null}
      value={zoom}
      onChange={onZoom}
      thumbFromLabel={t('run.chart.zoomFrom')}
      thumbToLabel={t('run.chart.zoomTo')}
    />
  );
});

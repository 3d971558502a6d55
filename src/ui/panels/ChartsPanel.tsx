import { Slider, Switch } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { costOf, lossPoints } from '../../store/selectors.ts';
import { AccuracyChart } from '../charts/AccuracyChart.tsx';
import { ChartFrame } from '../charts/ChartFrame.tsx';
import { LossChart } from '../charts/LossChart.tsx';
import { arenas, MemoryBars } from '../charts/MemoryBars.tsx';
import { RatioRing } from '../charts/RatioRing.tsx';
import { formatCount, formatShare } from '../format.ts';
import { usePage } from '../use-page.ts';

/** Loss, accuracy, trainable share and memory. */
export default function ChartsPanel() {
  return (
    <div className="charts">
      <LossPanel />
      <AccuracyPanel />
      <MemoryPanel />
      <RatioPanel />
    </div>
  );
}

function LossPanel() {
  const steps = usePage((state) => state.steps);
  const baseline = usePage((state) => state.baseline.at(-1)?.trainLoss ?? null);
  const seed = usePage(({ run }) => run.training.seed);
  const [smoothing, setSmoothing] = useState(0.9);
  const [logScale, setLogScale] = useState(false);
  const { t } = useTranslation();
  const points = lossPoints(steps, smoothing);
  const rows = points.map(({ step, loss, smoothed }) => [step, loss.toFixed(4), smoothed.toFixed(4)]);
  const tools = (
    <>
      <Slider
        w={70}
        size="xs"
        min={0}
        max={0.99}
        step={0.01}
        label={(value) => `${t('chart.smoothing')} ${value}`}
        thumbLabel={t('chart.smoothing')}
        value={smoothing}
        onChange={setSmoothing}
      />
      <Switch
        size="xs"
        label={t('chart.logScale')}
        checked={logScale}
        onChange={(event) => setLogScale(event.currentTarget.checked)}
      />
    </>
  );
  return (
    <ChartFrame
      title={t('chart.loss')}
      note={t('chart.lossNote', { seed })}
      table={{ head: [t('chart.step'), t('chart.raw'), t('chart.smoothed')], rows }}
      empty={steps.length === 0 ? t('chart.empty') : undefined}
      tools={tools}
    >
      <LossChart
        points={points}
        baseline={baseline}
        logScale={logScale}
        labels={{
          raw: t('chart.raw'),
          smoothed: t('chart.smoothed'),
          baseline: t('chart.baselineLoss'),
          step: t('chart.step'),
        }}
      />
    </ChartFrame>
  );
}

function AccuracyPanel() {
  const epochs = usePage((state) => state.epochs);
  const baseline = usePage((state) => state.baseline);
  const run = usePage((state) => state.run);
  const task = usePage((state) => state.task);
  const { t } = useTranslation();
  const points = epochs.map(({ epoch, test }) => ({ epoch, adapted: test.accuracy }));
  const last = baseline.at(-1)?.test.accuracy ?? null;
  const rows = [
    ...epochs.map(({ epoch, test }) => [
      `${t('chart.adapted')}, ${t('chart.epoch')} ${epoch}`,
      formatShare(test.accuracy),
    ]),
    ...baseline.map(({ epoch, test }) => [t('chart.baselineEpoch', { epoch }), formatShare(test.accuracy)]),
  ];
  return (
    <ChartFrame
      title={t('chart.accuracy')}
      note={t('chart.accuracyNote', { rows: formatCount(run.data.testLimit ?? task?.testRows ?? 0) })}
      table={{ head: [t('chart.epoch'), t('chart.accuracy')], rows }}
      empty={epochs.length === 0 ? t('chart.emptyAccuracy') : undefined}
    >
      <AccuracyChart
        points={points}
        epochs={run.training.epochs}
        baseline={last}
        labels={{ adapted: t('chart.adapted'), baseline: t('chart.baseline'), epoch: t('chart.epoch') }}
      />
    </ChartFrame>
  );
}

function RatioPanel() {
  const encoder = usePage((state) => state.encoder);
  const task = usePage((state) => state.task);
  const method = usePage(({ run }) => run.method);
  const { t } = useTranslation();
  const cost = costOf({ encoder, task }, method);
  if (!cost) return null;
  const { trainable, total, ratioOfAll } = cost;
  const rows = [
    [t('chart.trainable'), formatCount(trainable)],
    [t('chart.frozen'), formatCount(total - trainable)],
  ];
  return (
    <ChartFrame
      title={t('chart.ratio')}
      note={t('chart.ratioNote')}
      table={{ head: [t('chart.part'), t('chart.value')], rows }}
    >
      <RatioRing trainable={trainable} frozen={total - trainable} share={formatShare(ratioOfAll)} />
    </ChartFrame>
  );
}

function MemoryPanel() {
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
  };
  const live = memory && {
    name: t('chart.thisRun'),
    frozen: megabytes(memory.frozen),
    trainable: megabytes(memory.trainable),
    optimizer: megabytes(memory.optimizer),
    activations: megabytes(memory.activations),
    scratch: megabytes(memory.scratch),
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

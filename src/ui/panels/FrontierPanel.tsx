import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { type MethodType, methodTypes } from '../../model/methods.ts';
import type { RunRecord } from '../../store/records.ts';
import { comparableRuns, runsStore } from '../../store/runs.ts';
import { baselineScores, testScoresOf } from '../../training/standing.ts';
import { ChartFrame } from '../charts/ChartFrame.tsx';
import { FrontierChart, type FrontierGroup } from '../charts/FrontierChart.tsx';
import { colors } from '../colors.ts';
import { formatShare } from '../format.ts';
import { usePage } from '../use-page.ts';
import { useRunName } from '../use-run-name.ts';

const looks: Record<MethodType, Pick<FrontierGroup, 'color' | 'shape'>> = {
  houlsby: { color: '#d55e00', shape: 'circle' },
  'ffn-only': { color: '#e69f00', shape: 'triangle' },
  'attention-only': { color: '#b8a800', shape: 'wye' },
  pfeiffer: { color: '#cc79a7', shape: 'diamond' },
  parallel: { color: '#8f5fbf', shape: 'square' },
  lora: { color: '#009e73', shape: 'star' },
  bitfit: { color: '#56b4e9', shape: 'cross' },
  'head-only': { color: '#999999', shape: 'square' },
  full: { color: '#0072b2', shape: 'diamond' },
};

const accuracyOf = (run: RunRecord) => testScoresOf(run)?.accuracy ?? 0;

/** Accuracy against trainable share, over all finished runs on the same encoder and the same rows. */
export function FrontierPanel() {
  const all = useStore(runsStore, (state) => state.runs);
  const run = usePage((state) => state.run);
  const { t } = useTranslation();
  const nameOf = useRunName();
  const runs = useMemo(() => comparableRuns(all, run), [all, run]);
  const groups = methodTypes
    .filter((type) => type !== 'full')
    .map((type) => ({
      name: t(`method.names.${type}`),
      ...looks[type],
      points: runs
        .filter((other) => other.run.method.type === type)
        .map((other) => ({ share: other.counts.ratioOfAll, accuracy: accuracyOf(other), name: nameOf(other) }))
        .sort((a, b) => a.share - b.share),
    }))
    .filter(({ points }) => points.length > 0);
  const baseline = baselineScores(runs.at(-1)?.baselines ?? null, 'test')?.accuracy;
  const full = runs.findLast((other) => other.run.method.type === 'full');
  const levels = [
    ...(baseline === undefined
      ? []
      : [{ y: baseline, label: `${t('chart.baseline')} ${formatShare(baseline)}`, color: colors.baseline }]),
    ...(full
      ? [
          {
            y: accuracyOf(full),
            label: `${t('method.names.full')} ${formatShare(accuracyOf(full))}`,
            color: colors.validation,
          },
        ]
      : []),
  ];
  return (
    <ChartFrame
      title={t('sweep.frontier')}
      note={t(full ? 'sweep.note' : 'sweep.noteWithoutFull', { seed: run.training.seed })}
      table={{
        head: [t('runs.name'), t('runs.trainable'), t('runs.accuracy')],
        rows: runs.map((other) => [other.name, formatShare(other.counts.ratioOfAll), formatShare(accuracyOf(other))]),
      }}
      empty={runs.length === 0 ? t('sweep.empty') : undefined}
    >
      <FrontierChart
        groups={groups}
        levels={levels}
        names={{ share: t('runs.trainable'), accuracy: t('runs.accuracy') }}
        formatShare={formatShare}
      />
    </ChartFrame>
  );
}

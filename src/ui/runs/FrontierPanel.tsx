import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { MethodType } from '../../model/methods.ts';
import { originStore } from '../../store/lessons/origin.ts';
import { accuracyOf, baselineOf } from '../../store/runs/columns.ts';
import { frontierOf } from '../../store/runs/frontier.ts';
import { runsStore } from '../../store/runs/state.ts';
import { kindOf } from '../../training/run.ts';
import { measures } from '../../training/scores/measures.ts';
import { ChartFrame } from '../charts/ChartFrame.tsx';
import { FrontierChart, type FrontierGroup } from '../charts/FrontierChart.tsx';
import { colors, palette } from '../colors.ts';
import { formatShare } from '../format.ts';
import { formatMeasure, measureName } from '../measure.ts';
import { usePage } from '../use-page.ts';
import { useRunName } from './use-run-name.ts';

export const looks: Record<MethodType, Pick<FrontierGroup, 'color' | 'shape'>> = {
  houlsby: { color: palette.vermilion, shape: 'circle' },
  'ffn-only': { color: palette.orange, shape: 'triangle' },
  'attention-only': { color: palette.olive, shape: 'wye' },
  pfeiffer: { color: palette.purple, shape: 'diamond' },
  parallel: { color: palette.violet, shape: 'square' },
  lora: { color: palette.green, shape: 'star' },
  bitfit: { color: palette.sky, shape: 'cross' },
  'head-only': { color: palette.gray, shape: 'square' },
  full: { color: palette.blue, shape: 'diamond' },
};

/** Accuracy against trainable share, over finished runs on the same encoder and rows: lines where the width alone differs. */
export function FrontierPanel() {
  const all = useStore(runsStore, (state) => state.runs);
  const origin = useStore(originStore, (state) => state.origin);
  const run = usePage((state) => state.run);
  const { t } = useTranslation();
  const { lines, loose, full, seeds } = useMemo(() => frontierOf(all, run, origin), [all, run, origin]);
  const points = [...lines.flatMap((line) => line.points), ...(full ? [full] : [])];
  const inLines = points.flatMap((point) => point.runs);
  const shown = [...inLines, ...loose];
  const nameOf = useRunName(shown);
  const groups: FrontierGroup[] = lines.map(({ type, points: ofLine }) => ({
    name: t(`run.method.names.${type}`),
    ...looks[type],
    line: ofLine.length > 1,
    points: ofLine.map(({ share, accuracy, lowest, highest }) => ({
      share,
      accuracy,
      spread: [accuracy - lowest, highest - accuracy],
    })),
  }));
  const others: FrontierGroup = {
    name: t('runs.frontier.loose'),
    color: colors.baseline,
    shape: 'circle',
    line: false,
    points: loose.map((record) => ({
      share: record.counts.ratioOfAll,
      accuracy: accuracyOf(record) ?? 0,
      spread: [0, 0],
    })),
  };
  const kind = kindOf(run);
  const last = inLines.at(-1);
  const baseline = last ? baselineOf(last) : null;
  const levels = [
    ...(baseline === null
      ? []
      : [
          { y: baseline, label: `${t('run.chart.baseline')} ${formatMeasure(kind, baseline)}`, color: colors.baseline },
        ]),
    ...(full
      ? [
          {
            y: full.accuracy,
            label: `${t('run.method.names.full')} ${formatMeasure(kind, full.accuracy)}`,
            color: colors.validation,
          },
        ]
      : []),
  ];
  const measure = kind === 'single-label' ? t('runs.accuracy') : measureName(t, kind);
  const note = [
    t('runs.frontier.note'),
    ...(seeds.length > 1 ? [t('runs.frontier.seeds', { seeds: seeds.join(', ') })] : []),
    ...(full ? [] : [t('runs.frontier.noteWithoutFull', { count: run.training.epochs })]),
  ];
  return (
    <ChartFrame
      title={kind === 'single-label' ? t('runs.frontier.title') : t('kinds.frontier', { name: measureName(t, kind) })}
      note={note.join(t('runs.frontier.sentences'))}
      table={{
        head: [t('runs.name'), t('runs.trainable'), measure],
        rows: shown.map((other) => [
          nameOf(other),
          formatShare(other.counts.ratioOfAll),
          formatMeasure(kind, accuracyOf(other)),
        ]),
      }}
      empty={shown.length === 0 ? t('runs.frontier.empty') : undefined}
    >
      <FrontierChart
        groups={loose.length > 0 ? [others, ...groups] : groups}
        levels={levels}
        names={{ share: t('runs.trainable'), accuracy: measure }}
        formatShare={formatShare}
        formatMeasure={(value) => formatMeasure(kind, value)}
        lowest={measures[kind][0].share ? 0 : -1}
      />
    </ChartFrame>
  );
}

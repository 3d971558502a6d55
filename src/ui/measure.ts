import type { TFunction } from 'i18next';
import type { TaskKind } from '../model/task-kind.ts';
import { measures } from '../training/scores/measures.ts';
import { formatPoints, formatShare } from './format.ts';

/** What takes accuracy's place by the kind of task, in words and figures. */

/** A correlation, with its sign where it is below 0. */
const formatCorrelation = (value: number): string => `${value < 0 ? '−' : ''}${Math.abs(value).toFixed(3)}`;

/** A kind's measure; a dash where it has no value, as the correlation of answers that are all the same. */
export function formatMeasure(kind: TaskKind, value: number | null | undefined, place = 0): string {
  if (value === null || value === undefined) return '–';
  return measures[kind][place]?.share ? formatShare(value) : formatCorrelation(value);
}

/** How much more of it one side has, with its sign: points of a share, else the difference. */
export const formatGain = (kind: TaskKind, gain: number): string =>
  measures[kind][0].share ? formatPoints(gain) : `${gain >= 0 ? '+' : '−'}${Math.abs(gain).toFixed(3)}`;

/** What a kind's measure is called. */
export function measureName(t: TFunction, kind: TaskKind, place = 0): string {
  if (kind === 'single-label') return t(place === 0 ? 'run.chart.accuracy' : 'run.chart.macroF1');
  const key = measures[kind][place]?.key;
  return key ? t(`kinds.measures.${key}`) : '';
}

/** A measure with its name where that is not accuracy: for places that would name accuracy by saying nothing. */
export const namedMeasure = (t: TFunction, kind: TaskKind, value: number | null | undefined, place = 0): string =>
  kind === 'single-label'
    ? formatMeasure(kind, value, place)
    : t('kinds.named', { name: measureName(t, kind, place), value: formatMeasure(kind, value, place) });

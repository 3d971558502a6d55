import type { RunRecord } from '../../store/records.ts';
import { colors } from '../colors.ts';
import type { Series } from './LinesChart.tsx';

/** Other runs beside the current one: each a colour and a dash of its own (Okabe & Ito 2008). */
const looks = [
  { color: '#009e73', dash: '8 3' },
  { color: '#cc79a7', dash: '3 3' },
  { color: '#e69f00', dash: '10 3 2 3' },
  { color: '#56b4e9', dash: '5 2' },
  { color: '#999999', dash: '2 2' },
  { color: '#b8a800', dash: '12 4' },
];

/** The runs' lines, one a run. */
export const overlaySeries = (
  runs: readonly RunRecord[],
  nameOf: (run: RunRecord) => string,
  pointsOf: (run: RunRecord) => Series['points'],
): Series[] =>
  runs.map((run, i) => ({
    key: run.id,
    name: nameOf(run),
    ...(looks[i % looks.length] ?? { color: '#999999' }),
    width: 1.6,
    points: pointsOf(run),
  }));

/** The frozen baseline's line: dashed, in its own colour on every chart. */
export const baselineSeries = (name: string, points: Series['points']): Series => ({
  key: 'baseline',
  name,
  color: colors.baseline,
  dash: '6 4',
  dots: true,
  points,
});

import type { RunRecord } from '../../store/runs/records.ts';
import { colors, palette } from '../colors.ts';
import type { Series } from './LinesChart.tsx';

/** Other runs beside the current one: each a colour and a dash of its own (Okabe & Ito 2008). */
const looks = [
  { color: palette.green, dash: '8 3' },
  { color: palette.purple, dash: '3 3' },
  { color: palette.orange, dash: '10 3 2 3' },
  { color: palette.sky, dash: '5 2' },
  { color: palette.gray, dash: '2 2' },
  { color: palette.olive, dash: '12 4' },
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
    ...(looks[i % looks.length] ?? { color: palette.gray }),
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

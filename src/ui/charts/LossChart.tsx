import {
  CartesianGrid,
  Legend,
  Line,
  LineChart,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import type { LossPoint } from '../../store/selectors.ts';
import { colors } from '../colors.ts';
import { tooltipStyle } from './style.ts';

interface LossChartProps {
  points: LossPoint[];
  /** Training loss of the frozen baseline's head at its end. */
  baseline: number | null;
  logScale: boolean;
  labels: { raw: string; smoothed: string; baseline: string; step: string };
}

/** Loss by step: every step faint, the average strong, the baseline dashed. */
export function LossChart({ points, baseline, logScale, labels }: LossChartProps) {
  const short = (value: number) => value.toPrecision(3);
  return (
    <ResponsiveContainer width="100%" height="100%">
      <LineChart data={points} margin={{ top: 8, right: 12, bottom: 0, left: -18 }}>
        <CartesianGrid strokeDasharray="2 4" opacity={0.4} />
        <XAxis
          dataKey="step"
          type="number"
          domain={['dataMin', 'dataMax']}
          tick={{ fontSize: 10 }}
          allowDecimals={false}
        />
        <YAxis
          tick={{ fontSize: 10 }}
          scale={logScale ? 'log' : 'linear'}
          domain={logScale ? ['auto', 'auto'] : [0, 'auto']}
          allowDataOverflow={false}
          tickFormatter={(value: number) => String(Number(value.toPrecision(2)))}
        />
        <Tooltip
          {...tooltipStyle}
          formatter={(value) => short(Number(value))}
          labelFormatter={(step) => `${labels.step} ${step}`}
        />
        <Legend wrapperStyle={{ fontSize: 11 }} itemSorter={null} />
        <Line
          name={labels.raw}
          dataKey="loss"
          stroke={colors.trained}
          strokeOpacity={0.3}
          dot={false}
          isAnimationActive={false}
        />
        <Line
          name={labels.smoothed}
          dataKey="smoothed"
          stroke={colors.trained}
          strokeWidth={2.2}
          dot={points.length < 2}
          isAnimationActive={false}
        />
        {baseline !== null && (
          <ReferenceLine
            y={baseline}
            stroke={colors.baseline}
            strokeDasharray="6 4"
            ifOverflow="extendDomain"
            label={{ value: labels.baseline, position: 'insideBottomRight', fontSize: 10, fill: colors.baseline }}
          />
        )}
      </LineChart>
    </ResponsiveContainer>
  );
}

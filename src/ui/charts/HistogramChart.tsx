import { Bar, BarChart, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import { colors } from '../colors.ts';
import { tickStyle } from './style.ts';

interface HistogramChartProps {
  bars: readonly { value: number; count: number }[];
}

/** Counts of values. */
export function HistogramChart({ bars }: HistogramChartProps) {
  return (
    <ResponsiveContainer width="100%" height="100%">
      <BarChart data={[...bars]} margin={{ top: 8, right: 12, bottom: 0, left: -6 }} accessibilityLayer={false}>
        <XAxis
          dataKey="value"
          tick={tickStyle}
          tickFormatter={(value: number) => String(Number(value.toPrecision(2)))}
        />
        <YAxis tick={tickStyle} />
        <Bar dataKey="count" fill={colors.trained} isAnimationActive={false} />
      </BarChart>
    </ResponsiveContainer>
  );
}

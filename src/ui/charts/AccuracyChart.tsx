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
import { colors } from '../colors.ts';
import { tooltipStyle } from './style.ts';

interface AccuracyChartProps {
  /** Test accuracy after each epoch. */
  points: { epoch: number; adapted: number }[];
  epochs: number;
  /** Test accuracy of the frozen baseline with its fully trained head. */
  baseline: number | null;
  labels: { adapted: string; baseline: string; epoch: string };
}

/** Accuracy on held-out rows by epoch, the frozen baseline as a dashed line. */
export function AccuracyChart({ points, epochs, baseline, labels }: AccuracyChartProps) {
  const percent = (value: number) => `${(100 * value).toFixed(1)}%`;
  const values = [...points.map(({ adapted }) => adapted), ...(baseline === null ? [] : [baseline])];
  const floor = Math.max(0, Math.floor(10 * Math.min(...values) - 0.5) / 10);
  return (
    <ResponsiveContainer width="100%" height="100%">
      <LineChart data={points} margin={{ top: 8, right: 12, bottom: 0, left: -10 }}>
        <CartesianGrid strokeDasharray="2 4" opacity={0.4} />
        <XAxis
          dataKey="epoch"
          type="number"
          domain={[1, Math.max(2, epochs)]}
          tick={{ fontSize: 10 }}
          allowDecimals={false}
        />
        <YAxis
          tick={{ fontSize: 10 }}
          domain={[floor, 1]}
          tickFormatter={(value: number) => `${Math.round(100 * value)}%`}
        />
        <Tooltip
          {...tooltipStyle}
          formatter={(value) => percent(Number(value))}
          labelFormatter={(epoch) => `${labels.epoch} ${epoch}`}
        />
        <Legend wrapperStyle={{ fontSize: 11 }} itemSorter={null} />
        <Line
          name={labels.adapted}
          dataKey="adapted"
          stroke={colors.trained}
          strokeWidth={2.2}
          dot={{ r: 4 }}
          isAnimationActive={false}
        />
        {baseline !== null && (
          <ReferenceLine
            y={baseline}
            stroke={colors.baseline}
            strokeDasharray="6 4"
            strokeWidth={2}
            label={{
              value: `${labels.baseline} ${percent(baseline)}`,
              position: 'insideBottomRight',
              fontSize: 11,
              fill: colors.baseline,
            }}
          />
        )}
      </LineChart>
    </ResponsiveContainer>
  );
}

import {
  CartesianGrid,
  Label,
  Legend,
  ReferenceLine,
  ResponsiveContainer,
  Scatter,
  ScatterChart,
  Tooltip,
  XAxis,
  YAxis,
  ZAxis,
} from 'recharts';
import { colors } from '../colors.ts';
import { legendStyle, tickStyle, tooltipStyle } from './style.ts';

interface Point {
  x: number;
  y: number;
}

interface NumbersChartProps {
  adapted: readonly Point[];
  frozen: readonly Point[];
  names: { true: string; predicted: string; adapted: string; frozen: string };
}

const short = (value: number) => String(Number(value.toPrecision(3)));

/** Answers against what is right, on one scale: a dashed line where they are equal. */
export function NumbersChart({ adapted, frozen, names }: NumbersChartProps) {
  const values = [...adapted, ...frozen].flatMap(({ x, y }) => [x, y]).filter(Number.isFinite);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  // Whole steps, so that the axes' marks are round.
  const step = 10 ** Math.floor(Math.log10(high - low || 1));
  const domain: [number, number] = [step * Math.floor(low / step), step * Math.ceil(high / step)];
  const sides = [
    { key: 'frozen', name: names.frozen, points: frozen, color: colors.baseline, shape: 'triangle' },
    { key: 'adapted', name: names.adapted, points: adapted, color: colors.trained, shape: 'circle' },
  ] as const;
  const axis = { type: 'number', domain, tick: tickStyle, tickFormatter: short } as const;
  const named = { fontSize: tickStyle.fontSize, fill: tickStyle.fill };
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ScatterChart margin={{ top: 8, right: 12, bottom: 12, left: -6 }} accessibilityLayer={false}>
        <CartesianGrid strokeDasharray="2 4" opacity={0.4} />
        <XAxis dataKey="x" name={names.true} {...axis}>
          <Label value={names.true} position="insideBottom" offset={-8} {...named} />
        </XAxis>
        <YAxis dataKey="y" name={names.predicted} {...axis}>
          <Label value={names.predicted} angle={-90} position="insideLeft" offset={14} {...named} />
        </YAxis>
        <ZAxis range={[24, 24]} />
        <Tooltip {...tooltipStyle} formatter={(value) => short(Number(value))} />
        <Legend wrapperStyle={legendStyle} itemSorter={null} verticalAlign="top" />
        <ReferenceLine
          segment={[
            { x: domain[0], y: domain[0] },
            { x: domain[1], y: domain[1] },
          ]}
          stroke="var(--mantine-color-dimmed)"
          strokeDasharray="5 4"
        />
        {sides.map(({ key, name, points, color, shape }) => (
          <Scatter
            key={key}
            name={name}
            data={[...points]}
            fill={color}
            fillOpacity={0.65}
            shape={shape}
            isAnimationActive={false}
          />
        ))}
      </ScatterChart>
    </ResponsiveContainer>
  );
}

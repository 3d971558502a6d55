import { CartesianGrid, Legend, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { type Level, legendStyle, tickStyle, tooltipStyle } from './style.ts';

export interface Series {
  /** Unique among the lines. */
  key: string;
  name: string;
  color: string;
  dash?: string | undefined;
  width?: number;
  /** Marks each point: for few points, or a single one. */
  dots?: boolean;
  points: readonly { x: number; y: number }[];
}

/** A level that may be still to come: its name is in the legend from the beginning, so that nothing moves when it does. */
export interface LineLevel extends Omit<Level, 'y'> {
  y: number | null;
}

interface LinesChartProps {
  series: readonly Series[];
  /** Dashed lines across the whole picture, named in the legend: a name beside the line would cover the others. */
  levels: readonly LineLevel[];
  xName: string;
  xDomain: readonly [number, number];
  yDomain?: readonly [number | 'auto', number | 'auto'];
  logScale?: boolean;
  formatY: (value: number) => string;
  /** Charts with an id in common hover in step. */
  syncId?: string;
}

/** A level as a line from one side of the picture to the other. */
const levelSeries = ({ y, label, color }: LineLevel, [from, to]: readonly [number, number]): Series => ({
  key: `level ${label}`,
  name: label,
  color,
  dash: '2 3',
  points: y === null ? [] : [from, to].map((x) => ({ x, y })),
});

/** One row an x, with every series' value there. */
function rowsOf(series: readonly Series[], [from, to]: readonly [number, number]): Record<string, number>[] {
  const rows = new Map<number, Record<string, number>>();
  for (const { key, points } of series)
    for (const { x, y } of points) {
      if (x < from || x > to) continue;
      const row = rows.get(x) ?? { x };
      row[key] = y;
      rows.set(x, row);
    }
  return [...rows.values()].sort((a, b) => (a.x ?? 0) - (b.x ?? 0));
}

/** More marks than this hide the line, and are slow to draw. */
const maxDots = 40;

/** Lines over a common axis, told apart by colour and by dash. */
export function LinesChart(props: LinesChartProps) {
  const { levels, xName, xDomain, yDomain = ['auto', 'auto'], logScale = false, formatY, syncId } = props;
  const series = [...props.series, ...levels.map((level) => levelSeries(level, xDomain))];
  return (
    <ResponsiveContainer width="100%" height="100%">
      <LineChart
        data={rowsOf(series, xDomain)}
        margin={{ top: 8, right: 12, bottom: 0, left: -14 }}
        accessibilityLayer={false}
        {...(syncId ? { syncId, syncMethod: 'value' as const } : {})}
      >
        <CartesianGrid strokeDasharray="2 4" opacity={0.4} />
        <XAxis dataKey="x" type="number" domain={[...xDomain]} tick={tickStyle} allowDecimals={false} />
        <YAxis tick={tickStyle} scale={logScale ? 'log' : 'linear'} domain={[...yDomain]} tickFormatter={formatY} />
        <Tooltip
          {...tooltipStyle}
          formatter={(value) => formatY(Number(value))}
          labelFormatter={(x) => `${xName} ${x}`}
        />
        <Legend wrapperStyle={legendStyle} itemSorter={null} />
        {series.map(({ key, name, color, dash, width = 2, dots = false, points }) => (
          <Line
            key={key}
            name={name}
            dataKey={key}
            stroke={color}
            strokeWidth={width}
            {...(dash ? { strokeDasharray: dash } : {})}
            legendType="plainline"
            dot={
              dots && points.length <= maxDots
                ? { r: 3.5, strokeDasharray: '0', fill: 'var(--mantine-color-body)' }
                : false
            }
            connectNulls
            isAnimationActive={false}
          />
        ))}
      </LineChart>
    </ResponsiveContainer>
  );
}

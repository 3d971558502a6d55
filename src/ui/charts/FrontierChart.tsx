import {
  CartesianGrid,
  ErrorBar,
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
import { type Level, legendStyle, levelStyle, tickStyle, tooltipStyle } from './style.ts';

export interface FrontierGroup {
  name: string;
  color: string;
  shape: 'circle' | 'cross' | 'diamond' | 'square' | 'star' | 'triangle' | 'wye';
  /** Whether the points are joined. */
  line: boolean;
  /** `spread`: how far the lowest and the highest of several seeds lie below and above. */
  points: { share: number; accuracy: number; spread: [number, number] }[];
}

interface FrontierChartProps {
  groups: readonly FrontierGroup[];
  levels: readonly Level[];
  names: { share: string; accuracy: string };
  formatShare: (share: number) => string;
  /** How what is compared is written; absent: as a share. */
  formatMeasure?: (value: number) => string;
  /** The lowest that it can be; absent: 0. */
  lowest?: number;
}

/** Room beside the outermost points, as a factor: a single point, too, needs an axis. */
const margin = 1.5;

/** Round numbers (1, 2 or 5 times a power of ten) within a range, or its middle where there is none. */
function ticksBetween(from: number, to: number): number[] {
  const first = Math.floor(Math.log10(from));
  const decades = Array.from({ length: Math.ceil(Math.log10(to)) - first + 1 }, (_, i) => 10 ** (first + i));
  const round = decades.flatMap((decade) => [decade, 2 * decade, 5 * decade]);
  const inside = round.filter((tick) => tick >= from && tick <= to);
  return inside.length > 0 ? inside : [Math.sqrt(from * to)];
}

/** Accuracy against the trainable share, the share on a logarithmic axis; a shape and a colour a method. */
export function FrontierChart({
  groups,
  levels,
  names,
  formatShare,
  formatMeasure = formatShare,
  lowest = 0,
}: FrontierChartProps) {
  const accuracies = [
    ...groups.flatMap(({ points }) => points.map(({ accuracy, spread }) => accuracy - spread[0])),
    ...levels.map(({ y }) => y),
  ];
  const found = groups.flatMap(({ points }) => points.map(({ share }) => share));
  // Full fine-tuning alone has a line, and no point.
  const shares = found.length > 0 ? found : [1];
  const domain: [number, number] = [Math.min(...shares) / margin, Math.max(...shares) * margin];
  const floor = Math.max(lowest, Math.floor(10 * Math.min(...accuracies) - 0.5) / 10);
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ScatterChart margin={{ top: 8, right: 16, bottom: 4, left: -10 }} accessibilityLayer={false}>
        <CartesianGrid strokeDasharray="2 4" opacity={0.4} />
        <XAxis
          dataKey="share"
          name={names.share}
          type="number"
          scale="log"
          domain={domain}
          ticks={ticksBetween(...domain)}
          tick={tickStyle}
          tickFormatter={(share: number) => formatShare(share)}
        />
        <YAxis
          dataKey="accuracy"
          name={names.accuracy}
          type="number"
          domain={[floor, 1]}
          tick={tickStyle}
          tickFormatter={(value: number) => formatMeasure(value)}
        />
        <ZAxis range={[70, 70]} />
        <Tooltip
          {...tooltipStyle}
          formatter={(value, name) => (name === names.accuracy ? formatMeasure : formatShare)(Number(value))}
        />
        <Legend wrapperStyle={legendStyle} itemSorter={null} />
        {groups.map(({ name, color, shape, line, points }) => (
          <Scatter
            key={name}
            name={name}
            data={points}
            fill={color}
            shape={shape}
            line={line}
            isAnimationActive={false}
          >
            {points.some(({ spread }) => spread[0] + spread[1] > 0) && (
              <ErrorBar dataKey="spread" direction="y" width={4} stroke={color} isAnimationActive={false} />
            )}
          </Scatter>
        ))}
        {levels.map((level) => (
          <ReferenceLine key={level.label} {...levelStyle(level)} />
        ))}
      </ScatterChart>
    </ResponsiveContainer>
  );
}

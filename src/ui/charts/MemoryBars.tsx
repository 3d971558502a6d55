import { Bar, BarChart, Legend, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { colors } from '../colors.ts';
import { tickStyle, tooltipStyle } from './style.ts';

export const arenas = ['frozen', 'trainable', 'optimizer', 'activations', 'scratch', 'cache'] as const;
export type Arena = (typeof arenas)[number];

interface MemoryBarsProps {
  bars: ({ name: string } & Record<Arena, number>)[];
  names: Record<Arena, string>;
}

/** Megabytes by arena, stacked; one bar a run. */
export function MemoryBars({ bars, names }: MemoryBarsProps) {
  return (
    <ResponsiveContainer width="100%" height="100%">
      <BarChart data={bars} layout="vertical" margin={{ top: 4, right: 12, bottom: 0, left: 4 }}>
        <XAxis type="number" tick={tickStyle} unit=" MB" />
        <YAxis type="category" dataKey="name" tick={tickStyle} width="auto" />
        <Tooltip {...tooltipStyle} formatter={(value) => `${Number(value).toFixed(1)} MB`} cursor={false} />
        <Legend wrapperStyle={{ fontSize: '0.64rem' }} iconSize={8} itemSorter={null} />
        {arenas.map((arena) => (
          <Bar
            key={arena}
            dataKey={arena}
            name={names[arena]}
            stackId="all"
            fill={arena === 'trainable' ? colors.trained : colors[arena]}
            isAnimationActive={false}
          />
        ))}
      </BarChart>
    </ResponsiveContainer>
  );
}

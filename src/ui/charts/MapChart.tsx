import { Legend, ResponsiveContainer, Scatter, ScatterChart, XAxis, YAxis, ZAxis } from 'recharts';
import { palette } from '../colors.ts';
import classes from './MapChart.module.css';
import { legendStyle } from './style.ts';

/** Classes told apart by colour and shape; further ones begin anew. */
const { vermilion, blue, green, purple, orange, sky, violet, gray } = palette;
const classColors = [vermilion, blue, green, purple, orange, sky, violet, gray];
const shapes = ['circle', 'triangle', 'square', 'diamond', 'cross', 'star', 'wye'] as const;

interface MapChartProps {
  groups: readonly { name: string; points: { x: number; y: number }[] }[];
  /** Half the width of the picture, the same for every moment. */
  extent: number;
  /** Points that are ringed, under their name. */
  marked: { name: string; points: { x: number; y: number }[] };
  /** Whether points glide from where they were. */
  moves: boolean;
}

/** A ring around a point; where motion is welcome it flashes as it appears. */
const Ring = ({ cx, cy }: { cx?: number | undefined; cy?: number | undefined }) => (
  <circle className={classes.ring} cx={cx} cy={cy} r={8} />
);

/** Points in a plane, a colour and a shape a class. */
export function MapChart({ groups, extent, marked, moves }: MapChartProps) {
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ScatterChart margin={{ top: 8, right: 12, bottom: 0, left: -14 }} accessibilityLayer={false}>
        <XAxis dataKey="x" type="number" domain={[-extent, extent]} tick={false} height={4} />
        <YAxis dataKey="y" type="number" domain={[-extent, extent]} tick={false} />
        <ZAxis range={[36, 36]} />
        <Legend wrapperStyle={legendStyle} itemSorter={null} />
        {groups.map(({ name, points }, i) => (
          <Scatter
            key={name}
            name={name}
            data={points}
            fill={classColors[i % classColors.length] ?? gray}
            shape={shapes[i % shapes.length] ?? 'circle'}
            isAnimationActive={moves}
            animationDuration={400}
          />
        ))}
        <Scatter
          key={marked.points.map(({ x }) => x).join()}
          name={marked.name}
          data={marked.points}
          shape={Ring}
          legendType="none"
          isAnimationActive={false}
        />
      </ScatterChart>
    </ResponsiveContainer>
  );
}

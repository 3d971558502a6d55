import { Cell, Label, Pie, PieChart, ResponsiveContainer } from 'recharts';
import { colors } from '../colors.ts';

interface RatioRingProps {
  trainable: number;
  frozen: number;
  /** The share, written out. */
  share: string;
}

/** How much of the whole trains, as a ring. */
export function RatioRing({ trainable, frozen, share }: RatioRingProps) {
  return (
    <ResponsiveContainer width="100%" height="100%">
      <PieChart>
        <Pie
          data={[{ value: trainable }, { value: frozen }]}
          dataKey="value"
          innerRadius="68%"
          outerRadius="95%"
          startAngle={90}
          endAngle={-270}
          minAngle={2}
          stroke="none"
          isAnimationActive={false}
        >
          <Cell fill={colors.trained} />
          <Cell fill={colors.frozen} />
          <Label value={share} position="center" fontSize="1.25rem" fontWeight={700} fill="currentColor" />
        </Pie>
      </PieChart>
    </ResponsiveContainer>
  );
}

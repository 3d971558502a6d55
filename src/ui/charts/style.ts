/** A tooltip that is readable on light and dark. */
export const tooltipStyle = {
  contentStyle: {
    background: 'var(--mantine-color-body)',
    border: '1px solid var(--mantine-color-default-border)',
    borderRadius: 6,
    fontSize: '0.75rem',
  },
  // A line's own colour is too faint for letters on one of the two schemes.
  itemStyle: { color: 'var(--mantine-color-text)' },
  // A colon of one script would be wrong in the other.
  separator: ' ',
  isAnimationActive: false,
} as const;

/** As wide as the frame: the room that an axis gives up on the left would cut its first mark off. */
export const legendStyle = { left: 0, width: '100%', fontSize: '0.68rem' } as const;

/** A level that is no line of its own: dashed across the picture, with its name at its end. */
export interface Level {
  y: number;
  label: string;
  color: string;
}

export const levelStyle = ({ y, label, color }: Level) =>
  ({
    y,
    stroke: color,
    strokeDasharray: '6 4',
    strokeWidth: 2,
    label: { value: label, position: 'insideBottomRight', fontSize: legendStyle.fontSize, fill: color },
  }) as const;

/** Numbers at an axis, as readable as other small text: recharts' own grey is too dark on a dark page. */
export const tickStyle = { fontSize: '0.64rem', fill: 'var(--mantine-color-dimmed)' } as const;

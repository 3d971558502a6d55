import type { Curve } from '../../../store/lessons/curves.ts';
import { colors } from '../../colors.ts';
import classes from './DrawCurve.module.css';

interface SmallCurveProps {
  drawn: Curve;
  /** Null: nothing has been measured yet. */
  measured: Curve | null;
  /** In words. */
  label: string;
}

/** A drawn curve, dashed, and the measured one, from 0 to 100%: as small as a word. */
export function SmallCurve({ drawn, measured, label }: SmallCurveProps) {
  const pathOf = (curve: Curve) =>
    curve
      .map((value, i) => `${i === 0 ? 'M' : 'L'}${2 + (116 * i) / (curve.length - 1)} ${38 - 0.36 * value}`)
      .join(' ');
  return (
    <svg className={classes.small} viewBox="0 0 120 40" role="img" aria-label={label}>
      <path className={classes.grid} d="M2 2V38H118" fill="none" />
      {measured && <path className={classes.measured} stroke={colors.trained} d={pathOf(measured)} />}
      <path className={classes.line} d={pathOf(drawn)} />
    </svg>
  );
}

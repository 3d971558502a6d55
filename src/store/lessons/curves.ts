import { z } from 'zod';
import type { LessonId } from './origin.ts';

/** Curves that a learner draws before an experiment, and how far they are from the measured ones. */

/** An accuracy over training to draw, at a few points of the horizontal axis. */
export interface CurveToDraw {
  /** What the horizontal axis counts. */
  axis: 'epoch' | 'step';
  /** Where the curve has a point: where the experiment measures. Ascending. */
  at: readonly number[];
}

/** The lessons whose claim is a course, not a number. */
export const curvesToDraw = {
  bottleneck: { axis: 'epoch', at: [1, 2, 3, 4] },
  forgetting: { axis: 'step', at: [0, 10, 20, 30, 40, 50, 60, 70, 80] },
} as const satisfies Partial<Record<LessonId, CurveToDraw>>;

/** The curve that a lesson asks for; null: it asks for something else. */
export const curveToDraw = (id: LessonId): CurveToDraw | null =>
  (curvesToDraw as Partial<Record<LessonId, CurveToDraw>>)[id] ?? null;

/** A drawn or measured curve: per cent at each of its points. */
export const curveSchema = z.array(z.number().min(0).max(100)).min(2).max(12);
export type Curve = z.infer<typeof curveSchema>;

/** A drawing at work: null where no point has been drawn yet. */
export type Draft = readonly (number | null)[];

/** The drawing as a curve; null until it has all of its points. */
export const wholeCurve = (draft: Draft): Curve | null => {
  const drawn = draft.flatMap((value) => value ?? []);
  return drawn.length === draft.length ? drawn : null;
};

/** A place of the pointer: on the horizontal axis in points of the curve, from 0 and not whole; and per cent. */
export interface Place {
  x: number;
  y: number;
}

const bounded = (value: number): number => Math.round(Math.min(100, Math.max(0, value)));

/** So near to a point, in points of the curve, the pointer moves it up and down. */
const near = 0.08;

/**
 * A drawing with a piece of a stroke: every point that the pointer went over on its way gets the height that it had there,
 * and the nearest the height that it has now, unless it moves away from it.
 * @param from null where the stroke begins
 */
export function withStroke(draft: Draft, from: Place | null, to: Place): Draft {
  const nearest = Math.min(draft.length - 1, Math.max(0, Math.round(to.x)));
  return draft.map((value, i) => {
    if (from && from.x !== to.x && i >= Math.min(from.x, to.x) && i <= Math.max(from.x, to.x))
      return bounded(from.y + ((to.y - from.y) * (i - from.x)) / (to.x - from.x));
    const movesAway = from !== null && Math.abs(to.x - i) > Math.max(near, Math.abs(from.x - i));
    return i === nearest && !movesAway ? bounded(to.y) : value;
  });
}

/** How far a drawn curve is from a measured one. */
interface Distance {
  /** Mean over the points of how far they are apart, in points of accuracy. */
  mean: number;
  /** 'close': within 3 points; else where the drawn one lies. */
  side: 'close' | 'above' | 'below' | 'across';
}

/** A mean distance within which a drawing counts as close. */
const close = 3;
/** Share of the distance that has to be on one side for a curve to lie there. */
const mostly = 0.8;

/**
 * The distance of two curves, over the points that both have.
 * @param measured null or absent where nothing has been measured yet
 * @returns null: they have no point in common
 */
export function distanceOf(drawn: Curve, measured: Draft): Distance | null {
  const apart = drawn.flatMap((value, i) => {
    const there = measured[i] ?? null;
    return there === null ? [] : [value - there];
  });
  if (apart.length === 0) return null;
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / apart.length;
  const mean = meanOf(apart.map(Math.abs));
  const signed = meanOf(apart);
  if (mean <= close) return { mean, side: 'close' };
  if (Math.abs(signed) < mostly * mean) return { mean, side: 'across' };
  return { mean, side: signed > 0 ? 'above' : 'below' };
}

import type { Graph, Value } from '../graph.ts';

/**
 * Rotary positions (Su et al. 2021): the two halves of a head's channels, turned against each other by their position's angles.
 *
 *   forward    [x1, x2] -> [x1 cos - x2 sin, x2 cos + x1 sin]
 *   backward   [d1, d2] -> [d1 cos + d2 sin, d2 cos - d1 sin]
 */

/** (T, H / A / 2) each. */
export interface Angles {
  cos: Value;
  sin: Value;
}

const halves = (g: Graph, x: Value) => g.ops('Split', [x], 2, { attributes: { axis: -1, num_outputs: 2 } });

/** cos and sin from a table as `rotaryTable` makes it. (T, H / A) */
export function anglesOf(g: Graph, table: Value): Angles {
  const [cos = '', sin = ''] = halves(g, table);
  return { cos, sin };
}

function turn(g: Graph, x: Value, { cos, sin }: Angles, back: boolean): Value {
  const [one = '', other = ''] = halves(g, x);
  const cross = [g.op('Mul', [other, sin]), g.op('Mul', [one, sin])] as const;
  const first = g.op(back ? 'Add' : 'Sub', [g.op('Mul', [one, cos]), cross[0]]);
  const second = g.op(back ? 'Sub' : 'Add', [g.op('Mul', [other, cos]), cross[1]]);
  return g.op('Concat', [first, second], { attributes: { axis: -1 } });
}

/** x turned. (B, A, T, H / A) */
export const ropeForward = (g: Graph, x: Value, angles: Angles): Value => turn(g, x, angles, false);

/** The gradient before the turn from that after it. (B, A, T, H / A) */
export const ropeBackward = (g: Graph, dOut: Value, angles: Angles): Value => turn(g, dOut, angles, true);

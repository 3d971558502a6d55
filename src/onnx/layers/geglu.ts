import type { Graph, Value } from '../graph.ts';
import { activationBackward, activationForward } from './activation.ts';

/** A gated activation (Shazeer 2020): out = gelu(x) g, [x, g] the two halves of each row. */

/** Values of the forward that the backward reads. (rows, F) each */
export interface GegluTape {
  x: Value;
  gate: Value;
  active: Value;
}

/** wide (rows, 2F) -> out (rows, F) */
export function gegluForward(g: Graph, wide: Value): { out: Value; tape: GegluTape } {
  const [x = '', gate = ''] = g.ops('Split', [wide], 2, { attributes: { axis: -1, num_outputs: 2 } });
  const active = activationForward(g, 'gelu', x);
  return { out: g.op('Mul', [active, gate]), tape: { x, gate, active } };
}

/** forward: out = gelu(x) g. dOut (rows, F) -> dWide (rows, 2F) */
export function gegluBackward(g: Graph, { x, gate, active }: GegluTape, dOut: Value): Value {
  const dX = activationBackward(g, 'gelu', x, g.op('Mul', [dOut, gate]));
  return g.op('Concat', [dX, g.op('Mul', [dOut, active])], { attributes: { axis: -1 } });
}

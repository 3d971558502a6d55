import type { Activation } from '../../model/shapes.ts';
import type { Graph, Value } from '../graph.ts';

/**
 * Activation functions and their slopes.
 *
 *   gelu(z)     = z Φ(z), Φ the normal distribution       gelu'(z)  = Φ(z) + z φ(z)
 *   relu(z)     = max(z, 0)                               relu'(z)  = 1 for z > 0, else 0
 *   swish(z)    = z σ(z)                                  swish'(z) = σ(z) + z σ(z) (1 - σ(z))
 *   gelu_new(z) = z/2 (1 + tanh(u)), u = √(2/π)(z + 0.044715 z³)
 */

const cubic = 0.044715;
const slopeAtZero = Math.sqrt(2 / Math.PI);

export function activationForward(g: Graph, activation: Activation, z: Value): Value {
  switch (activation) {
    case 'gelu':
      return g.op('Gelu', [z]);
    case 'relu':
      return g.op('Relu', [z]);
    case 'swish':
      return g.op('Mul', [z, g.op('Sigmoid', [z])]);
    case 'gelu_new':
      return g.op('Gelu', [z], { attributes: { approximate: { string: 'tanh' } } });
  }
}

/** forward: active = f(z). dZ = dActive f'(z) */
export function activationBackward(g: Graph, activation: Activation, z: Value, dActive: Value): Value {
  switch (activation) {
    case 'gelu':
      return geluBackward(g, z, dActive);
    case 'relu':
      return g.op('Where', [g.op('Greater', [z, g.constant(0)]), dActive, g.constant(0)]);
    case 'swish': {
      const sigmoid = g.op('Sigmoid', [z]);
      const rest = g.op('Sub', [g.constant(1), sigmoid]);
      const slope = g.op('Mul', [sigmoid, g.op('Add', [g.constant(1), g.op('Mul', [z, rest])])]);
      return g.op('Mul', [dActive, slope]);
    }
    case 'gelu_new':
      return geluNewBackward(g, z, dActive);
  }
}

/** With s = z/√2: gelu'(z) = (1 + erf(s) + 2/√π s exp(-s²)) / 2 */
function geluBackward(g: Graph, z: Value, dActive: Value): Value {
  const s = g.op('Mul', [z, g.constant(Math.SQRT1_2)]);
  const bell = g.op('Exp', [g.op('Neg', [g.op('Mul', [s, s])])]);
  const scaled = g.op('Mul', [g.op('Mul', [s, bell]), g.constant(2 / Math.sqrt(Math.PI))]);
  const twice = g.op('Add', [g.op('Add', [g.op('Erf', [s]), scaled]), g.constant(1)]);
  return g.op('Mul', [g.op('Mul', [dActive, twice]), g.constant(0.5)]);
}

/** With t = tanh(u): gelu_new'(z) = (1 + t + z (1 - t²) du/dz) / 2 */
function geluNewBackward(g: Graph, z: Value, dActive: Value): Value {
  const one = g.constant(1);
  const square = g.op('Mul', [z, z]);
  const inner = g.op('Add', [g.op('Mul', [square, g.constant(cubic)]), one]);
  const t = g.op('Tanh', [g.op('Mul', [g.op('Mul', [z, inner]), g.constant(slopeAtZero)])]);
  const dInner = g.op('Mul', [
    g.op('Add', [g.op('Mul', [square, g.constant(3 * cubic)]), one]),
    g.constant(slopeAtZero),
  ]);
  const flatness = g.op('Sub', [one, g.op('Mul', [t, t])]);
  const curve = g.op('Mul', [g.op('Mul', [z, flatness]), dInner]);
  const twice = g.op('Add', [g.op('Add', [one, t]), curve]);
  return g.op('Mul', [g.op('Mul', [dActive, twice]), g.constant(0.5)]);
}

// ---- gated (GeGLU, Shazeer 2020): out = gelu(x) g, [x, g] the two halves of each row ----

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

import { activationBackward, activationForward } from './activation.ts';

/** A gated activation in float64 (Shazeer 2020): out = gelu(x) g, of each row x and then g. */

interface GegluShape {
  rows: number;
  /** F */
  width: number;
}

/** x and g, apart. */
function halves(wide: Float64Array, { rows, width }: GegluShape) {
  const half = (which: 0 | 1) =>
    Float64Array.from(
      { length: rows * width },
      (_, at) => wide[Math.floor(at / width) * 2 * width + which * width + (at % width)] as number,
    );
  return { x: half(0), gate: half(1) };
}

/** wide (rows, 2F) -> out (rows, F) */
export function gegluForward(wide: Float64Array, shape: GegluShape): Float64Array {
  const { x, gate } = halves(wide, shape);
  return activationForward('gelu', x).map((active, at) => active * (gate[at] as number));
}

/** forward: out = gelu(x) g. dOut (rows, F) -> dWide (rows, 2F) */
export function gegluBackward(dOut: Float64Array, wide: Float64Array, shape: GegluShape): Float64Array {
  const { width } = shape;
  const { x, gate } = halves(wide, shape);
  const dGate = activationForward('gelu', x).map((active, at) => active * (dOut[at] as number));
  const dX = activationBackward(
    'gelu',
    dOut.map((d, at) => d * (gate[at] as number)),
    x,
  );
  const dWide = new Float64Array(wide.length);
  dX.forEach((d, at) => {
    const to = Math.floor(at / width) * 2 * width + (at % width);
    dWide[to] = d;
    dWide[to + width] = dGate[at] as number;
  });
  return dWide;
}

import type { Activation } from '../model/shapes.ts';
import { activationBackward, activationForward } from './activation.ts';
import { dropoutFactor } from './dropout.ts';
import { matmulBackward, matmulForward } from './matmul.ts';

/** A whole bottleneck adapter in float64 (Houlsby et al. 2019). */

interface AdapterShape {
  rows: number;
  /** H */
  hidden: number;
  /** M */
  bottleneck: number;
}

export interface AdapterWeights {
  /** (M, H) */
  downWeight: Float64Array;
  /** (M) */
  downBias: Float64Array;
  /** (H, M) */
  upWeight: Float64Array;
  /** (H) */
  upBias: Float64Array;
}

interface AdapterSettings {
  activation: Activation;
  scaling: number;
  dropout: number;
  /** A key from `dropoutKey`. */
  key: number;
}

const mask = ({ scaling, dropout, key }: AdapterSettings, values: Float64Array): Float64Array =>
  values.map((value, i) => value * scaling * (dropout === 0 ? 1 : dropoutFactor(key, i, dropout)));

/** out = D (W_up f(W_down x + b_down) + b_up), D = scaling times the dropout mask. x (rows, H) -> (rows, H) */
export function adapterForward(
  x: Float64Array,
  { downWeight, downBias, upWeight, upBias }: AdapterWeights,
  { rows, hidden, bottleneck }: AdapterShape,
  settings: AdapterSettings,
): { out: Float64Array; z: Float64Array; active: Float64Array } {
  const z = matmulForward(x, downWeight, downBias, { rows, inputs: hidden, outputs: bottleneck });
  const active = activationForward(settings.activation, z);
  const up = matmulForward(active, upWeight, upBias, { rows, inputs: bottleneck, outputs: hidden });
  return { out: mask(settings, up), z, active };
}

/** forward: out = D (W_up active + b_up), active = f(z), z = W_down x + b_down */
export function adapterBackward(
  dOut: Float64Array,
  x: Float64Array,
  { z, active }: { z: Float64Array; active: Float64Array },
  weights: AdapterWeights,
  { rows, hidden, bottleneck }: AdapterShape,
  settings: AdapterSettings,
): {
  dX: Float64Array;
  dDownWeight: Float64Array;
  dDownBias: Float64Array;
  dUpWeight: Float64Array;
  dUpBias: Float64Array;
} {
  const up = matmulBackward(mask(settings, dOut), active, weights.upWeight, {
    rows,
    inputs: bottleneck,
    outputs: hidden,
  });
  const dZ = activationBackward(settings.activation, up.dX, z);
  const down = matmulBackward(dZ, x, weights.downWeight, { rows, inputs: hidden, outputs: bottleneck });
  return {
    dX: down.dX,
    dDownWeight: down.dWeight,
    dDownBias: down.dBias,
    dUpWeight: up.dWeight,
    dUpBias: up.dBias,
  };
}

import type { Graph, Value } from '../graph.ts';

/** LayerNorm over the last axis with biased variance (Ba et al. 2016). */

/** Values of the forward that the backward reads. */
export interface NormTape {
  /** (rows, H) */
  x: Value;
  /** (rows, 1) */
  mean: Value;
  /** 1 / √(variance + epsilon). (rows, 1) */
  rstd: Value;
}

/** out = norm * weight + bias, norm = (x - mean) rstd. @param bias absent: none */
export function layerNormForward(
  g: Graph,
  { x, weight, bias, epsilon }: { x: Value; weight: Value; bias?: Value | undefined; epsilon: number },
): { out: Value; tape: NormTape } {
  const attributes = { axis: -1, epsilon: { float: epsilon } };
  const [out = '', mean = '', rstd = ''] = g.ops(
    'LayerNormalization',
    [x, weight, ...(bias === undefined ? [] : [bias])],
    3,
    { attributes },
  );
  return { out, tape: { x, mean, rstd } };
}

/** (x - mean) rstd, computed again rather than saved. (rows, H) */
export function normalised(g: Graph, { x, mean, rstd }: NormTape): Value {
  return g.op('Mul', [g.op('Sub', [x, mean]), rstd]);
}

/** forward: out = norm * weight + bias. dX = rstd (dNorm - mean(dNorm) - norm mean(dNorm norm)), dNorm = dOut weight */
export function layerNormBackwardInput(
  g: Graph,
  { tape, norm, weight, dOut }: { tape: NormTape; norm: Value; weight: Value; dOut: Value },
): Value {
  const rowMean = (value: Value) => g.op('ReduceMean', [value, g.integers(-1)], { attributes: { keepdims: 1 } });
  const dNorm = g.op('Mul', [dOut, weight]);
  const along = rowMean(g.op('Mul', [dNorm, norm]));
  const centred = g.op('Sub', [dNorm, rowMean(dNorm)]);
  return g.op('Mul', [g.op('Sub', [centred, g.op('Mul', [norm, along])]), tape.rstd]);
}

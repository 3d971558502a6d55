import type { Graph, Value } from '../graph.ts';

/** Linear layers and matrix products. Weights are `[out, in]`, rows are (rows, in). */

/** out = scale (x Wᵀ + bias): (rows, in) -> (rows, out). `bias` may also be a whole matrix (rows, out). */
export function linearForward(
  g: Graph,
  { x, weight, bias, scale = 1 }: { x: Value; weight: Value; bias?: Value; scale?: number },
): Value {
  const attributes = { transB: 1, alpha: { float: scale }, beta: { float: scale } };
  return g.op('Gemm', bias === undefined ? [x, weight] : [x, weight, bias], { attributes });
}

/** forward: out = scale x Wᵀ. dX = addend + scale dOut W */
export function linearBackwardInput(
  g: Graph,
  { dOut, weight, addend, scale = 1 }: { dOut: Value; weight: Value; addend?: Value; scale?: number },
): Value {
  const attributes = { alpha: { float: scale } };
  return g.op('Gemm', addend === undefined ? [dOut, weight] : [dOut, weight, addend], { attributes });
}

/** forward: out = scale x Wᵀ. dW = scale dOutᵀ x */
export function linearBackwardWeight(
  g: Graph,
  { dOut, x, scale = 1 }: { dOut: Value; x: Value; scale?: number },
): Value {
  return g.op('Gemm', [dOut, x], { attributes: { transA: 1, alpha: { float: scale } } });
}

/** forward: out = x + bias. dBias = Σ over rows of dOut */
export function columnSum(g: Graph, dOut: Value): Value {
  return g.op('ReduceSum', [dOut, g.integers(0)], { attributes: { keepdims: 0 } });
}

/** scale op(a) op(b) over the last two axes, where op may transpose. onnxruntime's own op: not for exported files. */
export function matmul(
  g: Graph,
  a: Value,
  b: Value,
  { transA = false, transB = false, scale = 1 }: { transA?: boolean; transB?: boolean; scale?: number } = {},
): Value {
  const attributes = { transA: Number(transA), transB: Number(transB), alpha: { float: scale } };
  return g.op('FusedMatMul', [a, b], { domain: 'com.microsoft', attributes });
}

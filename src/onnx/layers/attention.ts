import type { Value } from '../graph.ts';
import { matmul } from './linear.ts';
import type { Network } from './network.ts';
import { type Angles, ropeBackward, ropeForward } from './rope.ts';

/** Multi-head self-attention (Vaswani et al. 2017) between the projections and the output's dense layer. */

export interface AttentionTape {
  /** (B, A, T, H / A) each. */
  query: Value;
  key: Value;
  value: Value;
  /** (B, A, T, T) */
  probabilities: Value;
  angles?: Angles | undefined;
}

/** What tells a layer's attention from BERT's. */
export interface AttentionPositions {
  /** Queries and keys are turned by these. */
  angles: Angles;
  /** 0 where a query sees a key, the lowest float elsewhere, padding included. Broadcasts to (B, A, T, T). */
  bias: Value;
}

/** (rows, H) -> (B, A, T, H / A) */
function intoHeads({ g, config, layout }: Network, x: Value): Value {
  const { heads, hidden } = config;
  const split = g.op('Reshape', [layout.unpack(g, x), g.integers(0, 0, heads, hidden / heads)]);
  return g.op('Transpose', [split], { attributes: { perm: [0, 2, 1, 3] } });
}

/** (B, A, T, H / A) -> (rows, H) */
function outOfHeads({ g, layout }: Network, x: Value): Value {
  return layout.pack(g, g.op('Transpose', [x], { attributes: { perm: [0, 2, 1, 3] } }));
}

const scaleOf = ({ config }: Network) => 1 / Math.sqrt(config.hidden / config.heads);

/** context = softmax(QKᵀ / √(H / A)) V, keys that are not seen left out. All (rows, H). @param positions absent: BERT's */
export function attentionForward(
  network: Network,
  { query, key, value }: { query: Value; key: Value; value: Value },
  positions?: AttentionPositions,
): { context: Value; tape: AttentionTape } {
  const { g, layout } = network;
  const angles = positions?.angles;
  const positioned = (x: Value) => (angles ? ropeForward(g, x, angles) : x);
  const tape = {
    query: positioned(intoHeads(network, query)),
    key: positioned(intoHeads(network, key)),
    value: intoHeads(network, value),
    angles,
  };
  const turned = g.op('Transpose', [tape.key], { attributes: { perm: [0, 1, 3, 2] } });
  const scores = g.op('Mul', [g.op('MatMul', [tape.query, turned]), g.constant(scaleOf(network))]);
  const probabilities = g.op('Softmax', [g.op('Add', [scores, positions?.bias ?? layout.keyBias])], {
    attributes: { axis: -1 },
  });
  const context = outOfHeads(network, g.op('MatMul', [probabilities, tape.value]));
  return { context, tape: { ...tape, probabilities } };
}

/** forward: context = P V, P = softmax(S), S = QKᵀ / √(H / A). All gradients (rows, H). */
export function attentionBackward(
  network: Network,
  tape: AttentionTape,
  dContext: Value,
): { dQuery: Value; dKey: Value; dValue: Value } {
  const { g, layout } = network;
  const { query, key, value, probabilities } = tape;
  // A padded query's context was not used.
  const dHeads = g.op('Mul', [intoHeads(network, dContext), layout.queryMask]);
  const dValue = matmul(g, probabilities, dHeads, { transA: true });
  const dProbabilities = matmul(g, dHeads, value, { transB: true });
  // forward: P = softmax(S). dS = P (dP - Σ dP P)
  const weighted = g.op('Mul', [dProbabilities, probabilities]);
  const sums = g.op('ReduceSum', [weighted, g.integers(-1)], { attributes: { keepdims: 1 } });
  const dScores = g.op('Sub', [weighted, g.op('Mul', [probabilities, sums])]);
  const scale = scaleOf(network);
  const dQuery = matmul(g, dScores, key, { scale });
  const dKey = matmul(g, dScores, query, { transA: true, scale });
  const { angles } = tape;
  const back = (d: Value) => outOfHeads(network, angles ? ropeBackward(g, d, angles) : d);
  return {
    dQuery: back(dQuery),
    dKey: back(dKey),
    dValue: outOfHeads(network, dValue),
  };
}

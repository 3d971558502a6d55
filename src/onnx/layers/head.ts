import type { TaskKind } from '../../model/task-kind.ts';
import { headBias, headWeight } from '../../model/tensor-names.ts';
import type { Graph, Value } from '../graph.ts';
import { columnSum, linearBackwardInput, linearBackwardWeight, linearForward } from './linear.ts';
import type { Network } from './network.ts';

/**
 * The task head, one linear layer to the classes, and the loss. Its rows are examples (B), or tokens where each is labelled
 * (rows).
 */

type HeadNetwork = Pick<Network, 'g' | 'weightOf' | 'gradients' | 'reach'>;

/** logits = states Wᵀ + b: (rows, H) -> (rows, C) */
export function headForward({ g, weightOf }: Pick<Network, 'g' | 'weightOf'>, states: Value): Value {
  return linearForward(g, { x: states, weight: weightOf(headWeight), bias: weightOf(headBias) });
}

/** Loss of each row, the outputs' added up: (rows, C) -> (rows). targets as `labelFeeds` makes them. (rows, C) */
export function lossForward(g: Graph, kind: TaskKind, logits: Value, targets: Value): Value {
  const sum = (x: Value) => g.op('ReduceSum', [x, g.integers(1)], { attributes: { keepdims: 0 } });
  if (kind === 'regression') {
    const off = g.op('Sub', [logits, targets]);
    return sum(g.op('Mul', [off, off]));
  }
  // log(1 + exp(z)) - z y
  if (kind === 'multi-label') return sum(g.op('Sub', [g.op('Softplus', [logits]), g.op('Mul', [logits, targets])]));
  const logProbabilities = g.op('LogSoftmax', [logits], { attributes: { axis: -1 } });
  return g.op('Neg', [sum(g.op('Mul', [logProbabilities, targets]))]);
}

/** forward: losses = loss(logits). dLogits, before the division by the number of terms (rows, C) */
function lossBackward(g: Graph, kind: TaskKind, logits: Value, targets: Value): Value {
  if (kind === 'regression') return g.op('Mul', [g.op('Sub', [logits, targets]), g.constant(2)]);
  if (kind === 'multi-label') return g.op('Sub', [g.op('Sigmoid', [logits]), targets]);
  const probabilities = g.op('Softmax', [logits], { attributes: { axis: -1 } });
  const off = g.op('Sub', [probabilities, targets]);
  if (kind === 'single-label') return off;
  // Tokens that are not counted have no target.
  const counted = g.op('ReduceSum', [targets, g.integers(1)], { attributes: { keepdims: 1 } });
  return g.op('Mul', [off, counted]);
}

/**
 * forward: losses = loss(logits), logits = states Wᵀ + b. Returns dStates where something in the encoder trains.
 * @param share 1 over the terms of the whole step, a scalar
 */
export function headBackward(
  { g, weightOf, gradients, reach }: HeadNetwork,
  kind: TaskKind,
  { states, logits, targets, share }: { states: Value; logits: Value; targets: Value; share: Value },
): Value | undefined {
  const dOut = g.op('Mul', [lossBackward(g, kind, logits, targets), share]);
  gradients.set(headWeight, linearBackwardWeight(g, { x: states, dOut }));
  gradients.set(headBias, columnSum(g, dOut));
  return reach.encoder ? linearBackwardInput(g, { dOut, weight: weightOf(headWeight) }) : undefined;
}

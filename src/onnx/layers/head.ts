import { headBias, headWeight } from '../../model/tensor-names.ts';
import type { Graph, Value } from '../graph.ts';
import { columnSum, linearBackwardInput, linearBackwardWeight, linearForward } from './linear.ts';
import type { Network } from './network.ts';

/** The task head, one linear layer from the pooled state to the classes, and the loss. */

type HeadNetwork = Pick<Network, 'g' | 'weightOf' | 'gradients' | 'reach'>;

/** logits = pooled Wᵀ + b: (B, H) -> (B, C) */
export function headForward({ g, weightOf }: Pick<Network, 'g' | 'weightOf'>, pooled: Value): Value {
  return linearForward(g, { x: pooled, weight: weightOf(headWeight), bias: weightOf(headBias) });
}

/** Cross entropy of each example. targets: 1 at the right class, else 0. (B, C) -> (B) */
export function lossForward(g: Graph, logits: Value, targets: Value): Value {
  const logProbabilities = g.op('LogSoftmax', [logits], { attributes: { axis: -1 } });
  const chosen = g.op('Mul', [logProbabilities, targets]);
  return g.op('Neg', [g.op('ReduceSum', [chosen, g.integers(1)], { attributes: { keepdims: 0 } })]);
}

/**
 * forward: loss = mean cross entropy of logits = pooled Wᵀ + b. Returns dPooled where something in the encoder trains.
 * @param share 1 / B, a scalar; B counts the rows of the whole step
 */
export function headBackward(
  { g, weightOf, gradients, reach }: HeadNetwork,
  { pooled, logits, targets, share }: { pooled: Value; logits: Value; targets: Value; share: Value },
): Value | undefined {
  const probabilities = g.op('Softmax', [logits], { attributes: { axis: -1 } });
  const dOut = g.op('Mul', [g.op('Sub', [probabilities, targets]), share]);
  gradients.set(headWeight, linearBackwardWeight(g, { x: pooled, dOut }));
  gradients.set(headBias, columnSum(g, dOut));
  return reach.encoder ? linearBackwardInput(g, { dOut, weight: weightOf(headWeight) }) : undefined;
}

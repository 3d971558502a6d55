import type { Adapter } from '../../model/methods.ts';
import { adapterTensors } from '../../model/tensor-names.ts';
import type { Value } from '../graph.ts';
import { activationBackward, activationForward } from './activation.ts';
import { columnSum, linearBackwardInput, linearBackwardWeight, linearForward } from './linear.ts';
import type { Network } from './network.ts';

/** A bottleneck adapter (Houlsby et al. 2019). */

/** Values of the forward that the backward reads. */
export interface AdapterTape {
  /** The adapter's input. (rows, H) */
  input: Value;
  /** (rows, M) */
  preactivation: Value;
  /** (rows, M) */
  active: Value;
}

/** u = y + D (W_up f(W_down p + b_down) + b_up), D = scaling * dropout mask (Houlsby et al. 2019) */
export function adapterForward(
  { g, weightOf, maskOf }: Network,
  adapter: Adapter,
  input: Value,
  y: Value,
): { u: Value; tape: AdapterTape } {
  const names = adapterTensors(adapter);
  const down = { weight: weightOf(names.downWeight), bias: weightOf(names.downBias) };
  const up = { weight: weightOf(names.upWeight), bias: weightOf(names.upBias), scale: adapter.scaling };
  const preactivation = linearForward(g, { x: input, ...down });
  const active = activationForward(g, adapter.activation, preactivation);
  const delta = linearForward(g, { x: active, ...up });
  const mask = maskOf(adapter);
  const kept = mask === null ? delta : g.op('Mul', [delta, mask]);
  return { u: g.op('Add', [y, kept]), tape: { input, preactivation, active } };
}

/** forward: u = y + D (W_up f(W_down p + b_down) + b_up). Returns addend + dP, where anything below needs it. */
export function adapterBackward(
  { g, weightOf, maskOf, gradients }: Network,
  adapter: Adapter,
  { input, preactivation, active }: AdapterTape,
  { dU, needed, addend }: { dU: Value; needed: boolean; addend?: Value },
): Value | undefined {
  const names = adapterTensors(adapter);
  const scale = adapter.scaling;
  const mask = maskOf(adapter);
  const dKept = mask === null ? dU : g.op('Mul', [dU, mask]);
  const dDelta = scale === 1 ? dKept : g.op('Mul', [dKept, g.constant(scale)]);
  gradients.set(names.upWeight, linearBackwardWeight(g, { x: active, dOut: dDelta }));
  gradients.set(names.upBias, columnSum(g, dDelta));
  const dActive = linearBackwardInput(g, { dOut: dDelta, weight: weightOf(names.upWeight) });
  const dOut = activationBackward(g, adapter.activation, preactivation, dActive);
  gradients.set(names.downWeight, linearBackwardWeight(g, { x: input, dOut }));
  gradients.set(names.downBias, columnSum(g, dOut));
  if (!needed) return undefined;
  return linearBackwardInput(g, { dOut, weight: weightOf(names.downWeight), ...(addend ? { addend } : {}) });
}

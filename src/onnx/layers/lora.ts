import type { Lora } from '../../model/methods.ts';
import { loraTensors } from '../../model/tensor-names.ts';
import type { Value } from '../graph.ts';
import { linearBackwardInput, linearBackwardWeight, linearForward } from './linear.ts';
import type { Network } from './network.ts';

/** A LoRA pair beside the frozen query or value: W x + b + scaling B A x (Hu et al. 2021). */

export interface LoraTape {
  lora: Lora;
  /** A x. (rows, M) */
  reduced: Value;
}

/** out = projected + scaling (x Aᵀ) Bᵀ */
export function loraForward(
  { g, weightOf }: Network,
  lora: Lora,
  x: Value,
  projected: Value,
): { out: Value; tape: LoraTape } {
  const names = loraTensors(lora);
  const reduced = linearForward(g, { x, weight: weightOf(names.a) });
  const scaled = linearForward(g, { x: reduced, weight: weightOf(names.b), scale: lora.scaling });
  return { out: g.op('Add', [projected, scaled]), tape: { lora, reduced } };
}

/** forward: out = projected + scaling (x Aᵀ) Bᵀ. Returns dReduced (rows, M). */
export function loraBackward(
  { g, weightOf, gradients }: Network,
  { lora, reduced }: LoraTape,
  x: Value,
  dOut: Value,
): Value {
  const names = loraTensors(lora);
  const scale = lora.scaling;
  gradients.set(names.b, linearBackwardWeight(g, { x: reduced, dOut, scale }));
  const dReduced = linearBackwardInput(g, { dOut, weight: weightOf(names.b), scale });
  gradients.set(names.a, linearBackwardWeight(g, { x, dOut: dReduced }));
  return dReduced;
}

/** forward: reduced = x Aᵀ. Returns addend + dReduced A. */
export function loraBackwardInput({ g, weightOf }: Network, lora: Lora, dReduced: Value, addend: Value): Value {
  return linearBackwardInput(g, { dOut: dReduced, weight: weightOf(loraTensors(lora).a), addend });
}

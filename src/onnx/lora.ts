import type { Lora } from '../model/methods.ts';
import { loraStem } from '../model/parameters.ts';
import type { Value } from './graph.ts';
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
  const stem = loraStem(lora);
  const reduced = linearForward(g, { x, weight: weightOf(`${stem}.lora_A`) });
  const scaled = linearForward(g, { x: reduced, weight: weightOf(`${stem}.lora_B`), scale: lora.scaling });
  return { out: g.op('Add', [projected, scaled]), tape: { lora, reduced } };
}

/** forward: out = projected + scaling (x Aᵀ) Bᵀ. Returns dReduced (rows, M). */
export function loraBackward(
  { g, weightOf, gradients }: Network,
  { lora, reduced }: LoraTape,
  x: Value,
  dOut: Value,
): Value {
  const stem = loraStem(lora);
  const scale = lora.scaling;
  gradients.set(`${stem}.lora_B`, linearBackwardWeight(g, { x: reduced, dOut, scale }));
  const dReduced = linearBackwardInput(g, { dOut, weight: weightOf(`${stem}.lora_B`), scale });
  gradients.set(`${stem}.lora_A`, linearBackwardWeight(g, { x, dOut: dReduced }));
  return dReduced;
}

/** forward: reduced = x Aᵀ. Returns addend + dReduced A. */
export function loraBackwardInput({ g, weightOf }: Network, lora: Lora, dReduced: Value, addend: Value): Value {
  return linearBackwardInput(g, { dOut: dReduced, weight: weightOf(`${loraStem(lora)}.lora_A`), addend });
}

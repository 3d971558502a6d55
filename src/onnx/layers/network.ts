import type { EncoderConfig } from '../../model/encoder-config.ts';
import type { Adapter, TrainingPlan } from '../../model/methods.ts';
import type { Reach } from '../../model/reach.ts';
import { trainedName } from '../../model/tensor-names.ts';
import type { Graph, Value } from '../graph.ts';
import { columnSum, linearBackwardWeight } from './linear.ts';

/** Layout of tokens in the graph. Dense layers see real tokens only, attention sees whole rows. */
export interface Layout {
  /** (rows, H) -> (B, T, H) */
  unpack(g: Graph, x: Value): Value;
  /** (B, T, ...) with H elements a token -> (rows, H) */
  pack(g: Graph, x: Value): Value;
  /** 0 at real keys, the lowest float at padding. (B, 1, 1, T) */
  keyBias: Value;
  /** 1 at real queries, 0 at padding. (B, 1, T, 1) */
  queryMask: Value;
  /** T as an int64. */
  tokens(): Value;
  /** cos and sin of the positions' angles, as `rotaryTable` has them. (T, H / A) */
  angles(theta: number): Value;
}

/** Parts that a graph of the model is made from. */
export interface Network {
  g: Graph;
  config: EncoderConfig;
  plan: TrainingPlan;
  reach: Reach;
  layout: Layout;
  /** A weight as a tensor of the graph, by its name with `bert.` or `heads.` in front. */
  weightOf(name: string): Value;
  /** Whether a weight trains. */
  trains(name: string): boolean;
  /** Dropout's mask, which an adapter's output is multiplied by; null without dropout. (rows, H) */
  maskOf(adapter: Adapter): Value | null;
  /** Gradients that the backward has computed so far, by the weights' names. */
  gradients: Map<string, Value>;
}

/** A weight of the encoder, named without `bert.`. */
export const weight = ({ weightOf }: Network, name: string): Value => weightOf(trainedName(name));

/** Whether a weight of the encoder trains. */
export const trains = (network: Network, name: string): boolean => network.trains(trainedName(name));

export function adapterAt({ plan }: Network, layer: number, site: Adapter['site']): Adapter | undefined {
  return plan.adapters.find((adapter) => adapter.layer === layer && adapter.site === site);
}

/** forward: out = x Wᵀ + bias. Adds the gradients of weight and bias, as far as they train. */
export function linearParameterGradients(network: Network, name: string, { x, dOut }: { x: Value; dOut: Value }): void {
  const { g, gradients } = network;
  if (trains(network, `${name}.weight`))
    gradients.set(trainedName(`${name}.weight`), linearBackwardWeight(g, { x, dOut }));
  if (trains(network, `${name}.bias`)) gradients.set(trainedName(`${name}.bias`), columnSum(g, dOut));
}

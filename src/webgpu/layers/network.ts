import type { Slice } from '../../gpu/buffers.ts';
import type { EncoderConfig } from '../../model/encoder-config.ts';
import type { Adapter, TrainingPlan } from '../../model/methods.ts';
import type { Reach } from '../../model/reach.ts';
import type { Pooling } from '../../model/shapes.ts';
import type { TaskKind } from '../../model/task-kind.ts';
import { trainedName } from '../../model/tensor-names.ts';
import type { FrozenWeights } from '../frozen.ts';
import { columnSum } from '../ops/column-sum.ts';
import { matmulBackwardInput, matmulBackwardWeight, matmulForward } from '../ops/matmul.ts';
import type { Recorder } from '../ops/recorder.ts';
import type { Trainable } from '../trainable.ts';
import type { Workspace } from '../workspace.ts';

/** The batch on the device. */
export interface Inputs {
  /** (B, T) */
  ids: Slice;
  /** Chains of equal ids. (B, T) */
  nextSame: Slice;
  /** Real tokens of each example. (B) */
  lengths: Slice;
  /** Token types. (B, T) */
  types: Slice;
  /** As engine/labels.ts has them. */
  labels: Slice;
}

/** The model and its buffers that the forward and the backward are recorded for. */
export interface Network {
  config: EncoderConfig;
  plan: TrainingPlan;
  classes: number;
  kind: TaskKind;
  pooling: Pooling;
  frozen: FrozenWeights;
  trainable: Trainable;
  reach: Reach;
  workspace: Workspace;
  inputs: Inputs;
}

/** A tensor of the encoder: the trained one if it trains, else the frozen one. */
export function weight({ trainable, frozen }: Network, name: string): Slice {
  return trainable.value(trainedName(name)) ?? frozen.get(name);
}

/** The slice that accumulates the gradient of a tensor of the encoder; undefined for a frozen one. */
export function gradient({ trainable }: Network, name: string): Slice | undefined {
  return trainable.gradient(trainedName(name));
}

/** A tensor of an adapter, a LoRA pair or the head, which exists only because it trains. */
export function trained({ trainable }: Network, name: string): { value: Slice; gradient: Slice } {
  const value = trainable.value(name);
  const slot = trainable.gradient(name);
  if (!value || !slot) throw new Error(`${name} does not train in this run`);
  return { value, gradient: slot };
}

export function adapterAt({ plan }: Network, layer: number, site: Adapter['site']): Adapter | undefined {
  return plan.adapters.find((adapter) => adapter.layer === layer && adapter.site === site);
}

interface Linear {
  inputs: number;
  outputs: number;
}

/** out = x Wᵀ + bias, by the encoder's tensors of this name; nothing in a ModernBERT has a bias. (rows, outputs) */
export function linearForward(
  network: Network,
  recorder: Recorder,
  name: string,
  op: Linear & { x: Slice; out: Slice },
): void {
  const bias = network.config.rotary ? {} : { bias: weight(network, `${name}.bias`) };
  matmulForward(recorder, name, { ...op, weight: weight(network, `${name}.weight`), ...bias });
}

/** forward: out = x Wᵀ + bias. dX = addend + dOut W (rows, inputs) */
export function linearBackwardInput(
  network: Network,
  recorder: Recorder,
  name: string,
  op: Linear & { dOut: Slice; addend?: Slice; dX: Slice },
): void {
  matmulBackwardInput(recorder, `${name}/d-input`, { ...op, weight: weight(network, `${name}.weight`) });
}

/** forward: out = x Wᵀ + bias. Records the gradients of weight and bias, as far as they train. */
export function linearParameterGradients(
  network: Network,
  recorder: Recorder,
  name: string,
  op: Linear & { x: Slice; dOut: Slice },
): void {
  const dWeight = gradient(network, `${name}.weight`);
  const dBias = gradient(network, `${name}.bias`);
  if (dWeight) matmulBackwardWeight(recorder, `${name}/d-weight`, { ...op, dWeight, dBias });
  else if (dBias) columnSum(recorder, `${name}/d-bias`, { width: op.outputs, dOut: op.dOut, dBias });
}

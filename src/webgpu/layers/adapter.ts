import type { Slice } from '../../gpu/buffers.ts';
import type { Adapter } from '../../model/methods.ts';
import { adapterTensors, outputName } from '../../model/tensor-names.ts';
import { type AdapterShape, adapterBackward, adapterDown, adapterPlace } from '../ops/adapter.ts';
import type { AdapterUp } from '../ops/layer-norm.ts';
import type { Recorder } from '../ops/recorder.ts';
import { type Network, trained } from './network.ts';

/** An adapter within its layer. Its way up is a part of the sum that the LayerNorm after it reads. */

/** Slices of the forward that the backward reads. */
export interface AdapterTape {
  /** The adapter's input. (rows, H) */
  input: Slice;
  /** (rows, M) */
  preactivation: Slice;
  /** (rows, M) */
  active: Slice;
  place: Slice;
}

const nameOf = ({ layer, site }: Adapter) => `${outputName(layer, site)}.adapter`;

function shapeOf(network: Network, adapter: Adapter): AdapterShape {
  const { bottleneck, activation, scaling, dropout } = adapter;
  return { hidden: network.config.hidden, bottleneck, activation, scaling, dropout };
}

function trainedTensors(network: Network, adapter: Adapter) {
  const names = adapterTensors(adapter);
  return {
    downWeight: trained(network, names.downWeight),
    downBias: trained(network, names.downBias),
    upWeight: trained(network, names.upWeight),
    upBias: trained(network, names.upBias),
  };
}

const gradientsOf = ({ downWeight, downBias, upWeight, upBias }: ReturnType<typeof trainedTensors>) => ({
  dDownWeight: downWeight.gradient,
  dDownBias: downBias.gradient,
  dUpWeight: upWeight.gradient,
  dUpBias: upBias.gradient,
});

/** The way down, and what the sum needs for the way up: scaling * dropout (W_up f(W_down input + b_down) + b_up) */
export function adapterDownForward(
  network: Network,
  recorder: Recorder,
  adapter: Adapter,
  input: Slice,
): { tape: AdapterTape; up: AdapterUp } {
  const { workspace, plan } = network;
  const { layer, site, bottleneck } = adapter;
  const inner = workspace.capacity.rows * bottleneck;
  const tensors = trainedTensors(network, adapter);
  const values = { upWeight: tensors.upWeight.value, upBias: tensors.upBias.value };
  const tape: AdapterTape = {
    place: adapterPlace(recorder, plan.adapters.indexOf(adapter), values, gradientsOf(tensors)),
    input,
    preactivation: workspace.keep(`layer.${layer}.${site}.bottleneck-preactivation`, inner),
    active: workspace.keep(`layer.${layer}.${site}.bottleneck-active`, inner),
  };
  const shape = shapeOf(network, adapter);
  const [downWeight, downBias] = [tensors.downWeight.value, tensors.downBias.value];
  adapterDown(recorder, nameOf(adapter), { ...shape, ...tape, downWeight, downBias });
  return { tape, up: { ...shape, place: tape.place, active: tape.active, ...values } };
}

/** forward: u = y + A(input). Gradients of the adapter, and dInput = addend + its own where anything below needs it (rows, H). */
export function adapterWholeBackward(
  network: Network,
  recorder: Recorder,
  adapter: Adapter,
  tape: AdapterTape,
  { dOut, addend }: { dOut: Slice; addend?: Slice | undefined },
): Slice | undefined {
  const { config, workspace, reach } = network;
  const { rows } = workspace.capacity;
  const dInput = reach.adapterInput(adapter) ? workspace.scratch('d-adapter-input', rows * config.hidden) : undefined;
  const tensors = trainedTensors(network, adapter);
  adapterBackward(recorder, nameOf(adapter), {
    ...shapeOf(network, adapter),
    ...tape,
    downWeight: tensors.downWeight.value,
    upWeight: tensors.upWeight.value,
    dOut,
    dPreactivation: workspace.scratch(`d-bottleneck-${adapter.bottleneck}`, rows * adapter.bottleneck),
    ...gradientsOf(tensors),
    ...(dInput ? { dInput } : {}),
    ...(addend ? { addend } : {}),
  });
  return dInput;
}

import type { Slice } from '../../gpu/buffers.ts';
import type { Adapter, Site } from '../../model/methods.ts';
import { adapterTensors, outputName } from '../../model/tensor-names.ts';
import { type AdapterShape, adapterBackward, adapterDown, adapterPlace } from '../ops/adapter.ts';
import { layerNormBackwardAffine, layerNormBackwardInput, layerNormForward } from '../ops/layer-norm.ts';
import type { Recorder } from '../ops/recorder.ts';
import { adapterAt, gradient, type Network, trained, weight } from './network.ts';

/** The end of a sublayer: its adapter, the residual add and the LayerNorm. */

interface AdapterTape {
  /** The adapter's input. (rows, H) */
  input: Slice;
  /** (rows, M) */
  preactivation: Slice;
  /** (rows, M) */
  active: Slice;
  place: Slice;
  /** The LayerNorm in front of a double-norm adapter. */
  firstNorm?: Slice;
}

/** Slices of the forward that the backward reads. */
export interface AddAndNormTape {
  norm: Slice;
  adapter?: AdapterTape;
  /** (rows, H) */
  out: Slice;
}

/** Whether the dense output y must outlive its sublayer: a sequential adapter's backward reads it. */
export const keepsDenseOutput = (network: Network, layer: number, site: Site): boolean =>
  adapterAt(network, layer, site)?.placement === 'sequential';

function adapterShape(network: Network, adapter: Adapter): AdapterShape {
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

/**
 * out = LN(u + x), where u = y without an adapter, and with one
 * A(y) + y (sequential), A(LN(y + x)) + y (double-norm), A(x) + y (parallel).
 * @param x the sublayer's input (rows, H)
 * @param y its dense output (rows, H)
 */
export function addAndNormForward(
  network: Network,
  recorder: Recorder,
  layer: number,
  site: Site,
  { x, y }: { x: Slice; y: Slice },
): AddAndNormTape {
  const { config, workspace, reach } = network;
  const { rows } = workspace.capacity;
  const name = outputName(layer, site);
  const kept = reach.to(layer, `${site}-norm`);
  const affine = {
    width: config.hidden,
    epsilon: config.layerNormEpsilon,
    weight: weight(network, `${name}.LayerNorm.weight`),
    bias: weight(network, `${name}.LayerNorm.bias`),
  };
  const tapeOf = (which: string) => workspace.normTape(kept ? `layer.${layer}.${site}.${which}` : null, config.hidden);

  const adapter = adapterAt(network, layer, site);
  const norm = tapeOf('norm');
  const out = workspace.keep(`layer.${layer}.${site}.out`, rows * config.hidden);
  if (!adapter) {
    layerNormForward(recorder, `${name}.LayerNorm`, { ...affine, x: y, residual: x, out, tape: norm });
    return { norm, out };
  }

  let input = adapter.placement === 'parallel' ? x : y;
  let firstNorm: Slice | undefined;
  if (adapter.placement === 'double-norm') {
    firstNorm = tapeOf('first-norm');
    input = workspace.keep(`layer.${layer}.${site}.adapter-input`, rows * config.hidden);
    layerNormForward(recorder, `${name}.LayerNorm/first`, {
      ...affine,
      x: y,
      residual: x,
      out: input,
      tape: firstNorm,
    });
  }
  const inner = rows * adapter.bottleneck;
  const tensors = trainedTensors(network, adapter);
  const values = { upWeight: tensors.upWeight.value, upBias: tensors.upBias.value };
  const tape: AdapterTape = {
    place: adapterPlace(recorder, network.plan.adapters.indexOf(adapter), values, gradientsOf(tensors)),
    input,
    preactivation: workspace.keep(`layer.${layer}.${site}.bottleneck-preactivation`, inner),
    active: workspace.keep(`layer.${layer}.${site}.bottleneck-active`, inner),
    ...(firstNorm ? { firstNorm } : {}),
  };
  const shape = adapterShape(network, adapter);
  const [downWeight, downBias] = [tensors.downWeight.value, tensors.downBias.value];
  adapterDown(recorder, `${name}.adapter`, { ...shape, ...tape, downWeight, downBias });
  const up = {
    ...shape,
    place: tape.place,
    active: tape.active,
    ...values,
  };
  layerNormForward(recorder, `${name}.LayerNorm`, { ...affine, x: y, residual: x, adapter: up, out, tape: norm });
  return { norm, out, adapter: tape };
}

/** Gradients at the two inputs of the add; both may be one buffer. */
export interface AddAndNormGradients {
  /** Gradient of the residual branch. (rows, H) */
  dX: Slice;
  /** Gradient of the dense output. (rows, H) */
  dY: Slice;
}

/** forward: out = LN(u + x), u = y + A(…) */
export function addAndNormBackward(
  network: Network,
  recorder: Recorder,
  layer: number,
  site: Site,
  tape: AddAndNormTape,
  dOut: Slice,
): AddAndNormGradients {
  const { config, workspace } = network;
  const size = workspace.capacity.rows * config.hidden;
  const width = config.hidden;
  const name = outputName(layer, site);
  layerNormBackwardAffine(recorder, `${name}.LayerNorm/d-affine`, {
    width,
    dOut,
    tape: tape.norm,
    dWeight: gradient(network, `${name}.LayerNorm.weight`),
    dBias: gradient(network, `${name}.LayerNorm.bias`),
  });

  // forward: s = u + x, so that one gradient serves both
  const dSum = workspace.scratch('d-sum', size);
  const normWeight = weight(network, `${name}.LayerNorm.weight`);
  layerNormBackwardInput(recorder, `${name}.LayerNorm/d-input`, {
    width,
    dOut,
    tape: tape.norm,
    weight: normWeight,
    dX: dSum,
  });
  const adapter = adapterAt(network, layer, site);
  if (!adapter || !tape.adapter) return { dX: dSum, dY: dSum };

  const dInput = network.reach.adapterInput(adapter) ? workspace.scratch('d-adapter-input', size) : undefined;
  const tensors = trainedTensors(network, adapter);
  adapterBackward(recorder, `${name}.adapter`, {
    ...adapterShape(network, adapter),
    ...tape.adapter,
    downWeight: tensors.downWeight.value,
    upWeight: tensors.upWeight.value,
    dOut: dSum,
    dPreactivation: workspace.scratch(
      `d-bottleneck-${adapter.bottleneck}`,
      workspace.capacity.rows * adapter.bottleneck,
    ),
    ...gradientsOf(tensors),
    // forward: u = y + A(input): where the input is y or x itself, its gradient adds to that branch's.
    ...(dInput ? { dInput } : {}),
    ...(adapter.placement === 'double-norm' ? {} : { addend: dSum }),
  });
  if (!dInput) return { dX: dSum, dY: dSum };
  if (adapter.placement === 'sequential') return { dX: dSum, dY: dInput };
  if (adapter.placement === 'parallel') return { dX: dInput, dY: dSum };

  // forward: input = LN(y + x)
  const { firstNorm } = tape.adapter;
  if (!firstNorm) throw new Error(`${name}: a double-norm adapter without its first LayerNorm`);
  const dBoth = workspace.scratch('d-first-sum', size);
  layerNormBackwardInput(recorder, `${name}.LayerNorm/first-d-input`, {
    width,
    dOut: dInput,
    tape: firstNorm,
    weight: normWeight,
    addend: dSum,
    dX: dBoth,
  });
  return { dX: dBoth, dY: dBoth };
}

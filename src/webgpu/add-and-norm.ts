import type { Slice } from '../gpu/buffers.ts';
import type { Adapter, Site } from '../model/methods.ts';
import { adapterStem } from '../model/parameters.ts';
import { adapterAt, gradient, type Network, trained, weight } from './network.ts';
import { type AdapterShape, adapterBackward, adapterForward } from './ops/adapter.ts';
import { columnSum } from './ops/column-sum.ts';
import { layerNormBackwardInput, layerNormBackwardWeight, layerNormForward } from './ops/layer-norm.ts';
import type { Recorder } from './ops/recorder.ts';

/** Where a sublayer ends: its adapter, the residual add and the LayerNorm. */

interface NormTape {
  norm: Slice;
  rstd: Slice;
}

interface AdapterTape {
  /** What the adapter reads. (rows, H) */
  input: Slice;
  /** (rows, M) */
  preactivation: Slice;
  /** (rows, M) */
  active: Slice;
  /** The LayerNorm in front of a double-norm adapter. */
  firstNorm?: NormTape;
}

/** What the backward reads of the forward. */
export interface AddAndNormTape extends NormTape {
  adapter?: AdapterTape;
  /** (rows, H) */
  out: Slice;
}

const outputName = (layer: number, site: Site) =>
  `encoder.layer.${layer}.${site === 'attention' ? 'attention.output' : 'output'}`;

const stageOf = (site: Site) => (site === 'attention' ? 'attention-norm' : 'ffn-norm');

/** Whether the dense output y must outlive its sublayer: a sequential adapter's backward reads it. */
export const keepsDenseOutput = (network: Network, layer: number, site: Site): boolean =>
  adapterAt(network, layer, site)?.placement === 'sequential';

function adapterShape(network: Network, adapter: Adapter): AdapterShape {
  const { bottleneck, activation, scaling, dropout } = adapter;
  const site = network.plan.adapters.indexOf(adapter);
  return { hidden: network.config.hidden, bottleneck, activation, scaling, dropout, site };
}

function adapterTensors(network: Network, adapter: Adapter) {
  const stem = adapterStem(adapter);
  return {
    down: trained(network, `${stem}.adapter_down.0.weight`),
    downBias: trained(network, `${stem}.adapter_down.0.bias`),
    up: trained(network, `${stem}.adapter_up.weight`),
    upBias: trained(network, `${stem}.adapter_up.bias`),
  };
}

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
  const kept = reach.to(layer, stageOf(site));
  const affine = {
    width: config.hidden,
    epsilon: config.layerNormEpsilon,
    weight: weight(network, `${name}.LayerNorm.weight`),
    bias: weight(network, `${name}.LayerNorm.bias`),
  };
  const normTape = (which: string): NormTape => ({
    norm: workspace.keepIf(kept, layer, `${site}.${which}`, rows * config.hidden),
    rstd: workspace.keepIf(kept, layer, `${site}.${which}-rstd`, rows),
  });

  const adapter = adapterAt(network, layer, site);
  let u = y;
  let adapterTape: AdapterTape | undefined;
  if (adapter) {
    let input = adapter.placement === 'parallel' ? x : y;
    let firstNorm: NormTape | undefined;
    if (adapter.placement === 'double-norm') {
      firstNorm = normTape('first-norm');
      input = workspace.keep(`layer.${layer}.${site}.adapter-input`, rows * config.hidden);
      layerNormForward(recorder, `${name}.LayerNorm/first`, { ...affine, x: y, residual: x, out: input, ...firstNorm });
    }
    u = workspace.scratch('adapted', rows * config.hidden);
    const inner = rows * adapter.bottleneck;
    adapterTape = {
      input,
      preactivation: workspace.keep(`layer.${layer}.${site}.bottleneck-preactivation`, inner),
      active: workspace.keep(`layer.${layer}.${site}.bottleneck-active`, inner),
      ...(firstNorm ? { firstNorm } : {}),
    };
    const tensors = adapterTensors(network, adapter);
    adapterForward(recorder, `${name}.adapter`, {
      ...adapterShape(network, adapter),
      ...adapterTape,
      downWeight: tensors.down.value,
      downBias: tensors.downBias.value,
      upWeight: tensors.up.value,
      upBias: tensors.upBias.value,
      y,
      out: u,
    });
  }

  const tape = normTape('norm');
  const out = workspace.keep(`layer.${layer}.${site}.out`, rows * config.hidden);
  layerNormForward(recorder, `${name}.LayerNorm`, { ...affine, x: u, residual: x, out, ...tape });
  return { ...tape, out, ...(adapterTape ? { adapter: adapterTape } : {}) };
}

/** Gradients at the two inputs of the add; both may be one buffer. */
export interface AddAndNormGradients {
  /** Of the residual branch. (rows, H) */
  dX: Slice;
  /** Of the dense output. (rows, H) */
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
  const dWeight = gradient(network, `${name}.LayerNorm.weight`);
  const dBias = gradient(network, `${name}.LayerNorm.bias`);
  if (dWeight)
    layerNormBackwardWeight(recorder, `${name}.LayerNorm/d-weight`, { width, dOut, norm: tape.norm, dWeight });
  if (dBias) columnSum(recorder, `${name}.LayerNorm/d-bias`, { width, dOut, dBias });

  // forward: s = u + x, so that one gradient serves both
  const dSum = workspace.scratch('d-sum', size);
  const normWeight = weight(network, `${name}.LayerNorm.weight`);
  const { norm, rstd } = tape;
  layerNormBackwardInput(recorder, `${name}.LayerNorm/d-input`, {
    width,
    dOut,
    norm,
    rstd,
    weight: normWeight,
    dX: dSum,
  });
  const adapter = adapterAt(network, layer, site);
  if (!adapter || !tape.adapter) return { dX: dSum, dY: dSum };

  const innerNeeded = network.reach.to(layer, site);
  const residualNeeded = site === 'ffn' ? network.reach.to(layer, 'attention-norm') : network.reach.below(layer);
  const needed = adapter.placement === 'parallel' ? residualNeeded : innerNeeded || residualNeeded;
  const dInput = needed ? workspace.scratch('d-adapter-input', size) : undefined;
  const tensors = adapterTensors(network, adapter);
  adapterBackward(recorder, `${name}.adapter`, {
    ...adapterShape(network, adapter),
    ...tape.adapter,
    downWeight: tensors.down.value,
    downBias: tensors.downBias.value,
    upWeight: tensors.up.value,
    upBias: tensors.upBias.value,
    dOut: dSum,
    dPreactivation: workspace.scratch(
      `d-bottleneck-${adapter.bottleneck}`,
      workspace.capacity.rows * adapter.bottleneck,
    ),
    dDownWeight: tensors.down.gradient,
    dDownBias: tensors.downBias.gradient,
    dUpWeight: tensors.up.gradient,
    dUpBias: tensors.upBias.gradient,
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
    ...firstNorm,
    weight: normWeight,
    addend: dSum,
    dX: dBoth,
  });
  return { dX: dBoth, dY: dBoth };
}

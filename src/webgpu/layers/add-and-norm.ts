import type { Slice } from '../../gpu/buffers.ts';
import type { Site } from '../../model/methods.ts';
import { outputName } from '../../model/tensor-names.ts';
import { layerNormBackwardAffine, layerNormBackwardInput, layerNormForward } from '../ops/layer-norm.ts';
import type { Recorder } from '../ops/recorder.ts';
import { type AdapterTape, adapterDownForward, adapterWholeBackward } from './adapter.ts';
import { adapterAt, gradient, type Network, weight } from './network.ts';

/** The end of a sublayer: its adapter, the residual add and the LayerNorm. */

/** Slices of the forward that the backward reads. */
export interface AddAndNormTape {
  norm: Slice;
  adapter?: AdapterTape;
  /** The LayerNorm in front of a double-norm adapter. */
  firstNorm?: Slice;
  /** (rows, H) */
  out: Slice;
}

/** Whether the dense output y must outlive its sublayer: a sequential adapter's backward reads it. */
export const keepsDenseOutput = (network: Network, layer: number, site: Site): boolean =>
  adapterAt(network, layer, site)?.placement === 'sequential';

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
  const { tape, up } = adapterDownForward(network, recorder, adapter, input);
  layerNormForward(recorder, `${name}.LayerNorm`, { ...affine, x: y, residual: x, adapter: up, out, tape: norm });
  return { norm, out, adapter: tape, ...(firstNorm ? { firstNorm } : {}) };
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

  // forward: u = y + A(input): where the input is y or x itself, its gradient adds to that branch's.
  const addend = adapter.placement === 'double-norm' ? undefined : dSum;
  const dInput = adapterWholeBackward(network, recorder, adapter, tape.adapter, { dOut: dSum, addend });
  if (!dInput) return { dX: dSum, dY: dSum };
  if (adapter.placement === 'sequential') return { dX: dSum, dY: dInput };
  if (adapter.placement === 'parallel') return { dX: dInput, dY: dSum };

  // forward: input = LN(y + x)
  const { firstNorm } = tape;
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

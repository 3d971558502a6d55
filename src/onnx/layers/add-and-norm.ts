import type { Site } from '../../model/methods.ts';
import { outputName, trainedName } from '../../model/tensor-names.ts';
import type { Value } from '../graph.ts';
import { type AdapterTape, adapterBackward, adapterForward } from './adapter.ts';
import { layerNormBackwardInput, layerNormForward, type NormTape, normalised } from './layer-norm.ts';
import { columnSum } from './linear.ts';
import { adapterAt, type Network, trains, weight } from './network.ts';

/** The end of a sublayer: its adapter, the residual add and the LayerNorm. */

/** Values of the forward that the backward reads. */
export interface AddAndNormTape {
  norm: NormTape;
  adapter?: AdapterTape;
  /** The LayerNorm in front of a double-norm adapter. */
  firstNorm?: NormTape;
}

/**
 * out = LN(u + x), where u = y without an adapter, and with one
 * A(y) + y (sequential), A(LN(y + x)) + y (double-norm), A(x) + y (parallel).
 * @param x the sublayer's input (rows, H)
 * @param y its dense output (rows, H)
 */
export function addAndNormForward(
  network: Network,
  layer: number,
  site: Site,
  { x, y }: { x: Value; y: Value },
): { out: Value; tape: AddAndNormTape } {
  const { g, config } = network;
  const name = outputName(layer, site);
  const affine = {
    epsilon: config.layerNormEpsilon,
    weight: weight(network, `${name}.LayerNorm.weight`),
    bias: weight(network, `${name}.LayerNorm.bias`),
  };
  const adapter = adapterAt(network, layer, site);
  if (!adapter) {
    const { out, tape } = layerNormForward(g, { ...affine, x: g.op('Add', [y, x]) });
    return { out, tape: { norm: tape } };
  }
  const first =
    adapter.placement === 'double-norm' ? layerNormForward(g, { ...affine, x: g.op('Add', [y, x]) }) : undefined;
  const input = first?.out ?? (adapter.placement === 'parallel' ? x : y);
  const { u, tape: adapterTape } = adapterForward(network, adapter, input, y);
  const { out, tape } = layerNormForward(g, { ...affine, x: g.op('Add', [u, x]) });
  return { out, tape: { norm: tape, adapter: adapterTape, ...(first ? { firstNorm: first.tape } : {}) } };
}

/** Gradients at the two inputs of the add; both may be one tensor. */
interface AddAndNormGradients {
  /** Gradient of the residual branch. (rows, H) */
  dX: Value;
  /** Gradient of the dense output. (rows, H) */
  dY: Value;
}

/** forward: out = LN(u + x). Returns the gradients of both branches. */
export function addAndNormBackward(
  network: Network,
  layer: number,
  site: Site,
  tape: AddAndNormTape,
  dOut: Value,
): AddAndNormGradients {
  const { g, gradients, reach } = network;
  const name = outputName(layer, site);
  const normWeight = weight(network, `${name}.LayerNorm.weight`);
  const norm = normalised(g, tape.norm);
  if (trains(network, `${name}.LayerNorm.weight`))
    gradients.set(trainedName(`${name}.LayerNorm.weight`), columnSum(g, g.op('Mul', [dOut, norm])));
  if (trains(network, `${name}.LayerNorm.bias`))
    gradients.set(trainedName(`${name}.LayerNorm.bias`), columnSum(g, dOut));

  // forward: s = u + x, so that one gradient serves both
  const dSum = layerNormBackwardInput(g, { tape: tape.norm, norm, weight: normWeight, dOut });
  const adapter = adapterAt(network, layer, site);
  if (!adapter || !tape.adapter) return { dX: dSum, dY: dSum };

  const needed = reach.adapterInput(adapter);
  // forward: u = y + A(input): where the input is y or x itself, its gradient adds to that branch's.
  const addend = adapter.placement === 'double-norm' ? {} : { addend: dSum };
  const dInput = adapterBackward(network, adapter, tape.adapter, { dU: dSum, needed, ...addend });
  if (!dInput) return { dX: dSum, dY: dSum };
  if (adapter.placement === 'sequential') return { dX: dSum, dY: dInput };
  if (adapter.placement === 'parallel') return { dX: dInput, dY: dSum };

  // forward: input = LN(y + x)
  const { firstNorm } = tape;
  if (!firstNorm) throw new Error(`${name}: a double-norm adapter without its first LayerNorm`);
  const dFirst = layerNormBackwardInput(g, {
    tape: firstNorm,
    norm: normalised(g, firstNorm),
    weight: normWeight,
    dOut: dInput,
  });
  const dBoth = g.op('Add', [dSum, dFirst]);
  return { dX: dBoth, dY: dBoth };
}

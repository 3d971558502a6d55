import type { Site } from '../../model/methods.ts';
import { finalNorm, preNormName, trainedName } from '../../model/tensor-names.ts';
import type { Value } from '../graph.ts';
import { type AdapterTape, adapterBackward, adapterForward } from './adapter.ts';
import { layerNormBackwardInput, layerNormForward, type NormTape, normalised } from './layer-norm.ts';
import { columnSum } from './linear.ts';
import { adapterAt, type Network, trains, weight } from './network.ts';

/** The end of a ModernBERT's sublayer: its adapter, the residual add, and the LayerNorm before the next sublayer. */

/** The residual stream between two sublayers, and what the next one reads: u = LN(h). (rows, H) each */
export interface Stream {
  h: Value;
  u: Value;
}

/** Values of the forward that the backward reads. */
export interface AddBeforeNormTape {
  norm: NormTape;
  adapter?: AdapterTape | undefined;
}

/** The LayerNorm between a sublayer and the next one, or after the last. */
function nextNorm({ config }: Network, layer: number, site: Site): string {
  if (site === 'attention') return preNormName(layer, 'ffn');
  return layer + 1 < config.layers ? preNormName(layer + 1, 'attention') : finalNorm;
}

/** u = LN(h), as the sublayer after this site reads it */
export function normAfter(network: Network, layer: number, site: Site, h: Value): { u: Value; norm: NormTape } {
  const { g, config } = network;
  const scale = weight(network, `${nextNorm(network, layer, site)}.weight`);
  const { out, tape } = layerNormForward(g, { x: h, weight: scale, epsilon: config.layerNormEpsilon });
  return { u: out, norm: tape };
}

/**
 * h = x + y + A(y), u = LN(h)
 * @param x the residual stream (rows, H)
 * @param y the sublayer's dense output (rows, H)
 */
export function addBeforeNormForward(
  network: Network,
  layer: number,
  site: Site,
  { x, y }: { x: Value; y: Value },
): { out: Stream; tape: AddBeforeNormTape } {
  const adapter = adapterAt(network, layer, site);
  const adapted = adapter && adapterForward(network, adapter, y, y);
  const h = network.g.op('Add', [x, adapted?.u ?? y]);
  const { u, norm } = normAfter(network, layer, site, h);
  return { out: { h, u }, tape: { norm, adapter: adapted?.tape } };
}

/** Gradients of a stream; dH is absent where nothing reads h but its LayerNorm. */
export interface StreamGradients {
  dH?: Value | undefined;
  dU: Value;
}

/** forward: h = x + y + A(y), u = LN(h). dX of the residual stream, dY of the dense output; both may be one tensor. (rows, H) */
export function addBeforeNormBackward(
  network: Network,
  layer: number,
  site: Site,
  tape: AddBeforeNormTape,
  { dH, dU }: StreamGradients,
): { dX: Value; dY: Value } {
  const { g, gradients, reach } = network;
  const name = `${nextNorm(network, layer, site)}.weight`;
  const norm = normalised(g, tape.norm);
  if (trains(network, name)) gradients.set(trainedName(name), columnSum(g, g.op('Mul', [dU, norm])));
  const through = layerNormBackwardInput(g, { tape: tape.norm, norm, weight: weight(network, name), dOut: dU });
  const dSum = dH === undefined ? through : g.op('Add', [dH, through]);
  const adapter = adapterAt(network, layer, site);
  if (!adapter || !tape.adapter) return { dX: dSum, dY: dSum };
  const needed = reach.adapterInput(adapter);
  const dY = adapterBackward(network, adapter, tape.adapter, { dU: dSum, needed, addend: dSum });
  return { dX: dSum, dY: dY ?? dSum };
}

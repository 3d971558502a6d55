import type { Slice } from '../../gpu/buffers.ts';
import type { Site } from '../../model/methods.ts';
import { finalNorm, outputName, preNormName } from '../../model/tensor-names.ts';
import { layerNormBackwardAffine, layerNormBackwardInput, layerNormForward } from '../ops/layer-norm.ts';
import type { Recorder } from '../ops/recorder.ts';
import { type AdapterTape, adapterDownForward, adapterWholeBackward } from './adapter.ts';
import { adapterAt, gradient, type Network, weight } from './network.ts';

/** The end of a ModernBERT's sublayer: its adapter, the residual add, and the LayerNorm before the next sublayer. */

/** The residual stream between two sublayers, and what the next one reads: u = LN(h). (rows, H) each */
export interface Stream {
  h: Slice;
  u: Slice;
}

/** Slices of the forward that the backward reads. */
export interface AddBeforeNormTape {
  norm: Slice;
  adapter?: AdapterTape;
  out: Stream;
}

/** The LayerNorm between a sublayer and the next one, or after the last. */
function nextNorm({ config }: Network, layer: number, site: Site): string {
  if (site === 'attention') return preNormName(layer, 'ffn');
  return layer + 1 < config.layers ? preNormName(layer + 1, 'attention') : finalNorm;
}

/** Whether h is the last state below the lowest trained site. */
const isBoundary = ({ config, reach }: Network, layer: number, site: Site): boolean =>
  site === 'ffn' && layer + 1 === reach.frozenLayers(config.layers);

/** Whether u outlives the next sublayer: its weights train, or u is what the whole encoder gives. */
const keepsNormed = ({ config, plan }: Network, layer: number, site: Site): boolean =>
  plan.base === 'all' || (site === 'ffn' && layer + 1 === config.layers);

const affineOf = (network: Network, name: string) => ({
  width: network.config.hidden,
  epsilon: network.config.layerNormEpsilon,
  weight: weight(network, `${name}.weight`),
});

/**
 * h = x + y + A(y), u = LN(h)
 * @param x the residual stream (rows, H)
 * @param y the sublayer's dense output (rows, H)
 */
export function addBeforeNormForward(
  network: Network,
  recorder: Recorder,
  layer: number,
  site: Site,
  { x, y }: { x: Slice; y: Slice },
): AddBeforeNormTape {
  const { config, workspace, reach } = network;
  const name = nextNorm(network, layer, site);
  const at = `layer.${layer}.${site}`;
  const size = workspace.capacity.rows * config.hidden;
  const norm = workspace.normTape(reach.to(layer, `${site}-norm`) ? `${at}.norm` : null, config.hidden);
  // No backward reads h; it outlives the next sublayer only where it is kept for the example's next visit.
  const h = isBoundary(network, layer, site) ? workspace.keep(`${at}.out`, size) : workspace.scratch(`h-${site}`, size);
  const u = keepsNormed(network, layer, site)
    ? workspace.keep(`${at}.normed`, size)
    : workspace.scratch('normed', size);
  const out = { h, u };
  const adapter = adapterAt(network, layer, site);
  const adapted = adapter && adapterDownForward(network, recorder, adapter, y);
  layerNormForward(recorder, `${outputName(layer, site)}/${name}`, {
    ...affineOf(network, name),
    x: y,
    residual: x,
    adapter: adapted?.up,
    out: out.u,
    tape: norm,
    sum: out.h,
  });
  return { norm, out, ...(adapted && { adapter: adapted.tape }) };
}

/** u = LN(h) once more, where h came back from the cache without it. No backward goes through it. */
export function normAgain(network: Network, recorder: Recorder, layer: number, { h, u }: Stream): void {
  const name = nextNorm(network, layer, 'ffn');
  const tape = network.workspace.normTape(null, network.config.hidden);
  layerNormForward(recorder, `${name}/again`, { ...affineOf(network, name), x: h, out: u, tape });
}

/** Gradients of a stream; dH is absent where nothing reads h but its LayerNorm. */
export interface StreamGradients {
  dH?: Slice | undefined;
  dU: Slice;
}

/** forward: h = x + y + A(y), u = LN(h). dX of the residual stream, dY of the dense output; both may be one buffer. (rows, H) */
export function addBeforeNormBackward(
  network: Network,
  recorder: Recorder,
  layer: number,
  site: Site,
  tape: AddBeforeNormTape,
  { dH, dU }: StreamGradients,
): { dX: Slice; dY: Slice } {
  const { config, workspace } = network;
  const width = config.hidden;
  const name = nextNorm(network, layer, site);
  const label = `${outputName(layer, site)}/${name}`;
  layerNormBackwardAffine(recorder, `${label}/d-affine`, {
    width,
    dOut: dU,
    tape: tape.norm,
    dWeight: gradient(network, `${name}.weight`),
  });
  // Each site has a buffer of its own: the gradient of the stream above is read while this one is written.
  const dSum = workspace.scratch(`d-${site}-sum`, workspace.capacity.rows * width);
  layerNormBackwardInput(recorder, `${label}/d-input`, {
    width,
    dOut: dU,
    tape: tape.norm,
    weight: weight(network, `${name}.weight`),
    ...(dH ? { addend: dH } : {}),
    dX: dSum,
  });
  const adapter = adapterAt(network, layer, site);
  if (!adapter || !tape.adapter) return { dX: dSum, dY: dSum };
  const dY = adapterWholeBackward(network, recorder, adapter, tape.adapter, { dOut: dSum, addend: dSum });
  return { dX: dSum, dY: dY ?? dSum };
}

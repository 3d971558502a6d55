import { layerName } from '../../model/tensor-names.ts';
import type { Value } from '../graph.ts';
import { type GegluTape, gegluBackward, gegluForward } from './activation.ts';
import {
  type AddBeforeNormTape,
  addBeforeNormBackward,
  addBeforeNormForward,
  type Stream,
  type StreamGradients,
} from './add-before-norm.ts';
import { type AttentionPositions, type AttentionTape, attentionBackward, attentionForward } from './attention.ts';
import { linearBackwardInput, linearForward } from './linear.ts';
import { linearParameterGradients, type Network, weight } from './network.ts';

/**
 * One block of a ModernBERT (Warner et al. 2024): attention and a gated feed-forward network, each read from a LayerNorm of the
 * residual stream and added back to it. Nothing has a bias.
 */

/** Values of the forward that the backward reads. */
export interface ModernBlockTape {
  /** What attention reads. (rows, H) */
  u: Value;
  attention: AttentionTape;
  /** (rows, H) */
  context: Value;
  attentionEnd: AddBeforeNormTape;
  /** What the feed-forward network reads. (rows, H) */
  attended: Value;
  geglu: GegluTape;
  /** (rows, F) */
  active: Value;
  ffnEnd: AddBeforeNormTape;
}

function dense(network: Network, name: string, x: Value): Value {
  return linearForward(network.g, { x, weight: weight(network, `${name}.weight`) });
}

/** x, the stream below -> out, the stream above */
export function modernBlockForward(
  network: Network,
  layer: number,
  positions: AttentionPositions,
  x: Stream,
): { out: Stream; tape: ModernBlockTape } {
  const { g } = network;
  const name = layerName(layer);

  // multi-head attention
  const qkv = dense(network, `${name}.attention.self.qkv`, x.u);
  const [query = '', key = '', value = ''] = g.ops('Split', [qkv], 3, { attributes: { axis: 1, num_outputs: 3 } });
  const { context, tape: attention } = attentionForward(network, { query, key, value }, positions);
  const mixed = dense(network, `${name}.attention.output.dense`, context);
  const middle = addBeforeNormForward(network, layer, 'attention', { x: x.h, y: mixed });

  // gated feed-forward network
  const wide = dense(network, `${name}.intermediate.dense`, middle.out.u);
  const { out: active, tape: geglu } = gegluForward(g, wide);
  const fed = dense(network, `${name}.output.dense`, active);
  const end = addBeforeNormForward(network, layer, 'ffn', { x: middle.out.h, y: fed });
  const kept = { u: x.u, attention, context, attended: middle.out.u, geglu, active };
  return { out: end.out, tape: { ...kept, attentionEnd: middle.tape, ffnEnd: end.tape } };
}

/** The backward of `modernBlockForward`. Returns gradients of the stream below, or undefined where nothing below trains. */
export function modernBlockBackward(
  network: Network,
  layer: number,
  tape: ModernBlockTape,
  above: StreamGradients,
): StreamGradients | undefined {
  const between = ffnBackward(network, layer, tape, above);
  return between && attentionHalfBackward(network, layer, tape, between);
}

/** forward: out = h + f + A(f), f = W2 geglu(W1 u). Returns gradients of h and u, or undefined where nothing at or below them trains. */
function ffnBackward(
  network: Network,
  layer: number,
  tape: ModernBlockTape,
  above: StreamGradients,
): StreamGradients | undefined {
  const { g, reach } = network;
  const name = layerName(layer);
  const { dX, dY } = addBeforeNormBackward(network, layer, 'ffn', tape.ffnEnd, above);
  if (!reach.to(layer, 'ffn')) return undefined;

  linearParameterGradients(network, `${name}.output.dense`, { x: tape.active, dOut: dY });
  const dActive = linearBackwardInput(g, { dOut: dY, weight: weight(network, `${name}.output.dense.weight`) });
  const dWide = gegluBackward(g, tape.geglu, dActive);
  linearParameterGradients(network, `${name}.intermediate.dense`, { x: tape.attended, dOut: dWide });
  if (!reach.to(layer, 'attention-norm')) return undefined;

  const up = weight(network, `${name}.intermediate.dense.weight`);
  return { dH: dX, dU: linearBackwardInput(g, { dOut: dWide, weight: up }) };
}

/** forward: out = h + a + A(a), a = W_o attention(u). Returns gradients of h and u, or undefined where nothing below trains. */
function attentionHalfBackward(
  network: Network,
  layer: number,
  tape: ModernBlockTape,
  above: StreamGradients,
): StreamGradients | undefined {
  const { g, reach } = network;
  const name = layerName(layer);
  const { dX, dY } = addBeforeNormBackward(network, layer, 'attention', tape.attentionEnd, above);
  if (!reach.to(layer, 'attention')) return undefined;

  const output = `${name}.attention.output.dense`;
  linearParameterGradients(network, output, { x: tape.context, dOut: dY });
  const dContext = linearBackwardInput(g, { dOut: dY, weight: weight(network, `${output}.weight`) });
  const { dQuery, dKey, dValue } = attentionBackward(network, tape.attention, dContext);
  const dQkv = g.op('Concat', [dQuery, dKey, dValue], { attributes: { axis: 1 } });
  const project = `${name}.attention.self.qkv`;
  linearParameterGradients(network, project, { x: tape.u, dOut: dQkv });
  if (!reach.below(layer)) return undefined;

  const w = weight(network, `${project}.weight`);
  // What the first layer reads is the stream itself, so that both gradients are of one tensor.
  if (layer === 0) return { dU: linearBackwardInput(g, { dOut: dQkv, weight: w, addend: dX }) };
  return { dH: dX, dU: linearBackwardInput(g, { dOut: dQkv, weight: w }) };
}

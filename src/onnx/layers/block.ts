import { layerName } from '../../model/tensor-names.ts';
import type { Value } from '../graph.ts';
import { activationBackward, activationForward } from './activation.ts';
import { type AddAndNormTape, addAndNormBackward, addAndNormForward } from './add-and-norm.ts';
import { type AttentionTape, attentionBackward, attentionForward } from './attention.ts';
import { linearBackwardInput, linearForward } from './linear.ts';
import { type LoraTape, loraBackward, loraBackwardInput, loraForward } from './lora.ts';
import { linearParameterGradients, type Network, weight } from './network.ts';

/** One block of the encoder: attention and feed-forward, each ending in adapter, residual add and LayerNorm. */

/** Values of the forward that the backward reads. */
export interface BlockTape {
  /** (rows, H) */
  x: Value;
  loras: LoraTape[];
  attention: AttentionTape;
  /** (rows, H) */
  context: Value;
  attentionNorm: AddAndNormTape;
  /** The feed-forward network's input. (rows, H) */
  attended: Value;
  /** Before GELU. (rows, F) */
  preactivation: Value;
  /** After GELU. (rows, F) */
  active: Value;
  ffnNorm: AddAndNormTape;
}

function dense(network: Network, name: string, x: Value): Value {
  const [w, bias] = [weight(network, `${name}.weight`), weight(network, `${name}.bias`)];
  return linearForward(network.g, { x, weight: w, bias });
}

/** x (rows, H) -> out (rows, H) */
export function blockForward(network: Network, layer: number, x: Value): { out: Value; tape: BlockTape } {
  const { g, plan } = network;
  const name = layerName(layer);
  const loras: LoraTape[] = [];
  const project = (target: 'query' | 'key' | 'value') => {
    const projected = dense(network, `${name}.attention.self.${target}`, x);
    const lora = plan.loras.find((pair) => pair.layer === layer && pair.target === target);
    if (!lora) return projected;
    const { out, tape } = loraForward(network, lora, x, projected);
    loras.push(tape);
    return out;
  };

  // multi-head attention
  const projections = { query: project('query'), key: project('key'), value: project('value') };
  const { context, tape: attention } = attentionForward(network, projections);
  const mixed = dense(network, `${name}.attention.output.dense`, context);
  const { out: attended, tape: attentionNorm } = addAndNormForward(network, layer, 'attention', { x, y: mixed });

  // feed-forward network
  const preactivation = dense(network, `${name}.intermediate.dense`, attended);
  const active = activationForward(g, 'gelu', preactivation);
  const fed = dense(network, `${name}.output.dense`, active);
  const { out, tape: ffnNorm } = addAndNormForward(network, layer, 'ffn', { x: attended, y: fed });
  return { out, tape: { x, loras, attention, context, attentionNorm, attended, preactivation, active, ffnNorm } };
}

/** The backward of `blockForward`. Returns dX (rows, H), or undefined where nothing below trains. */
export function blockBackward(network: Network, layer: number, tape: BlockTape, dOut: Value): Value | undefined {
  const dAttended = ffnBackward(network, layer, tape, dOut);
  return dAttended && attentionHalfBackward(network, layer, tape, dAttended);
}

/** forward: out = LN(adapter(W2 gelu(W1 h + b1) + b2) + h). Returns dH, or undefined where nothing at or below h trains. */
function ffnBackward(network: Network, layer: number, tape: BlockTape, dOut: Value): Value | undefined {
  const { g, reach } = network;
  const name = layerName(layer);
  const { dX, dY } = addAndNormBackward(network, layer, 'ffn', tape.ffnNorm, dOut);
  if (!reach.to(layer, 'ffn')) return undefined;

  linearParameterGradients(network, `${name}.output.dense`, { x: tape.active, dOut: dY });
  const dActive = linearBackwardInput(g, { dOut: dY, weight: weight(network, `${name}.output.dense.weight`) });
  const dPreactivation = activationBackward(g, 'gelu', tape.preactivation, dActive);
  linearParameterGradients(network, `${name}.intermediate.dense`, { x: tape.attended, dOut: dPreactivation });
  if (!reach.to(layer, 'attention-norm')) return undefined;

  const up = weight(network, `${name}.intermediate.dense.weight`);
  return linearBackwardInput(g, { dOut: dPreactivation, weight: up, addend: dX });
}

/** forward: h = LN(adapter(W_o attention(x) + b_o) + x). Returns dX, or undefined where nothing below trains. */
function attentionHalfBackward(network: Network, layer: number, tape: BlockTape, dOut: Value): Value | undefined {
  const { g, reach } = network;
  const name = layerName(layer);
  const output = `${name}.attention.output.dense`;
  const { dX, dY } = addAndNormBackward(network, layer, 'attention', tape.attentionNorm, dOut);
  if (!reach.to(layer, 'attention')) return undefined;

  linearParameterGradients(network, output, { x: tape.context, dOut: dY });
  const dContext = linearBackwardInput(g, { dOut: dY, weight: weight(network, `${output}.weight`) });
  const { dQuery, dKey, dValue } = attentionBackward(network, tape.attention, dContext);
  const projections = { query: dQuery, key: dKey, value: dValue };
  for (const [target, dProjected] of Object.entries(projections))
    linearParameterGradients(network, `${name}.attention.self.${target}`, { x: tape.x, dOut: dProjected });
  const reduced = tape.loras.map((lora) => ({
    lora: lora.lora,
    dReduced: loraBackward(network, lora, tape.x, projections[lora.lora.target]),
  }));
  if (!reach.below(layer)) return undefined;

  let dHidden = dX;
  for (const [target, dProjected] of Object.entries(projections)) {
    const projection = weight(network, `${name}.attention.self.${target}.weight`);
    dHidden = linearBackwardInput(g, { dOut: dProjected, weight: projection, addend: dHidden });
  }
  for (const { lora, dReduced } of reduced) dHidden = loraBackwardInput(network, lora, dReduced, dHidden);
  return dHidden;
}

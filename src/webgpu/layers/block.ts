import type { Slice } from '../../gpu/buffers.ts';
import { layerName, outputName } from '../../model/tensor-names.ts';
import { attentionBackward, attentionForward } from '../ops/attention.ts';
import { matmulBackwardInputActivated, matmulForwardActivated } from '../ops/matmul.ts';
import type { Recorder } from '../ops/recorder.ts';
import { type AddAndNormTape, addAndNormBackward, addAndNormForward, keepsDenseOutput } from './add-and-norm.ts';
import { type LoraTape, loraBackward, loraBackwardInput, loraForward } from './lora.ts';
import {
  gradient,
  linearBackwardInput,
  linearForward,
  linearParameterGradients,
  type Network,
  weight,
} from './network.ts';

/** One block of the encoder: attention and feed-forward, each ending in adapter, residual add and LayerNorm. */

/** Slices of the forward that the backward reads. */
export interface BlockTape {
  /** (rows, H) */
  x: Slice;
  /** (rows, 3H) */
  qkv: Slice;
  /** (B, A, T', T') */
  probabilities: Slice;
  /** (rows, H) */
  context: Slice;
  loras: LoraTape[];
  attention: AddAndNormTape;
  /** Before GELU. (rows, F) */
  preactivation: Slice;
  /** After GELU. (rows, F) */
  active: Slice;
  ffn: AddAndNormTape;
}

/** x (rows, H) -> out (rows, H), `tape.ffn.out` */
export function blockForward(network: Network, recorder: Recorder, layer: number, x: Slice): BlockTape {
  const { config, workspace, reach, inputs, plan } = network;
  const { hidden, heads, intermediate } = config;
  const { rows, pairs } = workspace.capacity;
  const name = layerName(layer);
  const inAttention = reach.to(layer, 'attention');
  const inFfn = reach.to(layer, 'ffn');

  // multi-head attention
  const qkv = workspace.keepIf(inAttention, layer, 'qkv', rows * 3 * hidden);
  linearForward(network, recorder, `${name}.attention.self.qkv`, {
    inputs: hidden,
    outputs: 3 * hidden,
    x,
    out: qkv,
  });
  const loras = plan.loras
    .filter((lora) => lora.layer === layer)
    .map((lora) => loraForward(network, recorder, lora, x, qkv));
  const probabilities = workspace.keepIf(inAttention, layer, 'probabilities', pairs * heads);
  const dense = `${outputName(layer, 'attention')}.dense`;
  const context = workspace.keepIf(gradient(network, `${dense}.weight`) !== undefined, layer, 'context', rows * hidden);
  attentionForward(recorder, `${name}.attention`, {
    hidden,
    heads,
    qkv,
    lengths: inputs.lengths,
    probabilities,
    context,
  });
  const attended = workspace.keepIf(
    keepsDenseOutput(network, layer, 'attention'),
    layer,
    'dense-output',
    rows * hidden,
  );
  linearForward(network, recorder, dense, { inputs: hidden, outputs: hidden, x: context, out: attended });
  const attention = addAndNormForward(network, recorder, layer, 'attention', { x, y: attended });

  // feed-forward network
  const preactivation = workspace.keepIf(inFfn, layer, 'preactivation', rows * intermediate);
  const activeKept = gradient(network, `${name}.output.dense.weight`) !== undefined;
  const active = workspace.keepIf(activeKept, layer, 'active', rows * intermediate);
  matmulForwardActivated(recorder, `${name}.intermediate.dense`, {
    inputs: hidden,
    outputs: intermediate,
    activation: 'gelu',
    x: attention.out,
    weight: weight(network, `${name}.intermediate.dense.weight`),
    bias: weight(network, `${name}.intermediate.dense.bias`),
    preactivation,
    out: active,
  });
  const fed = workspace.keepIf(keepsDenseOutput(network, layer, 'ffn'), layer, 'ffn-dense-output', rows * hidden);
  linearForward(network, recorder, `${name}.output.dense`, {
    inputs: intermediate,
    outputs: hidden,
    x: active,
    out: fed,
  });
  const ffn = addAndNormForward(network, recorder, layer, 'ffn', { x: attention.out, y: fed });
  return { x, qkv, probabilities, context, loras, attention, preactivation, active, ffn };
}

/** The backward of `blockForward`. Returns dX (rows, H), or undefined where nothing below trains. */
export function blockBackward(
  network: Network,
  recorder: Recorder,
  layer: number,
  tape: BlockTape,
  dOut: Slice,
): Slice | undefined {
  const dAttended = ffnBackward(network, recorder, layer, tape, dOut);
  return dAttended && attentionHalfBackward(network, recorder, layer, tape, dAttended);
}

/** forward: out = LN(adapter(W2 gelu(W1 h + b1) + b2) + h). Returns dH, or undefined where nothing at or below h trains. */
function ffnBackward(network: Network, recorder: Recorder, layer: number, tape: BlockTape, dOut: Slice) {
  const { config, workspace, reach } = network;
  const { hidden, intermediate } = config;
  const { rows } = workspace.capacity;
  const name = layerName(layer);
  const { dX, dY } = addAndNormBackward(network, recorder, layer, 'ffn', tape.ffn, dOut);
  if (!reach.to(layer, 'ffn')) return undefined;

  const down = { inputs: intermediate, outputs: hidden, dOut: dY };
  linearParameterGradients(network, recorder, `${name}.output.dense`, { ...down, x: tape.active });
  const dPreactivation = workspace.scratch('d-preactivation', rows * intermediate);
  matmulBackwardInputActivated(recorder, `${name}.output.dense/d-input`, {
    ...down,
    activation: 'gelu',
    weight: weight(network, `${name}.output.dense.weight`),
    preactivation: tape.preactivation,
    dPreactivation,
  });
  const up = { inputs: hidden, outputs: intermediate, dOut: dPreactivation };
  linearParameterGradients(network, recorder, `${name}.intermediate.dense`, { ...up, x: tape.attention.out });
  if (!reach.to(layer, 'attention-norm')) return undefined;

  const dHidden = workspace.scratch('d-attended', rows * hidden);
  linearBackwardInput(network, recorder, `${name}.intermediate.dense`, {
    ...up,
    addend: dX,
    dX: dHidden,
  });
  return dHidden;
}

/** forward: h = LN(adapter(W_o attention(x) + b_o) + x). Returns dX, or undefined where nothing below trains. */
function attentionHalfBackward(network: Network, recorder: Recorder, layer: number, tape: BlockTape, dOut: Slice) {
  const { config, workspace, reach } = network;
  const { hidden, heads } = config;
  const { rows, pairs } = workspace.capacity;
  const name = layerName(layer);
  const dense = `${outputName(layer, 'attention')}.dense`;
  const { dX, dY } = addAndNormBackward(network, recorder, layer, 'attention', tape.attention, dOut);
  if (!reach.to(layer, 'attention')) return undefined;

  const output = { inputs: hidden, outputs: hidden, dOut: dY };
  linearParameterGradients(network, recorder, dense, { ...output, x: tape.context });
  const dContext = workspace.scratch('d-context', rows * hidden);
  linearBackwardInput(network, recorder, dense, { ...output, dX: dContext });
  const dQkv = workspace.scratch('d-qkv', rows * 3 * hidden);
  const dPairs = workspace.scratch('d-pairs', pairs * heads);
  const { qkv, probabilities } = tape;
  attentionBackward(recorder, `${name}.attention`, { hidden, heads, dContext, qkv, probabilities, dPairs, dQkv });
  const project = { inputs: hidden, outputs: 3 * hidden, dOut: dQkv };
  const selfName = `${name}.attention.self.qkv`;
  linearParameterGradients(network, recorder, selfName, { ...project, x: tape.x });
  const reduced = tape.loras.map((lora) => ({
    lora: lora.lora,
    dReduced: loraBackward(network, recorder, lora, tape.x, dQkv),
  }));
  if (!reach.below(layer)) return undefined;

  const dHidden = workspace.scratch('d-hidden', rows * hidden);
  linearBackwardInput(network, recorder, selfName, { ...project, addend: dX, dX: dHidden });
  for (const { lora, dReduced } of reduced) loraBackwardInput(network, recorder, lora, dReduced, dHidden);
  return dHidden;
}

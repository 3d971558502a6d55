import type { Slice } from '../../gpu/buffers.ts';
import { attentionOf, type Rotary } from '../../model/rotary.ts';
import { layerName, outputName } from '../../model/tensor-names.ts';
import { attentionBackward, attentionForward } from '../ops/attention.ts';
import { gegluBackward, gegluForward } from '../ops/geglu.ts';
import type { Recorder } from '../ops/recorder.ts';
import { ropeBackward, ropeForward } from '../ops/rope.ts';
import { keepsDenseOutput } from './add-and-norm.ts';
import {
  type AddBeforeNormTape,
  addBeforeNormBackward,
  addBeforeNormForward,
  type Stream,
  type StreamGradients,
} from './add-before-norm.ts';
import { gradient, linearBackwardInput, linearForward, linearParameterGradients, type Network } from './network.ts';

/**
 * One block of a ModernBERT (Warner et al. 2024): attention and a gated feed-forward network, each read from a LayerNorm of the
 * residual stream and added back to it. Nothing has a bias.
 */

/** cos and sin by position, for every θ. */
export type Angles = ReadonlyMap<number, Slice>;

/** Slices of the forward that the backward reads. */
export interface ModernBlockTape {
  /** What attention reads. (rows, H) */
  u: Slice;
  /** Queries and keys turned. (rows, 3H) */
  qkv: Slice;
  /** (B, A, T', T') */
  probabilities: Slice;
  /** (rows, H) */
  context: Slice;
  attention: AddBeforeNormTape;
  /** What is activated, then its gate. (rows, 2F) */
  wide: Slice;
  /** (rows, F) */
  active: Slice;
  ffn: AddBeforeNormTape;
}

/** What a layer's attention needs beside its tensors. */
function attentionShape({ config }: Network, layer: number, rotary: Rotary, angles: Angles) {
  const { hidden, heads } = config;
  const { theta, reach } = attentionOf(rotary, layer);
  const table = angles.get(theta);
  if (!table) throw new Error(`layer ${layer}: no angles for θ = ${theta}`);
  return { rope: { hidden, heads, angles: table }, attention: { hidden, heads, reach } };
}

/** x, the stream below -> `tape.ffn.out`, the stream above */
export function modernBlockForward(
  network: Network,
  recorder: Recorder,
  layer: number,
  { rotary, angles }: { rotary: Rotary; angles: Angles },
  x: Stream,
): ModernBlockTape {
  const { config, workspace, reach, inputs } = network;
  const { hidden, heads, intermediate } = config;
  const { rows, pairs } = workspace.capacity;
  const name = layerName(layer);
  const shape = attentionShape(network, layer, rotary, angles);
  const inAttention = reach.to(layer, 'attention');

  // multi-head attention
  const qkv = workspace.keepIf(inAttention, layer, 'qkv', rows * 3 * hidden);
  const project = `${name}.attention.self.qkv`;
  linearForward(network, recorder, project, { inputs: hidden, outputs: 3 * hidden, x: x.u, out: qkv });
  ropeForward(recorder, `${name}.attention/rope`, { ...shape.rope, qkv });
  const probabilities = workspace.keepIf(inAttention, layer, 'probabilities', pairs * heads);
  const dense = `${outputName(layer, 'attention')}.dense`;
  const context = workspace.keepIf(gradient(network, `${dense}.weight`) !== undefined, layer, 'context', rows * hidden);
  const { lengths } = inputs;
  attentionForward(recorder, `${name}.attention`, { ...shape.attention, qkv, lengths, probabilities, context });
  const attended = workspace.keepIf(
    keepsDenseOutput(network, layer, 'attention'),
    layer,
    'dense-output',
    rows * hidden,
  );
  linearForward(network, recorder, dense, { inputs: hidden, outputs: hidden, x: context, out: attended });
  const attention = addBeforeNormForward(network, recorder, layer, 'attention', { x: x.h, y: attended });

  // gated feed-forward network
  const wide = workspace.keepIf(reach.to(layer, 'ffn'), layer, 'wide', rows * 2 * intermediate);
  linearForward(network, recorder, `${name}.intermediate.dense`, {
    inputs: hidden,
    outputs: 2 * intermediate,
    x: attention.out.u,
    out: wide,
  });
  const activeKept = gradient(network, `${name}.output.dense.weight`) !== undefined;
  const active = workspace.keepIf(activeKept, layer, 'active', rows * intermediate);
  gegluForward(recorder, `${name}.intermediate/geglu`, { width: intermediate, wide, out: active });
  const fed = workspace.keepIf(keepsDenseOutput(network, layer, 'ffn'), layer, 'ffn-dense-output', rows * hidden);
  linearForward(network, recorder, `${name}.output.dense`, {
    inputs: intermediate,
    outputs: hidden,
    x: active,
    out: fed,
  });
  const ffn = addBeforeNormForward(network, recorder, layer, 'ffn', { x: attention.out.h, y: fed });
  return { u: x.u, qkv, probabilities, context, attention, wide, active, ffn };
}

/** The backward of `modernBlockForward`. Returns gradients of the stream below, or undefined where nothing below trains. */
export function modernBlockBackward(
  network: Network,
  recorder: Recorder,
  layer: number,
  { rotary, angles }: { rotary: Rotary; angles: Angles },
  tape: ModernBlockTape,
  above: StreamGradients,
): StreamGradients | undefined {
  const between = ffnBackward(network, recorder, layer, tape, above);
  const shape = attentionShape(network, layer, rotary, angles);
  return between && attentionHalfBackward(network, recorder, layer, shape, tape, between);
}

/** forward: out = h + f + A(f), f = W2 geglu(W1 u). Returns gradients of h and u, or undefined where nothing at or below them trains. */
function ffnBackward(
  network: Network,
  recorder: Recorder,
  layer: number,
  tape: ModernBlockTape,
  above: StreamGradients,
): StreamGradients | undefined {
  const { config, workspace, reach } = network;
  const { hidden, intermediate } = config;
  const { rows } = workspace.capacity;
  const name = layerName(layer);
  const { dX, dY } = addBeforeNormBackward(network, recorder, layer, 'ffn', tape.ffn, above);
  if (!reach.to(layer, 'ffn')) return undefined;

  const down = { inputs: intermediate, outputs: hidden, dOut: dY };
  linearParameterGradients(network, recorder, `${name}.output.dense`, { ...down, x: tape.active });
  const dActive = workspace.scratch('d-active', rows * intermediate);
  linearBackwardInput(network, recorder, `${name}.output.dense`, {
    ...down,
    dX: dActive,
  });
  const dWide = workspace.scratch('d-wide', rows * 2 * intermediate);
  gegluBackward(recorder, `${name}.intermediate/d-geglu`, {
    width: intermediate,
    wide: tape.wide,
    dOut: dActive,
    dWide,
  });
  const up = { inputs: hidden, outputs: 2 * intermediate, dOut: dWide };
  linearParameterGradients(network, recorder, `${name}.intermediate.dense`, { ...up, x: tape.attention.out.u });
  if (!reach.to(layer, 'attention-norm')) return undefined;

  const dU = workspace.scratch('d-hidden', rows * hidden);
  linearBackwardInput(network, recorder, `${name}.intermediate.dense`, {
    ...up,
    dX: dU,
  });
  return { dH: dX, dU };
}

/** forward: out = h + a + A(a), a = W_o attention(u). Returns gradients of h and u, or undefined where nothing below trains. */
function attentionHalfBackward(
  network: Network,
  recorder: Recorder,
  layer: number,
  shape: ReturnType<typeof attentionShape>,
  tape: ModernBlockTape,
  above: StreamGradients,
): StreamGradients | undefined {
  const { config, workspace, reach } = network;
  const { hidden, heads } = config;
  const { rows, pairs } = workspace.capacity;
  const name = layerName(layer);
  const { dX, dY } = addBeforeNormBackward(network, recorder, layer, 'attention', tape.attention, above);
  if (!reach.to(layer, 'attention')) return undefined;

  const dense = `${outputName(layer, 'attention')}.dense`;
  const output = { inputs: hidden, outputs: hidden, dOut: dY };
  linearParameterGradients(network, recorder, dense, { ...output, x: tape.context });
  const dContext = workspace.scratch('d-context', rows * hidden);
  linearBackwardInput(network, recorder, dense, { ...output, dX: dContext });
  const dQkv = workspace.scratch('d-qkv', rows * 3 * hidden);
  const dPairs = workspace.scratch('d-pairs', pairs * heads);
  const { qkv, probabilities } = tape;
  const gradients = { dContext, dPairs, dQkv };
  attentionBackward(recorder, `${name}.attention`, { ...shape.attention, ...gradients, qkv, probabilities });
  ropeBackward(recorder, `${name}.attention/d-rope`, { ...shape.rope, dQkv });
  const project = { inputs: hidden, outputs: 3 * hidden, dOut: dQkv };
  const selfName = `${name}.attention.self.qkv`;
  linearParameterGradients(network, recorder, selfName, { ...project, x: tape.u });
  if (!reach.below(layer)) return undefined;

  const dU = workspace.scratch('d-hidden', rows * hidden);
  linearBackwardInput(network, recorder, selfName, {
    ...project,
    // What the first layer reads is the stream itself, so that both gradients are of one tensor.
    ...(layer === 0 ? { addend: dX } : {}),
    dX: dU,
  });
  return layer === 0 ? { dU } : { dH: dX, dU };
}

import { attentionOf, type Rotary, thetasOf } from '../../model/rotary.ts';
import { lowest } from '../feeds.ts';
import type { Value } from '../graph.ts';
import { normAfter, type Stream, type StreamGradients } from './add-before-norm.ts';
import type { AttentionPositions } from './attention.ts';
import { type ModernBlockTape, modernBlockBackward, modernBlockForward } from './modern-block.ts';
import type { Network } from './network.ts';
import { anglesOf } from './rope.ts';

/** The blocks of a ModernBERT, one after another, between the embeddings and the final LayerNorm. */

/** Tapes of the blocks that were run, by layer. */
export interface ModernLayersTape {
  modern: Map<number, ModernBlockTape>;
}

/** 0 where two tokens stand near enough to see each other and the key is real, the lowest float elsewhere. (B, 1, T, T) */
function localBias({ g, layout }: Network, reach: number): Value {
  const zero = g.op('Squeeze', [g.integers(0)]);
  const places = g.op('Range', [zero, layout.tokens(), g.op('Squeeze', [g.integers(1)])]);
  const apart = g.op('Sub', [g.op('Unsqueeze', [places, g.integers(1)]), g.op('Unsqueeze', [places, g.integers(0)])]);
  const isFar = g.op('Greater', [g.op('Abs', [apart]), g.op('Squeeze', [g.integers(reach)])]);
  const far = g.op('Where', [isFar, g.constant(lowest), g.constant(0)]);
  // Not their sum, which would overflow: a padded query may see no key at all.
  return g.op('Min', [layout.keyBias, far]);
}

/** Positions of each layer's attention; what several layers share is in the graph once. */
function positionsOf(network: Network, rotary: Rotary): (layer: number) => AttentionPositions {
  const { g, layout } = network;
  const angles = new Map(thetasOf(rotary).map((theta) => [theta, anglesOf(g, layout.angles(theta))]));
  const near = rotary.global.every(Boolean) ? '' : localBias(network, rotary.reach);
  return (layer) => {
    const { theta, reach } = attentionOf(rotary, layer);
    const table = angles.get(theta);
    if (!table) throw new Error(`layer ${layer}: no angles for θ = ${theta}`);
    return { angles: table, bias: reach === null ? layout.keyBias : near };
  };
}

/** The stream below block `from` -> that above the block before `to`; above the last block its final LayerNorm. (rows, H) */
export function modernLayersForward(
  network: Network,
  rotary: Rotary,
  states: Value,
  { from, to }: { from: number; to: number },
): { hidden: Value; tape: { blocks: ModernLayersTape } } {
  const positions = positionsOf(network, rotary);
  // The first layer reads the embeddings' LayerNorm and has none of its own.
  let stream: Stream = { h: states, u: from === 0 ? states : normAfter(network, from - 1, 'ffn', states).u };
  const modern = new Map<number, ModernBlockTape>();
  for (let layer = from; layer < to; layer++) {
    const block = modernBlockForward(network, layer, positions(layer), stream);
    modern.set(layer, block.tape);
    stream = block.out;
  }
  const isWhole = to === network.config.layers;
  return { hidden: isWhole ? stream.u : stream.h, tape: { blocks: { modern } } };
}

/** The backward of `modernLayersForward`. Returns the gradient of the embeddings' states, or undefined where they do not train. */
export function modernLayersBackward(network: Network, { modern }: ModernLayersTape, dLast: Value): Value | undefined {
  let gradients: StreamGradients | undefined = { dU: dLast };
  for (let layer = network.config.layers - 1; layer >= 0 && gradients; layer--) {
    const block = modern.get(layer);
    if (!block) throw new Error(`layer ${layer} has no tape`);
    gradients = modernBlockBackward(network, layer, block, gradients);
  }
  return gradients?.dU;
}

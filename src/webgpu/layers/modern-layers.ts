import type { Slice } from '../../gpu/buffers.ts';
import { type Rotary, rotaryTable, thetasOf } from '../../model/rotary.ts';
import type { Recorder } from '../ops/recorder.ts';
import { longestRow } from '../workspace.ts';
import { normAgain, type Stream, type StreamGradients } from './add-before-norm.ts';
import type { ForwardRecorders, LayersForward } from './encoder.ts';
import { type Angles, type ModernBlockTape, modernBlockBackward, modernBlockForward } from './modern-block.ts';
import type { Network } from './network.ts';

/** The blocks of a ModernBERT, one after another, between the embeddings and the final LayerNorm. */

export interface ModernLayersTape {
  positions: { rotary: Rotary; angles: Angles };
  blocks: ModernBlockTape[];
}

function positionsOf({ config, workspace }: Network): ModernLayersTape['positions'] {
  const { rotary, hidden, heads } = config;
  if (!rotary) throw new Error('an encoder without rotary positions');
  const tokens = longestRow(workspace.capacity);
  const tables = thetasOf(rotary).map(
    (theta) => [theta, workspace.table(`angles.${theta}`, rotaryTable(theta, hidden / heads, tokens))] as const,
  );
  return { rotary, angles: new Map(tables) };
}

/** states of the embeddings (rows, H) -> last hidden states, through L blocks and the final LayerNorm */
export function modernLayersForward(
  network: Network,
  { frozen, live }: ForwardRecorders,
  embedded: Slice,
): LayersForward<ModernLayersTape> {
  const { config, reach } = network;
  const frozenLayers = reach.frozenLayers(config.layers);
  const positions = positionsOf(network);
  // The first layer reads the embeddings' LayerNorm and has none of its own.
  let stream: Stream = { h: embedded, u: embedded };
  let states: Slice | null = null;
  const blocks: ModernBlockTape[] = [];
  for (let layer = 0; layer < config.layers; layer++) {
    const tape = modernBlockForward(network, layer < frozenLayers ? frozen : live, layer, positions, stream);
    blocks.push(tape);
    stream = tape.ffn.out;
    if (layer + 1 !== frozenLayers) continue;
    // Above the last layer u alone goes on; below it, what is kept is the stream, and u follows from it.
    const isLast = frozenLayers === config.layers;
    states = isLast ? stream.u : stream.h;
    if (!isLast) normAgain(network, live, layer, stream);
  }
  return { hidden: stream.u, states, blocks: { positions, blocks } };
}

/** The backward of `modernLayersForward`. Returns the gradient of the embeddings' states, or undefined where they do not train. */
export function modernLayersBackward(
  network: Network,
  recorder: Recorder,
  { positions, blocks }: ModernLayersTape,
  dLast: Slice,
): Slice | undefined {
  let gradients: StreamGradients | undefined = { dU: dLast };
  for (let layer = network.config.layers - 1; layer >= 0 && gradients; layer--) {
    const block = blocks[layer];
    if (!block) throw new Error(`layer ${layer} has no tape`);
    gradients = modernBlockBackward(network, recorder, layer, positions, block, gradients);
  }
  return gradients?.dU;
}

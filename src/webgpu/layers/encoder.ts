import type { Slice } from '../../gpu/buffers.ts';
import { embeddings } from '../../model/tensor-names.ts';
import { embeddingBackward, embeddingForward } from '../ops/embedding.ts';
import { layerNormBackwardAffine, layerNormBackwardInput, layerNormForward } from '../ops/layer-norm.ts';
import { poolingBackward, poolingForward } from '../ops/pooling.ts';
import type { Recorder } from '../ops/recorder.ts';
import { type BlockTape, blockBackward, blockForward } from './block.ts';
import { type ModernLayersTape, modernLayersBackward, modernLayersForward } from './modern-layers.ts';
import { gradient, type Network, weight } from './network.ts';

/** The forward of the whole encoder, and its backward in reverse order. */

export interface EncoderTape {
  embeddingNorm: Slice;
  blocks: BlockTape[] | ModernLayersTape;
}

/** Recorders of a forward: of the part that gives the same states at every visit of an example, and of the rest. */
export interface ForwardRecorders {
  frozen: Recorder;
  live: Recorder;
}

/** The last states that never change for an example. */
export interface Boundary {
  states: Slice;
  /** Pooled states, one row an example; else one row a token. */
  pooled: boolean;
}

/**
 * ids (B, T) -> states: embeddings, LayerNorm, L blocks, and pooling (B, H), or none where every token is labelled (B, T, H)
 */
export function encoderForward(
  network: Network,
  { frozen, live }: ForwardRecorders,
): { states: Slice; tape: EncoderTape; boundary: Boundary | null } {
  const { config, workspace, inputs, reach, kind, pooling } = network;
  const frozenLayers = reach.frozenLayers(config.layers);
  const embedded = embeddingsForward(network, frozenLayers > 0 ? frozen : live);
  const layers = config.rotary ? modernLayersForward : layersForward;
  const { hidden, states, blocks } = layers(network, { frozen, live }, embedded.out);
  let boundary: Boundary | null = states && { states, pooled: false };
  const tape = { embeddingNorm: embedded.norm, blocks };
  if (kind === 'token') return { states: hidden, tape, boundary };
  const pooled = workspace.keep('pooled', workspace.capacity.examples * config.hidden);
  const headAlone = !reach.encoder;
  if (headAlone) boundary = { states: pooled, pooled: true };
  const { lengths } = inputs;
  poolingForward(headAlone ? frozen : live, 'pooling', {
    width: config.hidden,
    pooling,
    lengths,
    x: hidden,
    out: pooled,
  });
  return { states: pooled, tape, boundary };
}

/** Last hidden states, the last states that never change for an example, and the tapes of the blocks. */
export interface LayersForward<Tape> {
  hidden: Slice;
  states: Slice | null;
  blocks: Tape;
}

/** states of the embeddings (rows, H) -> last hidden states, through L blocks */
function layersForward(
  network: Network,
  { frozen, live }: ForwardRecorders,
  embedded: Slice,
): LayersForward<BlockTape[]> {
  const { config, reach } = network;
  const frozenLayers = reach.frozenLayers(config.layers);
  let hidden = embedded;
  let states: Slice | null = null;
  const blocks: BlockTape[] = [];
  for (let layer = 0; layer < config.layers; layer++) {
    const tape = blockForward(network, layer < frozenLayers ? frozen : live, layer, hidden);
    blocks.push(tape);
    hidden = tape.ffn.out;
    if (layer + 1 === frozenLayers) states = hidden;
  }
  return { hidden, states, blocks };
}

/** The backward of `layersForward`. Returns the gradient of the embeddings' states, or undefined where they do not train. */
function layersBackward(network: Network, recorder: Recorder, blocks: BlockTape[], dLast: Slice): Slice | undefined {
  let dHidden: Slice | undefined = dLast;
  for (let layer = network.config.layers - 1; layer >= 0 && dHidden; layer--) {
    const block = blocks[layer];
    if (!block) throw new Error(`layer ${layer} has no tape`);
    dHidden = blockBackward(network, recorder, layer, block, dHidden);
  }
  return dHidden;
}

/** ids (B, T) -> out = LN(word[id] + position[t] + tokenType[type]), of ModernBERT LN(word[id]) (rows, H) */
function embeddingsForward(network: Network, recorder: Recorder): { out: Slice; norm: Slice } {
  const { config, workspace, inputs, reach } = network;
  const { rows } = workspace.capacity;
  const width = config.hidden;
  const summed = workspace.scratch('embedded', rows * width);
  embeddingForward(recorder, 'embeddings', {
    width,
    ids: inputs.ids,
    word: weight(network, embeddings.word),
    others: config.rotary
      ? undefined
      : { position: weight(network, embeddings.position), tokenType: weight(network, embeddings.tokenType) },
    types: inputs.types,
    out: summed,
  });
  const norm = workspace.normTape(reach.below(0) ? 'embeddings.norm' : null, width);
  const out = workspace.keep('embeddings.out', rows * width);
  layerNormForward(recorder, embeddings.norm, {
    width,
    epsilon: config.layerNormEpsilon,
    x: summed,
    weight: weight(network, `${embeddings.norm}.weight`),
    bias: config.rotary ? undefined : weight(network, `${embeddings.norm}.bias`),
    out,
    tape: norm,
  });
  return { out, norm };
}

/** Room for the gradient of what `encoderForward` returns. */
export const stateGradient = ({ config, kind, workspace }: Network): Slice =>
  kind === 'token'
    ? workspace.scratch('d-hidden', workspace.capacity.rows * config.hidden)
    : workspace.scratch('d-pooled', workspace.capacity.examples * config.hidden);

/** dStates, of `encoderForward`'s states -> gradients of everything that trains, and nothing else */
export function encoderBackward(network: Network, recorder: Recorder, tape: EncoderTape, dStates: Slice): void {
  const { config, workspace, inputs, kind, pooling } = network;
  const width = config.hidden;
  const dLast = workspace.scratch('d-hidden', workspace.capacity.rows * width);
  if (kind !== 'token')
    poolingBackward(recorder, 'pooling/d-input', { width, pooling, lengths: inputs.lengths, dOut: dStates, dX: dLast });
  const { blocks } = tape;
  const dHidden = Array.isArray(blocks)
    ? layersBackward(network, recorder, blocks, dLast)
    : modernLayersBackward(network, recorder, blocks, dLast);
  if (dHidden) embeddingsBackward(network, recorder, tape, dHidden);
}

/** forward: out = LN(word[id] + position[t] + tokenType[type]) */
function embeddingsBackward(network: Network, recorder: Recorder, { embeddingNorm }: EncoderTape, dOut: Slice): void {
  const { config, workspace, inputs } = network;
  const width = config.hidden;
  layerNormBackwardAffine(recorder, `${embeddings.norm}/d-affine`, {
    width,
    dOut,
    tape: embeddingNorm,
    dWeight: gradient(network, `${embeddings.norm}.weight`),
    dBias: gradient(network, `${embeddings.norm}.bias`),
  });
  const dWord = gradient(network, embeddings.word);
  const dPosition = gradient(network, embeddings.position);
  const dTokenType = gradient(network, embeddings.tokenType);
  if (!dWord) return;
  const dSum = workspace.scratch('d-sum', workspace.capacity.rows * width);
  layerNormBackwardInput(recorder, `${embeddings.norm}/d-input`, {
    width,
    dOut,
    tape: embeddingNorm,
    weight: weight(network, `${embeddings.norm}.weight`),
    dX: dSum,
  });
  const { ids, nextSame, types } = inputs;
  // DistilBERT has no types, ModernBERT no positions either.
  const tokenType = dTokenType && { types, entries: config.tokenTypes, dTable: dTokenType };
  embeddingBackward(recorder, 'embeddings', { width, ids, nextSame, dOut: dSum, dWord, dPosition, tokenType });
}

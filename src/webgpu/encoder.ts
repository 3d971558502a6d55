import { part, type Slice } from '../gpu/buffers.ts';
import { type BlockTape, blockBackward, blockForward } from './block.ts';
import { gradient, type Network, weight } from './network.ts';
import { columnSum } from './ops/column-sum.ts';
import { embeddingBackward, embeddingForward } from './ops/embedding.ts';
import { layerNormBackwardAffine, layerNormBackwardInput, layerNormForward } from './ops/layer-norm.ts';
import { poolingBackward, poolingForward } from './ops/pooling.ts';
import type { Recorder } from './ops/recorder.ts';

/** The whole encoder as a list, and the same list upside down. */

export interface EncoderTape {
  embeddingNorm: Slice;
  blocks: BlockTape[];
}

/** ids (B, T) -> pooled (B, H): embeddings, LayerNorm, L blocks, pooling */
export function encoderForward(network: Network, recorder: Recorder, pooled: Slice): EncoderTape {
  const { config, workspace, inputs, reach } = network;
  const { rows } = workspace.capacity;
  const width = config.hidden;
  const summed = workspace.scratch('adapted', rows * width);
  embeddingForward(recorder, 'embeddings', {
    width,
    ids: inputs.ids,
    word: weight(network, 'embeddings.word_embeddings.weight'),
    position: weight(network, 'embeddings.position_embeddings.weight'),
    tokenType: weight(network, 'embeddings.token_type_embeddings.weight'),
    out: summed,
  });
  const embeddingNorm = workspace.normTape(reach.below(0) ? 'embeddings.norm' : null, width);
  let hidden = workspace.keep('embeddings.out', rows * width);
  layerNormForward(recorder, 'embeddings.LayerNorm', {
    width,
    epsilon: config.layerNormEpsilon,
    x: summed,
    weight: weight(network, 'embeddings.LayerNorm.weight'),
    bias: weight(network, 'embeddings.LayerNorm.bias'),
    out: hidden,
    tape: embeddingNorm,
  });
  const blocks: BlockTape[] = [];
  for (let layer = 0; layer < config.layers; layer++) {
    const tape = blockForward(network, recorder, layer, hidden);
    blocks.push(tape);
    hidden = tape.ffn.out;
  }
  const { pooling } = network;
  poolingForward(recorder, 'pooling', { width, pooling, lengths: inputs.lengths, x: hidden, out: pooled });
  return { embeddingNorm, blocks };
}

/** dPooled (B, H) -> gradients of everything that trains, and nothing else */
export function encoderBackward(network: Network, recorder: Recorder, tape: EncoderTape, dPooled: Slice): void {
  const { config, workspace, inputs, pooling } = network;
  const width = config.hidden;
  const dLast = workspace.scratch('d-hidden', workspace.capacity.rows * width);
  poolingBackward(recorder, 'pooling/d-input', { width, pooling, lengths: inputs.lengths, dOut: dPooled, dX: dLast });
  let dHidden: Slice | undefined = dLast;
  for (let layer = config.layers - 1; layer >= 0 && dHidden; layer--) {
    const block = tape.blocks[layer];
    if (!block) throw new Error(`layer ${layer} has no tape`);
    dHidden = blockBackward(network, recorder, layer, block, dHidden);
  }
  if (dHidden) embeddingsBackward(network, recorder, tape, dHidden);
}

/** forward: out = LN(word[id] + position[t] + tokenType[0]) */
function embeddingsBackward(network: Network, recorder: Recorder, { embeddingNorm }: EncoderTape, dOut: Slice): void {
  const { config, workspace, inputs } = network;
  const width = config.hidden;
  layerNormBackwardAffine(recorder, 'embeddings.LayerNorm/d-affine', {
    width,
    dOut,
    tape: embeddingNorm,
    dWeight: gradient(network, 'embeddings.LayerNorm.weight'),
    dBias: gradient(network, 'embeddings.LayerNorm.bias'),
  });
  const dWord = gradient(network, 'embeddings.word_embeddings.weight');
  const dPosition = gradient(network, 'embeddings.position_embeddings.weight');
  const dTokenType = gradient(network, 'embeddings.token_type_embeddings.weight');
  if (!dWord || !dPosition || !dTokenType) return;
  const dSum = workspace.scratch('d-sum', workspace.capacity.rows * width);
  layerNormBackwardInput(recorder, 'embeddings.LayerNorm/d-input', {
    width,
    dOut,
    tape: embeddingNorm,
    weight: weight(network, 'embeddings.LayerNorm.weight'),
    dX: dSum,
  });
  const { ids, nextSame } = inputs;
  embeddingBackward(recorder, 'embeddings', { width, ids, nextSame, dOut: dSum, dWord, dPosition });
  // Every token is of type 0.
  columnSum(recorder, 'embeddings/d-token-type', { width, dOut: dSum, dBias: part(dTokenType, 0, width) });
}

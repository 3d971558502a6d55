import { embeddings, trainedName } from '../../model/tensor-names.ts';
import type { Value } from '../graph.ts';
import { type BlockTape, blockBackward, blockForward } from './block.ts';
import { layerNormBackwardInput, layerNormForward, type NormTape, normalised } from './layer-norm.ts';
import { columnSum } from './linear.ts';
import { type ModernLayersTape, modernLayersBackward, modernLayersForward } from './modern-layers.ts';
import { type Network, trains, weight } from './network.ts';

/** The forward of the whole encoder, and its backward in reverse order. */

export interface EncoderTape {
  /** Absent where the forward begins above the embeddings. */
  embeddingNorm?: NormTape;
  /** Tapes of the blocks that were run, by layer. */
  blocks: Map<number, BlockTape> | ModernLayersTape;
}

export interface EncoderInputs {
  /** Token ids. (rows) */
  ids: Value;
  /** Position of each token in its example; absent: they are rotary. (rows) */
  positions?: Value;
  /** Token types; absent: all 0. (rows) */
  types?: Value;
}

/** ids (rows) -> hidden states (rows, H): embeddings, LayerNorm, the lowest `layers` of L blocks */
export function encoderForward(
  network: Network,
  inputs: EncoderInputs,
  layers = network.config.layers,
): { hidden: Value; tape: EncoderTape } {
  const { out, tape: embeddingNorm } = embeddingsForward(network, inputs);
  const { hidden, tape } = blocksForward(network, out, { from: 0, to: layers });
  return { hidden, tape: { ...tape, embeddingNorm } };
}

/** ids (rows) -> out = LN(word[id] + position[t] + tokenType[type]), of ModernBERT LN(word[id]) (rows, H) */
function embeddingsForward(network: Network, { ids, positions, types }: EncoderInputs): { out: Value; tape: NormTape } {
  const { g, config } = network;
  const word = g.op('Gather', [weight(network, embeddings.word), ids]);
  const affine = { epsilon: config.layerNormEpsilon, weight: weight(network, `${embeddings.norm}.weight`) };
  if (config.rotary) return layerNormForward(g, { ...affine, x: word });
  const position = g.op('Gather', [weight(network, embeddings.position), positions ?? '']);
  const tokenType = g.op('Gather', [weight(network, embeddings.tokenType), types ?? g.integers(0)]);
  return layerNormForward(g, {
    ...affine,
    x: g.op('Add', [g.op('Add', [word, position]), tokenType]),
    bias: weight(network, `${embeddings.norm}.bias`),
  });
}

/** States below block `from` -> states above the block before `to`. (rows, H) */
export function blocksForward(
  network: Network,
  states: Value,
  { from, to }: { from: number; to: number },
): { hidden: Value; tape: EncoderTape } {
  if (network.config.rotary) return modernLayersForward(network, network.config.rotary, states, { from, to });
  let hidden = states;
  const blocks = new Map<number, BlockTape>();
  for (let layer = from; layer < to; layer++) {
    const block = blockForward(network, layer, hidden);
    blocks.set(layer, block.tape);
    hidden = block.out;
  }
  return { hidden, tape: { blocks } };
}

/**
 * dHidden (rows, H) -> gradients of everything that trains, and nothing else
 * @param inputs null where the forward begins above the embeddings
 */
export function encoderBackward(network: Network, inputs: EncoderInputs | null, tape: EncoderTape, dLast: Value): void {
  const { blocks } = tape;
  const dHidden =
    blocks instanceof Map ? layersBackward(network, blocks, dLast) : modernLayersBackward(network, blocks, dLast);
  if (!dHidden) return;
  if (!inputs || !tape.embeddingNorm) throw new Error('the embeddings have no tape');
  embeddingsBackward(network, inputs, tape.embeddingNorm, dHidden);
}

/** The backward of the blocks. Returns the gradient of the embeddings' states, or undefined where they do not train. */
function layersBackward(network: Network, blocks: Map<number, BlockTape>, dLast: Value): Value | undefined {
  let dHidden: Value | undefined = dLast;
  for (let layer = network.config.layers - 1; layer >= 0 && dHidden; layer--) {
    const block = blocks.get(layer);
    if (!block) throw new Error(`layer ${layer} has no tape`);
    dHidden = blockBackward(network, layer, block, dHidden);
  }
  return dHidden;
}

/** forward: out = LN(word[id] + position[t] + tokenType[type]) */
function embeddingsBackward(
  network: Network,
  { ids, positions, types }: EncoderInputs,
  embeddingNorm: NormTape,
  dOut: Value,
): void {
  const { g, config, gradients } = network;
  const norm = normalised(g, embeddingNorm);
  const normWeight = `${embeddings.norm}.weight`;
  if (trains(network, normWeight)) gradients.set(trainedName(normWeight), columnSum(g, g.op('Mul', [dOut, norm])));
  if (trains(network, `${embeddings.norm}.bias`))
    gradients.set(trainedName(`${embeddings.norm}.bias`), columnSum(g, dOut));
  if (!trains(network, embeddings.word)) return;

  const dSum = layerNormBackwardInput(g, { tape: embeddingNorm, norm, weight: weight(network, normWeight), dOut });
  /** forward: out = table[index]. dTable[index] += dOut */
  const scatter = (entries: number, index: Value) => {
    const zeros = g.op('ConstantOfShape', [g.integers(entries, config.hidden)]);
    const places = g.op('Unsqueeze', [g.op('Cast', [index], { attributes: { to: 7 } }), g.integers(1)]);
    return g.op('ScatterND', [zeros, places, dSum], { attributes: { reduction: { string: 'add' } } });
  };
  gradients.set(trainedName(embeddings.word), scatter(config.vocabulary, ids));
  if (positions && trains(network, embeddings.position))
    gradients.set(trainedName(embeddings.position), scatter(config.positions, positions));
  // DistilBERT has no token types, ModernBERT no positions either.
  if (types && trains(network, embeddings.tokenType))
    gradients.set(trainedName(embeddings.tokenType), scatter(config.tokenTypes, types));
}

import type { EncoderConfig } from './encoder-config.ts';
import type { Site, TrainingPlan } from './methods.ts';
import { baseParameters, elementCount, type Parameter, trainableParameters } from './parameters.ts';
import { baseName, finalNorm, layerName, outputName, preNormName, tensorPart } from './tensor-names.ts';

/** The tensors of each block of the drawing. */

/**
 * A block of the drawing; within a layer `norm` follows a sublayer, the adapter of its site between them. In a ModernBERT it is
 * the LayerNorm that the next sublayer reads from, above the last layer the final one: that of the next layer's attention is
 * drawn at this layer's end.
 */
export type Block =
  | { part: 'embeddings' }
  | { part: 'head' }
  | { part: 'sublayer' | 'norm'; layer: number; site: Site };

export interface BlockTensor extends Parameter {
  count: number;
  trained: boolean;
  /** Added by the method, or the head: not in the encoder's file. */
  added: boolean;
}

/** The LayerNorm that is drawn after a sublayer. */
function normAfter({ rotary, layers }: EncoderConfig, layer: number, site: Site): string {
  if (!rotary) return `${outputName(layer, site)}.LayerNorm`;
  if (site === 'attention') return preNormName(layer, 'ffn');
  return layer + 1 < layers ? preNormName(layer + 1, 'attention') : finalNorm;
}

/** Whether a tensor, named without `bert.`, belongs to a block. */
function standsIn(config: EncoderConfig, name: string, block: Block): boolean {
  if (block.part === 'embeddings') return name.startsWith('embeddings.');
  if (block.part === 'head') return tensorPart(name) === 'head';
  const { part, layer, site } = block;
  if (part === 'norm') return name.startsWith(`${normAfter(config, layer, site)}.`);
  const isNorm = /\.LayerNorm\.(weight|bias)$/.test(name);
  const inAttention = name.startsWith(`${layerName(layer)}.attention.`);
  return name.startsWith(`${layerName(layer)}.`) && !isNorm && inAttention === (site === 'attention');
}

/** The tensors of a block, the encoder's own first, then what the method adds there; names without `bert.`. */
export function blockTensors(config: EncoderConfig, plan: TrainingPlan, classes: number, block: Block): BlockTensor[] {
  const trained = trainableParameters(config, plan, classes).map(({ name, shape, part }) => ({
    name: baseName(name),
    shape,
    part,
  }));
  const names = new Set(trained.map(({ name }) => name));
  const own = baseParameters(config).map(({ name, shape }) => ({
    name,
    shape,
    trained: names.has(name),
    added: false,
  }));
  const more = trained
    .filter(({ part }) => part !== 'base')
    .map(({ name, shape }) => ({ name, shape, trained: true, added: true }));
  return [...own, ...more]
    .filter(({ name }) => standsIn(config, name, block))
    .map((tensor) => ({ ...tensor, count: elementCount(tensor.shape) }));
}

import type { Adapter, Lora, Site } from './methods.ts';

/**
 * Names of tensors. An encoder's own have BertModel's names (`encoder.layer.0.output.dense.weight`); among those that
 * train they have `bert.` in front. Tensors that a method adds and the head's are named as in AdapterHub's library.
 */

/** The adapter's and the head's name inside tensor names, as in the recorded PyTorch runs. */
export const adapterName = 'golden';

/** The three embedding tables that are summed, and the LayerNorm after them (`.weight`, `.bias`). */
export const embeddings = {
  word: 'embeddings.word_embeddings.weight',
  position: 'embeddings.position_embeddings.weight',
  tokenType: 'embeddings.token_type_embeddings.weight',
  norm: 'embeddings.LayerNorm',
} as const;

export const headWeight = `heads.${adapterName}.1.weight`;
export const headBias = `heads.${adapterName}.1.bias`;

/** The name of an encoder's own tensor among those that train. */
export const trainedName = (name: string): string => `bert.${name}`;

/** The encoder's own name for a tensor among those that train. */
export const baseName = (name: string): string => name.replace(/^bert\./, '');

/** The part that a trained tensor belongs to: what the method adds, the head, or the encoder itself. */
export type TensorPart = 'adapter' | 'head' | 'base';

export function tensorPart(name: string): TensorPart {
  if (name.startsWith('heads.')) return 'head';
  return /\.(adapters|loras)\./.test(name) ? 'adapter' : 'base';
}

/** The name stem of a layer: `encoder.layer.0`. */
export const layerName = (layer: number): string => `encoder.layer.${layer}`;

/** The name stem of a sublayer's end, its dense output and LayerNorm: `encoder.layer.0.attention.output`. */
export const outputName = (layer: number, site: Site): string =>
  `${layerName(layer)}.${site === 'attention' ? 'attention.output' : 'output'}`;

/** The name stem of the LayerNorm before a sublayer, which only ModernBERT has: `encoder.layer.0.intermediate.LayerNorm`. */
export const preNormName = (layer: number, site: Site): string =>
  `${layerName(layer)}.${site === 'attention' ? 'attention' : 'intermediate'}.LayerNorm`;

/** The name stem of ModernBERT's LayerNorm after the last layer. */
export const finalNorm = 'encoder.LayerNorm';

/** The name stem of an adapter: `bert.encoder.layer.0.attention.output.adapters.golden`. */
export const adapterStem = ({ layer, site }: Pick<Adapter, 'layer' | 'site'>): string =>
  trainedName(`${outputName(layer, site)}.adapters.${adapterName}`);

/** The four tensors of an adapter. */
export function adapterTensors(adapter: Pick<Adapter, 'layer' | 'site'>) {
  const stem = adapterStem(adapter);
  return {
    downWeight: `${stem}.adapter_down.0.weight`,
    downBias: `${stem}.adapter_down.0.bias`,
    upWeight: `${stem}.adapter_up.weight`,
    upBias: `${stem}.adapter_up.bias`,
  };
}

/** The name stem of a LoRA pair: `bert.encoder.layer.0.attention.self.query.loras.golden`. */
export const loraStem = ({ layer, target }: Pick<Lora, 'layer' | 'target'>): string =>
  trainedName(`${layerName(layer)}.attention.self.${target}.loras.${adapterName}`);

/** The two tensors of a LoRA pair. */
export function loraTensors(lora: Pick<Lora, 'layer' | 'target'>) {
  const stem = loraStem(lora);
  return { a: `${stem}.lora_A`, b: `${stem}.lora_B` };
}

/** Whether a tensor is the last factor of what a method adds: scaling it scales the addition. */
export const isLastFactor = (name: string): boolean => /\.(adapter_up\.(weight|bias)|lora_B)$/.test(name);

/** The tensor that the WebGPU engine stores a tensor in: a layer's query, key and value share one, in this order. */
export const fusedName = (name: string): string =>
  name.replace(/\.self\.(query|key|value)\.(weight|bias)$/, '.self.qkv.$2');

import type { EncoderConfig } from './encoder-config.ts';
import { familyFacts } from './encoder-family.ts';
import { type Adapter, checkPlan, type TrainingPlan } from './methods.ts';
import {
  adapterTensors,
  embeddings,
  finalNorm,
  headBias,
  headWeight,
  layerName,
  loraTensors,
  outputName,
  preNormName,
  type TensorPart,
  trainedName,
} from './tensor-names.ts';

/** How a tensor is initialised. `base` starts from the pretrained weight of the same name without `bert.`. */
export type Initial =
  | { kind: 'zeros' }
  | { kind: 'uniform'; bound: number }
  | { kind: 'normal'; deviation: number }
  | { kind: 'base' };

/** One named tensor: PyTorch's name and layout. */
export interface Parameter {
  name: string;
  shape: number[];
}

export interface TrainableParameter extends Parameter {
  part: TensorPart;
  initial: Initial;
}

export const elementCount = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** Weight decay touches matrices and embeddings only, never biases or LayerNorm. */
export const decays = (parameter: Parameter): boolean => parameter.shape.length >= 2;

/** ModernBERT's: no biases, query, key and value in one matrix, and a gate beside the feed-forward network's first half. */
function modernParameters({ hidden, intermediate, layers, vocabulary }: EncoderConfig): Parameter[] {
  const norm = (name: string): Parameter => ({ name: `${name}.weight`, shape: [hidden] });
  const layer = (i: number): Parameter[] => {
    const at = layerName(i);
    return [
      // What the first layer reads has just been normalised.
      ...(i > 0 ? [norm(preNormName(i, 'attention'))] : []),
      { name: `${at}.attention.self.qkv.weight`, shape: [3 * hidden, hidden] },
      { name: `${outputName(i, 'attention')}.dense.weight`, shape: [hidden, hidden] },
      norm(preNormName(i, 'ffn')),
      { name: `${at}.intermediate.dense.weight`, shape: [2 * intermediate, hidden] },
      { name: `${outputName(i, 'ffn')}.dense.weight`, shape: [hidden, intermediate] },
    ];
  };
  return [
    { name: embeddings.word, shape: [vocabulary, hidden] },
    norm(embeddings.norm),
    ...Array.from({ length: layers }, (_, i) => layer(i)).flat(),
    norm(finalNorm),
  ];
}

/** Every tensor of the encoder that the model uses, in the Hugging Face layout without the prefix `bert.`; no pooler. */
export function baseParameters(config: EncoderConfig): Parameter[] {
  if (config.rotary) return modernParameters(config);
  const { hidden, intermediate, layers, vocabulary, positions, tokenTypes } = config;
  const norm = (name: string): Parameter[] => [
    { name: `${name}.weight`, shape: [hidden] },
    { name: `${name}.bias`, shape: [hidden] },
  ];
  const dense = (name: string, out: number, input: number): Parameter[] => [
    { name: `${name}.weight`, shape: [out, input] },
    { name: `${name}.bias`, shape: [out] },
  ];
  const layer = (i: number): Parameter[] => {
    const at = layerName(i);
    return [
      ...dense(`${at}.attention.self.query`, hidden, hidden),
      ...dense(`${at}.attention.self.key`, hidden, hidden),
      ...dense(`${at}.attention.self.value`, hidden, hidden),
      ...dense(`${outputName(i, 'attention')}.dense`, hidden, hidden),
      ...norm(`${outputName(i, 'attention')}.LayerNorm`),
      ...dense(`${at}.intermediate.dense`, intermediate, hidden),
      ...dense(`${outputName(i, 'ffn')}.dense`, hidden, intermediate),
      ...norm(`${outputName(i, 'ffn')}.LayerNorm`),
    ];
  };
  return [
    { name: embeddings.word, shape: [vocabulary, hidden] },
    { name: embeddings.position, shape: [positions, hidden] },
    { name: embeddings.tokenType, shape: [tokenTypes, hidden] },
    ...norm(embeddings.norm),
    ...Array.from({ length: layers }, (_, i) => layer(i)).flat(),
  ];
}

/**
 * Tensors of an earlier version's DistilBERT run, which trained a row of token types that does not exist there: the row
 * is added to every position, which computes the same.
 */
export function withoutTokenTypes<Tensor extends { shape: number[]; data: Float32Array }>(
  { family, hidden }: EncoderConfig,
  tensors: Map<string, Tensor>,
): Map<string, Tensor> {
  const [tokenTypes, positions] = [trainedName(embeddings.tokenType), trainedName(embeddings.position)];
  const row = tensors.get(tokenTypes);
  if (!row || familyFacts[family].hasTokenTypes) return tensors;
  const rest = new Map(tensors);
  rest.delete(tokenTypes);
  const table = tensors.get(positions);
  if (table) {
    const data = table.data.map((value, i) => value + (row.data[i % hidden] ?? 0));
    rest.set(positions, { ...table, data });
  }
  return rest;
}

const zeros: Initial = { kind: 'zeros' };
const downwards = (hidden: number): Initial => ({ kind: 'uniform', bound: 1 / Math.sqrt(hidden) });

/** An adapter's four tensors, with their initial values. @param hidden H */
export function adapterParameters(adapter: Adapter, hidden: number): TrainableParameter[] {
  const { downWeight, downBias, upWeight, upBias } = adapterTensors(adapter);
  const m = adapter.bottleneck;
  return [
    { name: downWeight, shape: [m, hidden], part: 'adapter', initial: downwards(hidden) },
    { name: downBias, shape: [m], part: 'adapter', initial: zeros },
    { name: upWeight, shape: [hidden, m], part: 'adapter', initial: zeros },
    { name: upBias, shape: [hidden], part: 'adapter', initial: zeros },
  ];
}

/**
 * Every tensor that trains, in a fixed order (adapters or LoRA or base by layer, the head last), with its initial
 * values: down-projections and LoRA A uniform in ±1/sqrt(H), up-projections, LoRA B and biases zero, so that training
 * begins at exactly the pretrained model; the head normal(0, 0.02) with zero bias.
 * @throws MethodError if the encoder has no place for what the plan trains
 */
export function trainableParameters(config: EncoderConfig, plan: TrainingPlan, classes: number): TrainableParameter[] {
  checkPlan(plan, config);
  const { hidden } = config;
  const adapters = plan.adapters.flatMap((adapter) => adapterParameters(adapter, hidden));
  const loras = plan.loras.flatMap((lora): TrainableParameter[] => {
    const { a, b } = loraTensors(lora);
    return [
      { name: a, shape: [lora.rank, hidden], part: 'adapter', initial: downwards(hidden) },
      { name: b, shape: [hidden, lora.rank], part: 'adapter', initial: zeros },
    ];
  });
  const base = baseParameters(config)
    .filter(({ name }) => plan.base === 'all' || (plan.base === 'biases' && name.endsWith('.bias')))
    // DistilBERT has no token types: engines compute with a row of zeros, which never trains.
    .filter(({ name }) => name !== embeddings.tokenType || familyFacts[config.family].hasTokenTypes)
    .map(
      ({ name, shape }): TrainableParameter => ({
        name: trainedName(name),
        shape,
        part: 'base',
        initial: { kind: 'base' },
      }),
    );
  const head: TrainableParameter[] = [
    { name: headWeight, shape: [classes, hidden], part: 'head', initial: { kind: 'normal', deviation: 0.02 } },
    { name: headBias, shape: [classes], part: 'head', initial: zeros },
  ];
  return [...adapters, ...loras, ...base, ...head];
}

export interface ParameterCounts {
  /** The encoder as loaded, its pooler included if the file has one. */
  base: number;
  /** Parameters that the method adds (adapters, LoRA); 0 for methods that add none. */
  adapter: number;
  head: number;
  /** Everything that trains, head included. */
  trainable: number;
  /** base + adapter + head */
  total: number;
  /** (trainable - head) / base: AdapterHub's definition. */
  ratioOfBase: number;
  /** trainable / total: PEFT's definition (`print_trainable_parameters`). */
  ratioOfAll: number;
}

/** Counts for a method on an encoder. `poolerCount` is the size of the unused pooler in the file (0 without one). */
export function countParameters(
  config: EncoderConfig,
  plan: TrainingPlan,
  classes: number,
  poolerCount = 0,
): ParameterCounts {
  const sum = (list: readonly Parameter[]) => list.reduce((total, { shape }) => total + elementCount(shape), 0);
  const trainables = trainableParameters(config, plan, classes);
  // Counts of the family's own files.
  const { unusedPositions, hasTokenTypes } = familyFacts[config.family];
  const rows = unusedPositions - (hasTokenTypes || config.rotary ? 0 : config.tokenTypes);
  const base = sum(baseParameters(config)) + rows * config.hidden + poolerCount;
  const adapter = sum(trainables.filter(({ part }) => part === 'adapter'));
  const head = sum(trainables.filter(({ part }) => part === 'head'));
  const trainable = sum(trainables);
  const total = base + adapter + head;
  return {
    base,
    adapter,
    head,
    trainable,
    total,
    ratioOfBase: (trainable - head) / base,
    ratioOfAll: trainable / total,
  };
}

import type { EncoderConfig } from './encoder-config.ts';
import { familyFacts } from './encoder-family.ts';
import type { Adapter, Lora, TrainingPlan } from './methods.ts';

/** How a tensor begins. `base` starts from the pretrained weight of the same name without `bert.`. */
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
  part: 'adapter' | 'head' | 'base';
  initial: Initial;
}

/** The adapter's and the head's name inside tensor names, as in the recorded PyTorch runs. */
export const adapterName = 'golden';

export const elementCount = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** Weight decay touches matrices and embeddings only, never biases or LayerNorm. */
export const decays = (parameter: Parameter): boolean => parameter.shape.length >= 2;

/** Every tensor of the encoder that the model uses, in the Hugging Face layout without the prefix `bert.`; no pooler. */
export function baseParameters(config: EncoderConfig): Parameter[] {
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
    const at = `encoder.layer.${i}`;
    return [
      ...dense(`${at}.attention.self.query`, hidden, hidden),
      ...dense(`${at}.attention.self.key`, hidden, hidden),
      ...dense(`${at}.attention.self.value`, hidden, hidden),
      ...dense(`${at}.attention.output.dense`, hidden, hidden),
      ...norm(`${at}.attention.output.LayerNorm`),
      ...dense(`${at}.intermediate.dense`, intermediate, hidden),
      ...dense(`${at}.output.dense`, hidden, intermediate),
      ...norm(`${at}.output.LayerNorm`),
    ];
  };
  return [
    { name: 'embeddings.word_embeddings.weight', shape: [vocabulary, hidden] },
    { name: 'embeddings.position_embeddings.weight', shape: [positions, hidden] },
    { name: 'embeddings.token_type_embeddings.weight', shape: [tokenTypes, hidden] },
    ...norm('embeddings.LayerNorm'),
    ...Array.from({ length: layers }, (_, i) => layer(i)).flat(),
  ];
}

/** DistilBERT has no token types: engines compute with a row of zeros, which never trains. */
const tokenTypeTable = 'embeddings.token_type_embeddings.weight';
const positionTable = 'bert.embeddings.position_embeddings.weight';

/**
 * The tensors of a run from before it was known that DistilBERT's row of token types does not exist, and that had trained one:
 * it is added to every position, which computes the same.
 */
export function withoutTokenTypes<Tensor extends { shape: number[]; data: Float32Array }>(
  { family, hidden }: EncoderConfig,
  tensors: Map<string, Tensor>,
): Map<string, Tensor> {
  const row = tensors.get(`bert.${tokenTypeTable}`);
  if (!row || familyFacts[family].hasTokenTypes) return tensors;
  const rest = new Map(tensors);
  rest.delete(`bert.${tokenTypeTable}`);
  const table = tensors.get(positionTable);
  if (table) {
    const data = table.data.map((value, i) => value + (row.data[i % hidden] ?? 0));
    rest.set(positionTable, { ...table, data });
  }
  return rest;
}

/** The name stem of an adapter: `bert.encoder.layer.0.attention.output.adapters.golden`. */
export function adapterStem({ layer, site }: Pick<Adapter, 'layer' | 'site'>): string {
  const sublayer = site === 'attention' ? 'attention.output' : 'output';
  return `bert.encoder.layer.${layer}.${sublayer}.adapters.${adapterName}`;
}

/** The name stem of a LoRA pair: `bert.encoder.layer.0.attention.self.query.loras.golden`. */
export function loraStem({ layer, target }: Pick<Lora, 'layer' | 'target'>): string {
  return `bert.encoder.layer.${layer}.attention.self.${target}.loras.${adapterName}`;
}

export const headWeight = `heads.${adapterName}.1.weight`;
export const headBias = `heads.${adapterName}.1.bias`;

/**
 * Every tensor that trains, in a fixed order (adapters or LoRA or base by layer, the head last), with its start:
 * down-projections and LoRA A uniform in ±1/sqrt(H), up-projections, LoRA B and biases zero, so that training begins at
 * exactly the pretrained model; the head normal(0, 0.02) with zero bias.
 */
export function trainableParameters(config: EncoderConfig, plan: TrainingPlan, classes: number): TrainableParameter[] {
  const { hidden } = config;
  const zeros: Initial = { kind: 'zeros' };
  const down: Initial = { kind: 'uniform', bound: 1 / Math.sqrt(hidden) };
  const part = 'adapter';
  const adapters = plan.adapters.flatMap((adapter): TrainableParameter[] => {
    const stem = adapterStem(adapter);
    const m = adapter.bottleneck;
    return [
      { name: `${stem}.adapter_down.0.weight`, shape: [m, hidden], part, initial: down },
      { name: `${stem}.adapter_down.0.bias`, shape: [m], part, initial: zeros },
      { name: `${stem}.adapter_up.weight`, shape: [hidden, m], part, initial: zeros },
      { name: `${stem}.adapter_up.bias`, shape: [hidden], part, initial: zeros },
    ];
  });
  const loras = plan.loras.flatMap((lora): TrainableParameter[] => [
    { name: `${loraStem(lora)}.lora_A`, shape: [lora.rank, hidden], part, initial: down },
    { name: `${loraStem(lora)}.lora_B`, shape: [hidden, lora.rank], part, initial: zeros },
  ]);
  const base = baseParameters(config)
    .filter(({ name }) => plan.base === 'all' || (plan.base === 'biases' && name.endsWith('.bias')))
    .filter(({ name }) => name !== tokenTypeTable || familyFacts[config.family].hasTokenTypes)
    .map(
      ({ name, shape }): TrainableParameter => ({
        name: `bert.${name}`,
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
  /** What trains apart from the head / base: AdapterHub's definition. */
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
  // As the family's own files have them.
  const { unusedPositions, hasTokenTypes } = familyFacts[config.family];
  const rows = unusedPositions - (hasTokenTypes ? 0 : config.tokenTypes);
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

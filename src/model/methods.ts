import { z } from 'zod';
import { msg, toEnglish, UserError } from '../base/message.ts';
import type { EncoderConfig } from './encoder-config.ts';
import { fieldSchema, type NumberField, rangeSchema } from './number-range.ts';
import { type Activation, activations } from './shapes.ts';

/** Site of an adapter in a block: after multi-head attention or after the feed-forward network. */
export type Site = 'attention' | 'ffn';
export const sites = ['attention', 'ffn'] as const satisfies readonly Site[];

/** A site of an encoder in one word, as run files write it: "0.attention". */
export type SiteKey = `${number}.${Site}`;
export const siteKey = (layer: number, site: Site): SiteKey => `${layer}.${site}`;

/**
 * How an adapter A is combined with its sublayer (x its input, y its dense output):
 * sequential LN(A(y) + y + x) (Houlsby et al. 2019); double-norm LN(A(LN(y + x)) + y + x), the same frozen LN twice
 * (AdapterHub's seq_bn, Pfeiffer et al. 2020); parallel LN(A(x) + y + x) (He et al. 2021).
 */
export type Placement = 'sequential' | 'double-norm' | 'parallel';

/** Projections that LoRA can adapt. */
export const loraTargets = ['query', 'value'] as const;

/** Numbers of a method, each described once. */
export const methodFields = {
  bottleneck: { min: 1, max: 4096, default: 16, integer: true },
  dropout: { min: 0, max: 0.9, step: 0.05, default: 0 },
  scaling: { min: 0.1, max: 100, step: 0.5, default: 1, positive: true },
  rank: { min: 1, max: 1024, default: 8, integer: true },
  alpha: { min: 0.1, max: 1024, default: 8, positive: true },
} satisfies Record<string, NumberField>;

const layersSchema = z.union([z.literal('all'), z.array(z.number().int().min(0).max(127)).min(1)]).default('all');
const layerSite = z
  .string()
  .regex(/^\d+\.(attention|ffn)$/, toEnglish(msg`write "layer.site", for example "0.attention"`));
const bottleneckFields = {
  bottleneck: fieldSchema(methodFields.bottleneck),
  activation: z.enum(activations).default('gelu'),
  dropout: fieldSchema(methodFields.dropout),
  scaling: fieldSchema(methodFields.scaling),
  layers: layersSchema,
  /** Sites switched off one by one, as "layer.site": ["0.attention"]. */
  without: z.array(layerSite).default([]),
  /** Bottlenecks of single sites that differ from `bottleneck`: {"0.attention": 8}. */
  bottlenecks: z.record(layerSite, rangeSchema(methodFields.bottleneck)).optional(),
};
/** Placement, for the types that do not fix it; absent: sequential. */
const placement = z.enum(['sequential', 'double-norm', 'parallel']).optional();
const placedMethod = <T extends string>(type: T) =>
  z.strictObject({ type: z.literal(type), ...bottleneckFields, placement });
const fixedMethod = <T extends string>(type: T) => z.strictObject({ type: z.literal(type), ...bottleneckFields });

/** The `method` of a run file. */
export const methodSchema = z.discriminatedUnion('type', [
  placedMethod('houlsby'),
  placedMethod('ffn-only'),
  placedMethod('attention-only'),
  fixedMethod('pfeiffer'),
  fixedMethod('parallel'),
  z.strictObject({
    type: z.literal('lora'),
    rank: fieldSchema(methodFields.rank),
    alpha: fieldSchema(methodFields.alpha),
    layers: layersSchema,
    /** Absent: both. */
    targets: z.array(z.enum(loraTargets)).min(1).optional(),
  }),
  z.strictObject({ type: z.literal('bitfit') }),
  z.strictObject({ type: z.literal('head-only') }),
  z.strictObject({ type: z.literal('full') }),
]);

export type Method = z.infer<typeof methodSchema>;
export type MethodType = Method['type'];
export type BottleneckMethod = Extract<Method, { bottleneck: number }>;
export const methodTypes = methodSchema.options.map((option) => option.shape.type.value) as readonly MethodType[];

/** One bottleneck adapter in one block. */
export interface Adapter {
  layer: number;
  site: Site;
  placement: Placement;
  /** M */
  bottleneck: number;
  activation: Activation;
  scaling: number;
  /** Probability that an element of the adapter's output is dropped in training. */
  dropout: number;
}

/** One LoRA pair: W x + b + scaling * B A x (Hu et al. 2021). */
export interface Lora {
  layer: number;
  target: (typeof loraTargets)[number];
  /** M */
  rank: number;
  /** alpha / rank */
  scaling: number;
}

/** Everything that a method trains in an encoder, spelled out: all that engines, counters and pictures read. */
export interface TrainingPlan {
  adapters: Adapter[];
  loras: Lora[];
  /** Which of the encoder's own tensors train (the pooler never does). */
  base: 'none' | 'biases' | 'all';
}

/** The head alone trains, on the encoder as it is. */
export const headOnlyPlan: TrainingPlan = { adapters: [], loras: [], base: 'none' };

/** A method that does not fit the encoder. */
export class MethodError extends UserError {
  override name = 'MethodError';
}

const placements: Record<BottleneckMethod['type'], { sites: readonly Site[]; placement: Placement }> = {
  houlsby: { sites, placement: 'sequential' },
  'ffn-only': { sites: ['ffn'], placement: 'sequential' },
  'attention-only': { sites: ['attention'], placement: 'sequential' },
  pfeiffer: { sites: ['ffn'], placement: 'double-norm' },
  parallel: { sites: ['ffn'], placement: 'parallel' },
};

/** The adapter that a method has at a site, switched off or not; null where it has none. */
export function adapterOf(method: BottleneckMethod, layer: number, site: Site): Adapter | null {
  const { layers, activation, scaling, dropout } = method;
  const { sites: methodSites, placement: usual } = placements[method.type];
  if (!methodSites.includes(site) || (layers !== 'all' && !layers.includes(layer))) return null;
  const placement = ('placement' in method && method.placement) || usual;
  const bottleneck = method.bottlenecks?.[siteKey(layer, site)] ?? method.bottleneck;
  return { layer, site, placement, bottleneck, activation, scaling, dropout };
}

/**
 * Spells a method out for an encoder of `layerCount` layers.
 * @throws MethodError if it names a layer that the encoder does not have
 */
export function trainingPlan(method: Method, layerCount: number): TrainingPlan {
  if (method.type === 'lora') {
    const { rank, alpha } = method;
    const targets = loraTargets.filter((target) => method.targets?.includes(target) ?? true);
    const loras = chosenLayers(method.layers, layerCount).flatMap((layer) =>
      targets.map((target) => ({ layer, target, rank, scaling: alpha / rank })),
    );
    return { ...headOnlyPlan, loras };
  }
  if (method.type === 'bitfit') return { ...headOnlyPlan, base: 'biases' };
  if (method.type === 'full') return { ...headOnlyPlan, base: 'all' };
  if (method.type === 'head-only') return headOnlyPlan;

  const adapters = chosenLayers(method.layers, layerCount)
    .flatMap((layer) => sites.flatMap((site) => adapterOf(method, layer, site) ?? []))
    .filter(({ layer, site }) => !method.without.includes(siteKey(layer, site)));
  return { ...headOnlyPlan, adapters };
}

/**
 * ModernBERT's layers end in no LayerNorm that a double-norm adapter could share, and its query, key and value are one matrix
 * without biases.
 * @throws MethodError if the encoder has no place for what the plan trains
 */
export function checkPlan({ adapters, loras, base }: TrainingPlan, { rotary }: Pick<EncoderConfig, 'rotary'>): void {
  if (!rotary) return;
  if (base === 'biases') throw new MethodError(msg`ModernBERT has no biases to train. Choose another method.`);
  if (loras.length > 0)
    throw new MethodError(
      msg`LoRA is not supported on ModernBERT, whose query, key and value are one matrix. Choose Houlsby.`,
    );
  if (adapters.some(({ placement }) => placement !== 'sequential'))
    throw new MethodError(
      msg`On ModernBERT an adapter follows its sublayer (sequential); other placements are not supported. Choose Houlsby.`,
    );
}

function chosenLayers(layers: 'all' | number[], layerCount: number): number[] {
  if (layers === 'all') return Array.from({ length: layerCount }, (_, layer) => layer);
  const missing = layers.find((layer) => layer >= layerCount);
  if (missing !== undefined)
    throw new MethodError(
      msg`The method asks for layer ${missing + 1}; this encoder has ${layerCount} layers. (method.layers of a run file counts them from 0.)`,
    );
  return [...new Set(layers)].sort((a, b) => a - b);
}

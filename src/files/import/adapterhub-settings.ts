import { z } from 'zod';
import { type MessageParts, msg } from '../../base/message.ts';
import { issuePath, issueWords, parseInput } from '../../base/zod-issues.ts';
import { sites as allSites, type Site } from '../../model/methods.ts';
import { type Activation, activations } from '../../model/shapes.ts';
import { type AdapterKind, ImportError } from './imported.ts';
import { refuseUnknown } from './known-keys.ts';

/** Reader of the `config` of an AdapterHub adapter, with the library's defaults, presets and renamings. */

export interface BottleneckSetting {
  kind: 'bottleneck';
  sites: Site[];
  leaveOut: number[];
  adapter: AdapterKind;
}

export interface LoraSetting {
  kind: 'lora';
  targets: ('query' | 'value')[];
  leaveOut: number[];
  rank: number;
  /** null: equal to the rank. */
  alpha: number | null;
}

const layerList = z.array(z.number().int().min(0)).nullish();

const bottleneckSchema = z.looseObject({
  mh_adapter: z.boolean(),
  output_adapter: z.boolean(),
  non_linearity: z.string(),
  original_ln_before: z.boolean().default(false),
  original_ln_after: z.boolean().default(true),
  ln_before: z.boolean().default(false),
  ln_after: z.boolean().default(false),
  residual_before_ln: z.union([z.boolean(), z.string()]).default(true),
  is_parallel: z.boolean().default(false),
  scaling: z.union([z.number(), z.string()]).default(1),
  dropout: z.number().default(0),
  use_gating: z.boolean().default(false),
  phm_layer: z.boolean().default(false),
  cross_adapter: z.boolean().default(false),
  stochastic_depth: z.number().default(0),
  inv_adapter: z.string().nullish(),
  leave_out: layerList,
});

const loraSchema = z.looseObject({
  r: z.number().int().min(1).default(8),
  alpha: z.number().default(8),
  dropout: z.number().default(0),
  attn_matrices: z.array(z.string()).default(['q', 'v']),
  selfattn_lora: z.boolean().default(true),
  intermediate_lora: z.boolean().default(false),
  output_lora: z.boolean().default(false),
  composition_mode: z.string().default('add'),
  use_gating: z.boolean().default(false),
  use_dora: z.boolean().default(false),
  vera_d: z.number().nullish(),
  vera_b: z.number().nullish(),
  dtype: z.string().nullish(),
  leave_out: layerList,
});

/** Settings without effect on what a loaded adapter computes, or only where another setting that is refused is on. */
const harmless = {
  bottleneck: [
    'architecture',
    // Follows from the shapes of the tensors.
    'reduction_factor',
    'init_weights',
    'init_weights_seed',
    // Only behind a LayerNorm of its own.
    'adapter_residual_before_ln',
    // Only of an invertible adapter.
    'inv_adapter_reduction_factor',
    // Only of PHM layers.
    'phm_dim',
    'factorized_phm_w',
    'shared_w_phm',
    'shared_phm_rule',
    'factorized_phm_rule',
    'phm_c_init',
    'phm_init_range',
    'learn_phm',
    'hypercomplex_nonlinearity',
    'phm_rank',
    'phm_bias',
    // Of AdapterFusion, which files of the library's first years name in every adapter.
    'attention_type',
  ],
  lora: ['architecture', 'init_weights', 'init_weights_seed'],
};

const houlsby = { mh_adapter: true, output_adapter: true, non_linearity: 'swish', original_ln_before: false };
const pfeiffer = { mh_adapter: false, output_adapter: true, non_linearity: 'relu', original_ln_before: true };
const parallel = { mh_adapter: false, output_adapter: true, non_linearity: 'relu', is_parallel: true, scaling: 4 };

/** Configurations that the library knows by a word. */
const presets: Record<string, Record<string, unknown>> = {
  double_seq_bn: houlsby,
  houlsby,
  seq_bn: pfeiffer,
  pfeiffer,
  par_bn: parallel,
  parallel,
  lora: { architecture: 'lora' },
};

/** Kinds of adapters that have no counterpart here, as people call them. */
const unsupportedSignatures: Record<string, MessageParts> = {
  prefix_tuning: msg`prefix tuning`,
  prompt_tuning: msg`prompt tuning`,
  reft: msg`ReFT`,
  mtl_lora: msg`multi-task LoRA`,
};

const refuse = (what: MessageParts): never => {
  throw new ImportError(msg`This adapter uses ${what}, which this product does not compute.`);
};

/** The library's names where they are not ours; the second list holds for files without a version. */
const renamed: Record<string, Activation> = { silu: 'swish' };
const renamedOnce: Record<string, Activation> = { gelu: 'gelu_new', gelu_orig: 'gelu' };

function activationOf(name: string, hasVersion: boolean): Activation {
  const word = name.toLowerCase();
  const ours = (hasVersion ? undefined : renamedOnce[word]) ?? renamed[word] ?? word;
  return (
    activations.find((activation) => activation === ours) ??
    refuse(msg`the activation function ${JSON.stringify(name.slice(0, 40))}`)
  );
}

function parse<T>(schema: z.ZodType<T>, json: unknown): T {
  const parsed = parseInput(schema, json);
  if (parsed.success) return parsed.data;
  const issue = parsed.issues[0];
  throw new ImportError(msg`adapter_config.json: config.${issuePath(issue)}: ${issueWords(issue)}`);
}

function readBottleneck(json: unknown, hasVersion: boolean): BottleneckSetting {
  const c = parse(bottleneckSchema, json);
  refuseUnknown(c, Object.keys(bottleneckSchema.shape), harmless.bottleneck);
  if (c.phm_layer) refuse(msg`PHM layers (Compacter)`);
  if (c.inv_adapter) refuse(msg`an invertible adapter`);
  if (c.cross_adapter) refuse(msg`adapters at cross attention`);
  if (c.use_gating) refuse(msg`a gate`);
  if (c.ln_before || c.ln_after) refuse(msg`a LayerNorm of its own (ln_before, ln_after)`);
  if (!c.original_ln_after) refuse(msg`no LayerNorm of the encoder's after the adapter (original_ln_after false)`);
  if (c.stochastic_depth > 0) refuse(msg`stochastic depth`);
  if (typeof c.scaling === 'string') refuse(msg`a learned scaling (${JSON.stringify(c.scaling.slice(0, 40))})`);
  // Except in this case, the residual is taken at the same point, whatever residual_before_ln is.
  if (c.original_ln_before && !c.is_parallel && c.residual_before_ln !== true)
    refuse(msg`a residual from behind the first LayerNorm (residual_before_ln)`);
  const used = allSites.filter((site) => (site === 'attention' ? c.mh_adapter : c.output_adapter));
  return {
    kind: 'bottleneck',
    sites: [...used],
    leaveOut: c.leave_out ?? [],
    adapter: {
      placement: c.is_parallel ? 'parallel' : c.original_ln_before ? 'double-norm' : 'sequential',
      activation: activationOf(c.non_linearity, hasVersion),
      scaling: Number(c.scaling),
      dropout: c.dropout,
    },
  };
}

/** Before this version of `adapters` LoRA was scaled by 1, whatever alpha said. */
const alphaSince = [1, 1, 0];

function honoursAlpha(version: string | undefined): boolean {
  const numbers = /^adapters\.(\d+)\.(\d+)\.(\d+)/
    .exec(version ?? '')
    ?.slice(1)
    .map(Number);
  if (!numbers) return true;
  const at = alphaSince.findIndex((n, i) => n !== numbers[i]);
  return at < 0 || (numbers[at] ?? 0) > (alphaSince[at] ?? 0);
}

function readLora(json: unknown, version: string | undefined): LoraSetting {
  const c = parse(loraSchema, json);
  refuseUnknown(c, Object.keys(loraSchema.shape), harmless.lora);
  if (c.composition_mode !== 'add') refuse(msg`(IA)³ (composition_mode is not "add")`);
  if (c.use_dora) refuse(msg`DoRA (use_dora)`);
  if (c.dtype && !/^(torch\.)?float32$/.test(c.dtype)) refuse(msg`the number type ${c.dtype.slice(0, 40)} (dtype)`);
  if (c.use_gating) refuse(msg`a gate`);
  if ((c.vera_d ?? null) !== null || (c.vera_b ?? null) !== null) refuse(msg`VeRA`);
  if (c.intermediate_lora || c.output_lora || !c.selfattn_lora) refuse(msg`LoRA outside self-attention`);
  const other = c.attn_matrices.find((matrix) => matrix !== 'q' && matrix !== 'v');
  if (other !== undefined)
    refuse(msg`LoRA at ${JSON.stringify(other.slice(0, 40))}: here it stands at query and value`);
  return {
    kind: 'lora',
    targets: c.attn_matrices.includes('q')
      ? c.attn_matrices.includes('v')
        ? ['query', 'value']
        : ['query']
      : ['value'],
    leaveOut: c.leave_out ?? [],
    rank: c.r,
    alpha: honoursAlpha(version) ? c.alpha : null,
  };
}

/**
 * Reads a configuration: an object, a preset's word, or a union of several.
 * @param version the `version` beside it
 * @throws ImportError saying what this product does not compute
 */
export function readSettings(config: unknown, version: string | undefined): (BottleneckSetting | LoraSetting)[] {
  if (typeof config === 'string') {
    const preset = Object.hasOwn(presets, config) ? presets[config] : undefined;
    return preset ? readSettings(preset, version) : refuse(msg`the preset ${JSON.stringify(config.slice(0, 40))}`);
  }
  const object = parse(z.looseObject({ architecture: z.string().nullish() }), config);
  if (object.architecture === 'union') {
    const { configs } = parse(z.looseObject({ configs: z.array(z.unknown()).min(1).max(16) }), config);
    return configs.flatMap((one) => {
      if (typeof one === 'object' && one && 'architecture' in one && one.architecture === 'union')
        return refuse(msg`a union of unions`);
      return readSettings(one, version);
    });
  }
  const architecture = object.architecture ?? ('r' in object && 'alpha' in object ? 'lora' : 'bottleneck');
  if (architecture === 'lora') return [readLora(config, version)];
  if (architecture !== 'bottleneck')
    refuse(unsupportedSignatures[architecture] ?? msg`the architecture ${architecture.slice(0, 40)}`);
  // Files of the library's first years write MH_Adapter, LN_before.
  const lowered = Object.fromEntries(Object.entries(object).map(([key, value]) => [key.toLowerCase(), value]));
  return [readBottleneck(lowered, version !== undefined)];
}

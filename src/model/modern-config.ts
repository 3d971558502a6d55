import { z } from 'zod';
import { msg, toEnglish } from '../base/message.ts';
import { issuePath, issueWords, parseInput } from '../base/zod-issues.ts';
import {
  activationWords,
  type EncoderConfig,
  EncoderConfigError,
  notComputed,
  refusedFields,
  size,
} from './encoder-config.ts';
import type { Rotary } from './rotary.ts';

/** A ModernBERT's config.json, in the spelling of transformers 4 (θ as numbers of their own) or 5 (`rope_parameters`). */

const biasRefused = msg`a ModernBERT with biases is not supported`;
const without = z.literal(false, { error: toEnglish(biasRefused) }).default(false);
const theta = z.number().positive().max(1e12);
const layerKinds = ['full_attention', 'sliding_attention'] as const;

const ropeSchema = z
  .object({
    rope_type: z.literal('default', { error: toEnglish(msg`only unscaled rotary positions are supported`) }).nullish(),
    rope_theta: theta.nullish(),
  })
  .nullish();

/** Other keys change nothing of what the encoder computes: dropout, the pretraining head, the classifier. Defaults are ModernBertConfig's. */
const modernSchema = z.object({
  vocab_size: size(2_000_000).default(50368),
  hidden_size: size(8192).default(768),
  intermediate_size: size(65536).default(1152),
  num_hidden_layers: size(128).default(22),
  num_attention_heads: size(256).default(12),
  hidden_activation: z.literal('gelu').default('gelu'),
  max_position_embeddings: size(65536).default(8192),
  norm_eps: z.number().positive().max(1).default(1e-5),
  norm_bias: without,
  attention_bias: without,
  mlp_bias: without,
  local_attention: size(65536).default(128),
  global_attn_every_n_layers: size(128).default(3),
  layer_types: z.array(z.enum(layerKinds)).nullish(),
  global_rope_theta: theta.default(160_000),
  /** Null: as in global layers. */
  local_rope_theta: theta.nullable().default(10_000),
  rope_parameters: z.object({ full_attention: ropeSchema, sliding_attention: ropeSchema }).nullish(),
  rope_scaling: z.null({ error: toEnglish(notComputed) }).optional(),
  is_causal: z.literal(false, { error: toEnglish(notComputed) }).nullish(),
  causal_mask: z.literal(false, { error: toEnglish(notComputed) }).nullish(),
  is_decoder: z.literal(false, { error: toEnglish(notComputed) }).default(false),
  ...refusedFields,
});

/**
 * Reads a ModernBERT's `config.json`.
 * @param json the parsed file, whose `model_type` is "modernbert"
 * @throws EncoderConfigError naming the field that does not fit
 */
export function readModernConfig(json: unknown): EncoderConfig {
  const parsed = parseInput(modernSchema, json);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    const field = issuePath(issue);
    const problem = field === 'hidden_activation' ? activationWords(issue?.input) : issueWords(issue);
    throw new EncoderConfigError(msg`config.json: ${field}: ${problem}. Choose a ModernBERT as it was published.`);
  }
  const c = parsed.data;
  const width = c.hidden_size / c.num_attention_heads;
  if (width % 2 !== 0)
    throw new EncoderConfigError(
      msg`config.json: hidden_size ${c.hidden_size} divided by num_attention_heads ${c.num_attention_heads} is no even number, which rotary positions need.`,
    );
  return {
    family: 'modernbert',
    layers: c.num_hidden_layers,
    hidden: c.hidden_size,
    heads: c.num_attention_heads,
    intermediate: c.intermediate_size,
    vocabulary: c.vocab_size,
    positions: c.max_position_embeddings,
    tokenTypes: 1,
    layerNormEpsilon: c.norm_eps,
    rotary: rotaryOf(c),
  };
}

function rotaryOf(c: z.infer<typeof modernSchema>): Rotary {
  const { full_attention: full, sliding_attention: sliding } = c.rope_parameters ?? {};
  const globalTheta = full?.rope_theta ?? c.global_rope_theta;
  if (c.layer_types && c.layer_types.length !== c.num_hidden_layers)
    throw new EncoderConfigError(
      msg`config.json: layer_types names ${c.layer_types.length} layers, num_hidden_layers is ${c.num_hidden_layers}.`,
    );
  return {
    global: Array.from({ length: c.num_hidden_layers }, (_, layer) =>
      c.layer_types ? c.layer_types[layer] === 'full_attention' : layer % c.global_attn_every_n_layers === 0,
    ),
    reach: Math.floor(c.local_attention / 2),
    globalTheta,
    localTheta: sliding?.rope_theta ?? c.local_rope_theta ?? globalTheta,
  };
}

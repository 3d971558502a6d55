import { z } from 'zod';
import { msg, toEnglish, UserError } from '../base/message.ts';
import { issuePath, issueWords, parseInput } from '../base/zod-issues.ts';
import type { Rotary } from './rotary.ts';

/** Families of encoders, by the `model_type` of their config.json: those that compute what BertModel computes (encoder-family.ts), and ModernBERT. */
export const encoderFamilies = ['bert', 'roberta', 'xlm-roberta', 'camembert', 'distilbert', 'modernbert'] as const;
export type EncoderFamily = (typeof encoderFamilies)[number];

/** An encoder's sizes and LayerNorm's epsilon, which the engine needs; and the family that its files came from. */
export interface EncoderConfig {
  family: EncoderFamily;
  /** L */
  layers: number;
  /** H */
  hidden: number;
  /** A */
  heads: number;
  /** F */
  intermediate: number;
  /** V */
  vocabulary: number;
  /** Rows of the position table: the longest input. */
  positions: number;
  tokenTypes: number;
  layerNormEpsilon: number;
  /** Of a ModernBERT: LayerNorms stand before sublayers, a gate is in the feed-forward network, nothing has a bias. Absent: BERT's layers. */
  rotary?: Rotary | undefined;
}

/** A config.json that is not a supported encoder. The message names the field and what to do. */
export class EncoderConfigError extends UserError {
  override name = 'EncoderConfigError';
}

export const size = (most: number) => z.number().int().min(1).max(most);

export const activationWords = (activation: unknown) =>
  msg`${JSON.stringify(activation)} is not supported as the encoder's own activation, only the exact "gelu"`;

export const notComputed = msg`this is not computed here`;
const ownCode = msg`the model brings code of its own, which is not run here`;

/** What no encoder of any family may say of itself. */
export const refusedFields = {
  add_cross_attention: z.literal(false, { error: toEnglish(notComputed) }).default(false),
  quantization_config: z.null({ error: toEnglish(notComputed) }).optional(),
  auto_map: z
    .unknown()
    .refine((map) => typeof map !== 'object' || !map || !('AutoModel' in map), { error: toEnglish(ownCode) })
    .optional(),
};

/** Other keys of a config.json change nothing of what the encoder computes: dropout, labels, chunks, types of numbers. */
const bertConfigSchema = z.object({
  model_type: z.literal('bert', { error: toEnglish(msg`only the BERT family is supported (model_type "bert")`) }),
  // Missing values are BertConfig's defaults.
  hidden_size: size(8192).default(768),
  num_hidden_layers: size(128).default(12),
  num_attention_heads: size(256).default(12),
  intermediate_size: size(65536).default(3072),
  vocab_size: size(2_000_000).default(30522),
  max_position_embeddings: size(65536).default(512),
  type_vocab_size: size(16).default(2),
  layer_norm_eps: z.number().positive().max(1).default(1e-12),
  hidden_act: z.enum(['gelu', 'gelu_python']).default('gelu'),
  position_embedding_type: z
    .literal('absolute', { error: toEnglish(msg`only absolute position embeddings are supported`) })
    .default('absolute'),
  is_decoder: z.literal(false, { error: toEnglish(msg`a decoder cannot be used as an encoder`) }).default(false),
  is_encoder_decoder: z.literal(false, { error: toEnglish(notComputed) }).default(false),
  pruned_heads: z
    .unknown()
    .refine((heads) => Object.keys(heads ?? {}).length === 0, { error: toEnglish(notComputed) })
    .optional(),
  ...refusedFields,
});

/**
 * Reads a Hugging Face `config.json` of the BERT family.
 * @param json the parsed file, of any form
 * @throws EncoderConfigError naming the field that does not fit
 */
export function readEncoderConfig(json: unknown): EncoderConfig {
  const parsed = parseInput(bertConfigSchema, json);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    const field = issuePath(issue);
    const problem = field === 'hidden_act' ? activationWords(issue?.input) : issueWords(issue);
    throw new EncoderConfigError(
      msg`config.json: ${field || msg`the file`}: ${problem}. Choose an encoder of the BERT family in the Hugging Face layout.`,
    );
  }
  const c = parsed.data;
  if (c.hidden_size % c.num_attention_heads !== 0)
    throw new EncoderConfigError(
      msg`config.json: hidden_size ${c.hidden_size} is not a multiple of num_attention_heads ${c.num_attention_heads}.`,
    );
  return {
    family: 'bert',
    layers: c.num_hidden_layers,
    hidden: c.hidden_size,
    heads: c.num_attention_heads,
    intermediate: c.intermediate_size,
    vocabulary: c.vocab_size,
    positions: c.max_position_embeddings,
    tokenTypes: c.type_vocab_size,
    layerNormEpsilon: c.layer_norm_eps,
  };
}

/** A configuration that comes from outside, beside what was trained on it. */
export const encoderConfigSchema = z.object({
  /** Bundles from before this field were all read as BERT's. */
  family: z.enum(encoderFamilies).default('bert'),
  layers: size(128),
  hidden: size(8192),
  heads: size(256),
  intermediate: size(65536),
  vocabulary: size(2_000_000),
  positions: size(65536),
  tokenTypes: size(16),
  layerNormEpsilon: z.number().positive().max(1),
  rotary: z
    .object({
      global: z.array(z.boolean()).max(128),
      reach: z.number().int().min(0).max(65_536),
      globalTheta: z.number().positive(),
      localTheta: z.number().positive(),
    })
    .optional(),
});

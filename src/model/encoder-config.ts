import { z } from 'zod';
import { issuePath, issueWords } from './issues.ts';
import { inEnglish, PersonError, said } from './said.ts';

/** What the engine must know of a BertModel: sizes and LayerNorm's epsilon. */
export interface EncoderConfig {
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
}

/** A config.json that is not a supported encoder. The message names the field and what to do. */
export class EncoderConfigError extends PersonError {
  override name = 'EncoderConfigError';
}

const size = (most: number) => z.number().int().min(1).max(most);

const activationWords = (activation: unknown) =>
  said`${JSON.stringify(activation)} is not supported as the encoder's own activation, only the exact "gelu"`;

const bertConfigSchema = z.object({
  model_type: z.literal('bert', { error: inEnglish(said`only the BERT family is supported (model_type "bert")`) }),
  hidden_size: size(8192),
  num_hidden_layers: size(128),
  num_attention_heads: size(256),
  intermediate_size: size(65536),
  vocab_size: size(2_000_000),
  max_position_embeddings: size(65536),
  type_vocab_size: size(16).default(2),
  layer_norm_eps: z.number().positive().max(1).default(1e-12),
  hidden_act: z.literal('gelu', { error: ({ input }) => inEnglish(activationWords(input)) }),
  position_embedding_type: z
    .literal('absolute', { error: inEnglish(said`only absolute position embeddings are supported`) })
    .default('absolute'),
  is_decoder: z.literal(false, { error: inEnglish(said`a decoder cannot be used as an encoder`) }).default(false),
});

/**
 * Reads a Hugging Face `config.json` of the BERT family.
 * @param json the parsed file, of any form
 * @throws EncoderConfigError naming the field that does not fit
 */
export function readEncoderConfig(json: unknown): EncoderConfig {
  const parsed = bertConfigSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issuePath(issue);
    const problem =
      field === 'hidden_act' ? activationWords((json as { hidden_act?: unknown }).hidden_act) : issueWords(issue);
    throw new EncoderConfigError(
      said`config.json: ${field || said`the file`}: ${problem}. Choose an encoder of the BERT family in the Hugging Face layout.`,
    );
  }
  const c = parsed.data;
  if (c.hidden_size % c.num_attention_heads !== 0)
    throw new EncoderConfigError(
      said`config.json: hidden_size ${c.hidden_size} is not a multiple of num_attention_heads ${c.num_attention_heads}.`,
    );
  return {
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

import { z } from 'zod';
import { type EncoderConfig, EncoderConfigError, readEncoderConfig } from './encoder-config.ts';
import { type Said, said } from './said.ts';

/**
 * Encoders that compute what BertModel computes, under other names: RoBERTa (the position table begins with two rows that
 * are never used, one token type) and DistilBERT (no token types). They are turned into BertModel where their files are
 * read; nothing behind that knows of them.
 */
export type EncoderFamily = 'bert' | 'roberta' | 'distilbert';

export interface FamilyConfig {
  family: EncoderFamily;
  config: EncoderConfig;
  /** Rows at the head of the file's position table that no token uses. */
  unusedPositions: number;
}

const distilSchema = z.object({
  dim: z.unknown(),
  n_layers: z.unknown(),
  n_heads: z.unknown(),
  hidden_dim: z.unknown(),
  vocab_size: z.unknown(),
  max_position_embeddings: z.unknown(),
  activation: z.unknown(),
});

/** RoBERTa counts positions from its padding id + 1, which is 1 in every published model. */
const robertaUnused = 2;

/** What other families are, for a sentence on why they cannot be used. */
const reasons: Record<string, Said> = {
  gpt2: said`it is a decoder: a token sees only what stands before it`,
  llama: said`it is a decoder: a token sees only what stands before it`,
  t5: said`it has an encoder and a decoder, and relative positions`,
  deberta: said`it uses relative positions`,
  'deberta-v2': said`it uses relative positions`,
  xlnet: said`it uses relative positions`,
  mpnet: said`it uses relative positions`,
  albert: said`its layers share one set of weights`,
  electra: said`its embeddings have another width than its layers`,
  modernbert: said`it uses rotary positions and other layers`,
  nomic_bert: said`it uses rotary positions`,
};

/**
 * Reads a Hugging Face `config.json` of a family that can be used.
 * @param json the parsed file, of any form
 * @throws EncoderConfigError saying why not
 */
export function readFamilyConfig(json: unknown): FamilyConfig {
  const { model_type: type } = z.looseObject({ model_type: z.string().optional() }).catch({}).parse(json);
  if (type === 'roberta' || type === 'xlm-roberta' || type === 'camembert') {
    const config = readEncoderConfig({ ...(json as object), model_type: 'bert' });
    const { pad_token_id: padding = 1 } = z.looseObject({ pad_token_id: z.number().optional() }).parse(json);
    if (padding !== robertaUnused - 1)
      throw new EncoderConfigError(
        said`config.json: pad_token_id: a RoBERTa with the padding id ${padding} is not supported.`,
      );
    return {
      family: 'roberta',
      config: { ...config, positions: config.positions - robertaUnused },
      unusedPositions: robertaUnused,
    };
  }
  if (type === 'distilbert') {
    const distil = distilSchema.parse(json);
    const config = readEncoderConfig({
      model_type: 'bert',
      hidden_size: distil.dim,
      num_hidden_layers: distil.n_layers,
      num_attention_heads: distil.n_heads,
      intermediate_size: distil.hidden_dim,
      vocab_size: distil.vocab_size,
      max_position_embeddings: distil.max_position_embeddings,
      hidden_act: distil.activation,
      type_vocab_size: 1,
    });
    return { family: 'distilbert', config, unusedPositions: 0 };
  }
  const reason = type === undefined ? undefined : reasons[type];
  if (reason)
    throw new EncoderConfigError(
      said`config.json: ${type} cannot be used: ${reason}. Choose an encoder of the BERT family.`,
    );
  return { family: 'bert', config: readEncoderConfig(json), unusedPositions: 0 };
}

/**
 * Reads a `config.json` as it lies in a folder.
 * @throws EncoderConfigError saying why not
 */
export function readConfigFile(bytes: Uint8Array): FamilyConfig {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new EncoderConfigError('config.json is not JSON. Choose another encoder.');
  }
  return readFamilyConfig(json);
}

const distilNames: readonly [RegExp, string][] = [
  [/^transformer\.layer\./, 'encoder.layer.'],
  [/\.attention\.q_lin\./, '.attention.self.query.'],
  [/\.attention\.k_lin\./, '.attention.self.key.'],
  [/\.attention\.v_lin\./, '.attention.self.value.'],
  [/\.attention\.out_lin\./, '.attention.output.dense.'],
  [/\.sa_layer_norm\./, '.attention.output.LayerNorm.'],
  [/\.ffn\.lin1\./, '.intermediate.dense.'],
  [/\.ffn\.lin2\./, '.output.dense.'],
  [/\.output_layer_norm\./, '.output.LayerNorm.'],
];

/** BertModel's name for a tensor of a family's file, without the prefix of the model. */
export function canonicalName(family: EncoderFamily, name: string): string {
  const bare = name
    .replace(/^(bert|roberta|distilbert)\./, '')
    .replace(/LayerNorm\.gamma$/, 'LayerNorm.weight')
    .replace(/LayerNorm\.beta$/, 'LayerNorm.bias');
  if (family !== 'distilbert') return bare;
  return distilNames.reduce((result, [from, to]) => result.replace(from, to), bare);
}

import { z } from 'zod';
import { jsonFromBytes } from '../base/json.ts';
import { type MessageParts, msg } from '../base/message.ts';
import { type EncoderConfig, EncoderConfigError, type EncoderFamily, readEncoderConfig } from './encoder-config.ts';
import { readModernConfig } from './modern-config.ts';

/**
 * Encoders that compute what BertModel computes, under other names: RoBERTa (the position table begins with two rows that
 * are never used, one token type) and DistilBERT (no token types). They are turned into BertModel where their files are
 * read, and turned back where files are written for Python; engines know nothing of them. ModernBERT has layers of its own,
 * but its tensors, too, bear BertModel's names here, as far as they correspond.
 */
interface FamilyFacts {
  /** Prefix of a tensor's name where the encoder is a part of a larger model. */
  prefix: 'bert' | 'roberta' | 'distilbert' | 'model';
  /** The class in transformers that is the encoder alone. */
  baseClass: string;
  /**
   * AdapterHub's class for it, and the `model_type` in that library's files. It has none of its own for CamemBERT; for ModernBERT
   * it is the encoder's own class, which the library extends (`adapters.init`), and which takes no head.
   */
  adapterClass: string;
  adapterType: string;
  /** Rows at the head of the file's position table that no token uses. */
  unusedPositions: number;
  /** Whether it has a table of token types at all. */
  hasTokenTypes: boolean;
}

/** RoBERTa counts positions from its padding id + 1, which is 1 in every published model. */
const robertaUnused = 2;

const roberta = { prefix: 'roberta', unusedPositions: robertaUnused, hasTokenTypes: true } as const;

export const familyFacts: Record<EncoderFamily, FamilyFacts> = {
  bert: {
    prefix: 'bert',
    baseClass: 'BertModel',
    adapterClass: 'BertAdapterModel',
    adapterType: 'bert',
    unusedPositions: 0,
    hasTokenTypes: true,
  },
  roberta: { ...roberta, baseClass: 'RobertaModel', adapterClass: 'RobertaAdapterModel', adapterType: 'roberta' },
  'xlm-roberta': {
    ...roberta,
    baseClass: 'XLMRobertaModel',
    adapterClass: 'XLMRobertaAdapterModel',
    adapterType: 'xlm-roberta',
  },
  camembert: { ...roberta, baseClass: 'CamembertModel', adapterClass: 'RobertaAdapterModel', adapterType: 'roberta' },
  distilbert: {
    prefix: 'distilbert',
    baseClass: 'DistilBertModel',
    adapterClass: 'DistilBertAdapterModel',
    adapterType: 'distilbert',
    unusedPositions: 0,
    hasTokenTypes: false,
  },
  modernbert: {
    prefix: 'model',
    baseClass: 'ModernBertModel',
    adapterClass: 'ModernBertModel',
    adapterType: 'modernbert',
    unusedPositions: 0,
    hasTokenTypes: false,
  },
};

/** Whether AdapterHub's class for a family takes heads. */
export const hasAdapterHeads = (family: EncoderFamily): boolean =>
  familyFacts[family].adapterClass !== familyFacts[family].baseClass;

export interface FamilyConfig {
  family: EncoderFamily;
  config: EncoderConfig;
  /** Rows at the head of the file's position table that no token uses. */
  unusedPositions: number;
}

/** DistilBertConfig's own names. */
const distilNamesOfConfig = [
  ['dim', 'hidden_size'],
  ['n_layers', 'num_hidden_layers'],
  ['n_heads', 'num_attention_heads'],
  ['hidden_dim', 'intermediate_size'],
  ['activation', 'hidden_act'],
] as const;

/** A DistilBERT's config as BERT's. LayerNorm's epsilon and the positions are fixed there, and there are no token types. */
function asBertConfig(json: Record<string, unknown>): Record<string, unknown> {
  const renamed = distilNamesOfConfig.flatMap(([theirs, ours]) => (theirs in json ? [[ours, json[theirs]]] : []));
  const kept = Object.entries(json).filter(
    ([key]) => !['intermediate_size', 'hidden_act', 'layer_norm_eps', 'position_embedding_type'].includes(key),
  );
  return {
    num_hidden_layers: 6,
    ...Object.fromEntries([...kept, ...renamed]),
    model_type: 'bert',
    type_vocab_size: 1,
  };
}

const readHere = msg`only BERT, RoBERTa, XLM-RoBERTa, CamemBERT, DistilBERT and ModernBERT are read here`;

/** Descriptions of other families, for a sentence on why they cannot be used. */
const reasons: Record<string, MessageParts> = {
  gpt2: msg`it is a decoder: a token sees only what stands before it`,
  llama: msg`it is a decoder: a token sees only what stands before it`,
  t5: msg`it has an encoder and a decoder, and relative positions`,
  deberta: msg`it uses relative positions`,
  'deberta-v2': msg`it uses relative positions`,
  xlnet: msg`it uses relative positions`,
  mpnet: msg`it uses relative positions`,
  albert: msg`its layers share one set of weights`,
  electra: readHere,
  'modernbert-decoder': msg`it is a decoder: a token sees only what stands before it`,
  nomic_bert: msg`it uses rotary positions`,
};

const typedSchema = z.looseObject({
  model_type: z.string().nullish(),
  architectures: z.array(z.string()).nullish(),
  hidden_size: z.number().nullish(),
  type_vocab_size: z.number().nullish(),
  pad_token_id: z.number().nullish(),
});

/**
 * The model type of a config. Files from before it was introduced, or written by hand, have none: those of BERT are
 * recognised by their architecture, or, where even that is missing, by fields that only a BERT has.
 */
function modelTypeOf(json: unknown): string | undefined {
  const parsed = typedSchema.safeParse(json);
  if (!parsed.success) return undefined;
  const { model_type, architectures, hidden_size, type_vocab_size, pad_token_id } = parsed.data;
  if (model_type) return model_type;
  const [architecture] = architectures ?? [];
  const isLikeBert = hidden_size && (type_vocab_size ?? 2) === 2 && !pad_token_id;
  if (architecture ? /^Bert(Model|For)/.test(architecture) : isLikeBert) return 'bert';
  throw new EncoderConfigError(
    msg`config.json: model_type is missing, and the file is not plainly BERT's. Write the model's type into it, such as "bert", "roberta" or "distilbert".`,
  );
}

/**
 * Reads a Hugging Face `config.json` of a family that can be used.
 * @param json the parsed file, of any form
 * @throws EncoderConfigError saying why not
 */
export function readFamilyConfig(json: unknown): FamilyConfig {
  const type = modelTypeOf(json);
  if (type === 'roberta' || type === 'xlm-roberta' || type === 'camembert') {
    const vocab_size = type === 'roberta' ? 50265 : 30522;
    const config = readEncoderConfig({ vocab_size, ...(json as object), model_type: 'bert' });
    const { pad_token_id: padding = 1 } = json as { pad_token_id?: unknown };
    if (padding !== robertaUnused - 1)
      throw new EncoderConfigError(
        msg`config.json: pad_token_id: a RoBERTa with the padding id ${padding} is not supported.`,
      );
    return {
      family: type,
      config: { ...config, family: type, positions: config.positions - robertaUnused },
      unusedPositions: robertaUnused,
    };
  }
  if (type === 'distilbert') {
    const config = readEncoderConfig(asBertConfig(json as Record<string, unknown>));
    return { family: 'distilbert', config: { ...config, family: 'distilbert' }, unusedPositions: 0 };
  }
  if (type === 'modernbert') return { family: type, config: readModernConfig(json), unusedPositions: 0 };
  const reason = type !== undefined && Object.hasOwn(reasons, type) ? reasons[type] : undefined;
  if (reason)
    throw new EncoderConfigError(
      msg`config.json: ${type} cannot be used: ${reason}. Choose an encoder of the BERT family.`,
    );
  if (type !== undefined && type !== 'bert')
    throw new EncoderConfigError(
      msg`config.json: ${type} cannot be used: ${readHere}. Choose an encoder of the BERT family.`,
    );
  // readEncoderConfig reports what is no object.
  const config = readEncoderConfig(type === 'bert' ? { ...(json as object), model_type: 'bert' } : json);
  return { family: 'bert', config, unusedPositions: 0 };
}

/**
 * Reads the bytes of a folder's `config.json`.
 * @throws EncoderConfigError saying why not
 */
export function readConfigFile(bytes: Uint8Array): FamilyConfig {
  let json: unknown;
  try {
    json = jsonFromBytes(bytes);
  } catch {
    throw new EncoderConfigError('config.json is not JSON. Choose another encoder.');
  }
  return readFamilyConfig(json);
}

/** DistilBERT's names and BertModel's for the same, longer ones first. The two of adapters are AdapterHub's. */
const distilNames: readonly [theirs: string, ours: string][] = [
  ['transformer.layer.', 'encoder.layer.'],
  ['.attention.q_lin.', '.attention.self.query.'],
  ['.attention.k_lin.', '.attention.self.key.'],
  ['.attention.v_lin.', '.attention.self.value.'],
  ['.attention.out_lin.', '.attention.output.dense.'],
  ['.attention_adapters.', '.attention.output.'],
  ['.sa_layer_norm.', '.attention.output.LayerNorm.'],
  ['.ffn.lin1.', '.intermediate.dense.'],
  ['.ffn.lin2.', '.output.dense.'],
  ['.output_adapters.', '.output.'],
  ['.output_layer_norm.', '.output.LayerNorm.'],
];

/** ModernBERT's names and ours for the same. Its LayerNorms stand before a sublayer, ours are named after what follows them. */
const modernNames: readonly [theirs: string, ours: string][] = [
  ['embeddings.tok_embeddings.', 'embeddings.word_embeddings.'],
  ['embeddings.norm.', 'embeddings.LayerNorm.'],
  ['layers.', 'encoder.layer.'],
  ['.attn_norm.', '.attention.LayerNorm.'],
  ['.attn.Wqkv.', '.attention.self.qkv.'],
  ['.attn.Wo.', '.attention.output.dense.'],
  ['.attention_adapters.', '.attention.output.'],
  ['.mlp_norm.', '.intermediate.LayerNorm.'],
  ['.mlp.Wi.', '.intermediate.dense.'],
  ['.mlp.Wo.', '.output.dense.'],
  ['.output_adapters.', '.output.'],
  ['final_norm.', 'encoder.LayerNorm.'],
];

const otherNames: Partial<Record<EncoderFamily, readonly [theirs: string, ours: string][]>> = {
  distilbert: distilNames,
  modernbert: modernNames,
};

const prefixes = /^(bert|roberta|distilbert|model)\./;

/** BertModel's name for a tensor of a family's file, without the prefix of the model. */
export function canonicalName(family: EncoderFamily, name: string): string {
  const bare = name
    .replace(prefixes, '')
    .replace(/LayerNorm\.gamma$/, 'LayerNorm.weight')
    .replace(/LayerNorm\.beta$/, 'LayerNorm.bias');
  const names = otherNames[family] ?? [];
  return names.reduce((result, [theirs, ours]) => result.replace(theirs, ours), bare);
}

/** The family's name for a tensor that BertModel, or AdapterHub in it, calls this; neither has a prefix. */
function bareFamilyName(family: EncoderFamily, name: string): string {
  const names = otherNames[family];
  if (!names) return name;
  // Names of adapters' sites begin as other names do.
  const adapters = name
    .replace('.attention.output.adapters.', '.attention_adapters.adapters.')
    .replace('.output.adapters.', '.output_adapters.adapters.');
  return names
    .filter(([theirs]) => !theirs.includes('adapters'))
    .reduce((result, [theirs, ours]) => result.replace(ours, theirs), adapters);
}

/** The family's name for one of this project's tensors: `bert.` gives way to its prefix; heads are called the same everywhere. */
export const familyName = (family: EncoderFamily, name: string): string =>
  name.startsWith('bert.')
    ? `${familyFacts[family].prefix}.${bareFamilyName(family, name.slice('bert.'.length))}`
    : name;

/** BertModel's name for a tensor that bears this family's name, with its prefix or none; null for one of another family. */
export function ownName(family: EncoderFamily, name: string): string | null {
  const prefix = prefixes.exec(name)?.[1];
  if (prefix !== undefined && prefix !== familyFacts[family].prefix) return null;
  const canonical = canonicalName(family, name);
  return bareFamilyName(family, canonical) === name.replace(prefixes, '') ? canonical : null;
}

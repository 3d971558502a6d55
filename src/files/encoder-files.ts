import { Tokenizer, TokenizerError, tokenizerFromVocabulary } from '../data/tokenizer.ts';
import { type EncoderConfig, EncoderConfigError, readEncoderConfig } from '../model/encoder-config.ts';
import { baseParameters, elementCount } from '../model/parameters.ts';
import type { NamedTensors } from '../training/engine.ts';
import { readSafetensors, SafetensorsError, toFloat32 } from './safetensors.ts';

/** An encoder as it lies in a folder of the Hugging Face layout. */
export interface EncoderFiles {
  config: EncoderConfig;
  /** Every tensor of `baseParameters(config)`, named without `bert.`. */
  weights: NamedTensors;
  /** Elements of the file's pooler, which is never used. */
  poolerCount: number;
  tokenizer: Tokenizer;
}

/** Gives a file of the folder, or null if there is none of that name. */
export type ReadFile = (name: string) => Promise<Uint8Array | null>;

const parseJson = (bytes: Uint8Array, name: string): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new EncoderConfigError(`${name} is not JSON. Is the folder complete?`);
  }
};

async function needed(read: ReadFile, name: string): Promise<Uint8Array> {
  const bytes = await read(name);
  if (!bytes) throw new EncoderConfigError(`The encoder's folder has no ${name}.`);
  return bytes;
}

/** The name that this project uses for a tensor of the file. */
const canonicalName = (name: string) =>
  name
    .replace(/^bert\./, '')
    .replace(/LayerNorm\.gamma$/, 'LayerNorm.weight')
    .replace(/LayerNorm\.beta$/, 'LayerNorm.bias');

/**
 * Reads the weights of an encoder. Tensors that a BertModel has but this product does not use are passed over: position_ids,
 * the pooler (counted), heads of pretraining.
 * @throws SafetensorsError naming the tensor that is missing or of another shape
 */
export function readEncoderWeights(
  file: Uint8Array,
  config: EncoderConfig,
): Pick<EncoderFiles, 'weights' | 'poolerCount'> {
  const raw = new Map(
    [...readSafetensors(file, 'model.safetensors')].map(([name, tensor]) => [canonicalName(name), tensor]),
  );
  const weights: NamedTensors = new Map();
  for (const { name, shape } of baseParameters(config)) {
    const tensor = raw.get(name);
    if (!tensor)
      throw new SafetensorsError(`model.safetensors: tensor ${name} is missing. It is not this config's model.`);
    if (tensor.shape.join() !== shape.join())
      throw new SafetensorsError(
        `model.safetensors: tensor ${name} is (${tensor.shape.join(', ')}); config.json asks for (${shape.join(', ')}).`,
      );
    weights.set(name, { shape, data: toFloat32(tensor, name) });
  }
  const pooler = [...raw].filter(([name]) => name.startsWith('pooler.'));
  return { weights, poolerCount: pooler.reduce((sum, [, { shape }]) => sum + elementCount(shape), 0) };
}

/** Reads the tokenizer: tokenizer.json if there is one, else vocab.txt with tokenizer_config.json. */
export async function readTokenizer(read: ReadFile): Promise<Tokenizer> {
  const json = await read('tokenizer.json');
  if (json) return new Tokenizer(parseJson(json, 'tokenizer.json'));
  const vocabulary = await read('vocab.txt');
  if (!vocabulary) throw new TokenizerError("The encoder's folder has neither tokenizer.json nor vocab.txt.");
  const config = await read('tokenizer_config.json');
  return tokenizerFromVocabulary(
    new TextDecoder().decode(vocabulary),
    config ? parseJson(config, 'tokenizer_config.json') : {},
  );
}

/**
 * Reads an encoder's folder: config.json, model.safetensors (F32, F16 or BF16), tokenizer.json or vocab.txt.
 * @throws EncoderConfigError, SafetensorsError, TokenizerError naming the file and what is wrong with it
 */
export async function readEncoderFiles(read: ReadFile): Promise<EncoderFiles> {
  const config = readEncoderConfig(parseJson(await needed(read, 'config.json'), 'config.json'));
  const tokenizer = await readTokenizer(read);
  return { config, tokenizer, ...readEncoderWeights(await needed(read, 'model.safetensors'), config) };
}

import { z } from 'zod';
import type { FileSet, ReadFile } from '../base/file-set.ts';
import { jsonFromBytes } from '../base/json.ts';
import { msg } from '../base/message.ts';
import { hasTokenizer, tokenizerFiles, vocabularyFiles } from '../data/tokenizer/file-names.ts';
import { pretrainedTokenizer } from '../data/tokenizer/pretrained.ts';
import { TokenizerError } from '../data/tokenizer/settings.ts';
import type { Tokenizer } from '../data/tokenizer/tokenizer.ts';
import { learnExpressions } from '../data/tokenizer/unicode/expressions.ts';
import type { EncoderWeights, NamedTensors } from '../engine/contract.ts';
import { type EncoderConfig, EncoderConfigError } from '../model/encoder-config.ts';
import { canonicalName, type FamilyConfig, readFamilyConfig } from '../model/encoder-family.ts';
import { baseParameters, elementCount } from '../model/parameters.ts';
import {
  joinInt8,
  type RawTensor,
  readSafetensors,
  SafetensorsError,
  toFloat32,
  writeSafetensors,
} from './formats/safetensors.ts';

/** An encoder read from a folder of the Hugging Face layout. */
export interface EncoderFiles extends EncoderWeights {
  tokenizer: Tokenizer;
}

const parseJson = (bytes: Uint8Array, name: string): unknown => {
  try {
    return jsonFromBytes(bytes);
  } catch {
    throw new EncoderConfigError(msg`${name} is not JSON. Is the folder complete?`);
  }
};

async function needed(read: ReadFile, name: string): Promise<Uint8Array> {
  const bytes = await read(name);
  if (!bytes) throw new EncoderConfigError(msg`The encoder's folder has no ${name}.`);
  return bytes;
}

/** Names the file of each tensor, where weights are cut into several. */
export const weightsIndex = 'model.safetensors.index.json';
const indexSchema = z.object({
  weight_map: z.record(z.string(), z.string().regex(/^[\w.-]+\.safetensors$/)),
  metadata: z.object({ total_size: z.number().positive().optional() }).optional(),
});

/** Bytes of the weights that an index is of, as far as it says. */
export const weightBytes = (index: Uint8Array): number | null =>
  indexSchema.safeParse(parseJson(index, weightsIndex)).data?.metadata?.total_size ?? null;

/** Most files that weights may be cut into. */
const maxShards = 64;

/** The tensors of model.safetensors or, where there is no such file, of the files that its index names. */
async function readTensors(read: ReadFile): Promise<Map<string, RawTensor>> {
  const whole = await read('model.safetensors');
  if (whole) return joinInt8(readSafetensors(whole, 'model.safetensors'));
  const index = await read(weightsIndex);
  if (!index) throw new EncoderConfigError("The encoder's folder has no model.safetensors.");
  const parsed = indexSchema.safeParse(parseJson(index, weightsIndex));
  if (!parsed.success) throw new SafetensorsError('model.safetensors.index.json: it has no weight_map.');
  const shards = [...new Set(Object.values(parsed.data.weight_map))].sort();
  if (shards.length > maxShards)
    throw new SafetensorsError(msg`model.safetensors.index.json: ${shards.length} files; ${maxShards} are the most.`);
  const tensors = new Map<string, RawTensor>();
  for (const shard of shards)
    for (const [name, tensor] of readSafetensors(await needed(read, shard), shard)) tensors.set(name, tensor);
  return joinInt8(tensors);
}

/** The tensor as BertModel has it: the rows of the position table that RoBERTa never uses are left out. */
function asBert(name: string, tensor: RawTensor, { config, unusedPositions }: FamilyConfig): RawTensor {
  const [rows = 0, ...rest] = tensor.shape;
  if (!name.endsWith('position_embeddings.weight') || rows !== config.positions + unusedPositions) return tensor;
  const unusedBytes = (tensor.bytes.byteLength / rows) * unusedPositions;
  return { ...tensor, shape: [config.positions, ...rest], bytes: tensor.bytes.subarray(unusedBytes) };
}

/**
 * Picks the weights of an encoder out of a file's tensors. Tensors that a model has but this product does not use are
 * skipped: position_ids, the pooler (counted), heads of pretraining.
 * @throws SafetensorsError naming the tensor that is missing or of another shape
 */
function pickWeights(
  tensors: ReadonlyMap<string, RawTensor>,
  family: FamilyConfig,
): Pick<EncoderFiles, 'weights' | 'poolerCount'> {
  const raw = new Map([...tensors].map(([name, tensor]) => [canonicalName(family.family, name), tensor]));
  const weights: NamedTensors = new Map();
  for (const { name, shape } of baseParameters(family.config)) {
    const found = raw.get(name);
    if (!found && family.family === 'distilbert' && name === 'embeddings.token_type_embeddings.weight') {
      // DistilBERT has no token types: a row of zeros adds nothing.
      weights.set(name, { shape, data: new Float32Array(elementCount(shape)) });
      continue;
    }
    if (!found)
      throw new SafetensorsError(msg`model.safetensors: tensor ${name} is missing. It is not this config's model.`);
    const tensor = asBert(name, found, family);
    if (tensor.shape.join() !== shape.join())
      throw new SafetensorsError(
        msg`model.safetensors: tensor ${name} is (${tensor.shape.join(', ')}); config.json asks for (${shape.join(', ')}).`,
      );
    weights.set(name, { shape, data: toFloat32(tensor, name) });
  }
  const pooler = [...raw].filter(([name]) => name.startsWith('pooler.'));
  return { weights, poolerCount: pooler.reduce((sum, [, { shape }]) => sum + elementCount(shape), 0) };
}

const newerSettings = z.object({ added_tokens_decoder: z.object({}) });

/** Whether the files found so far make one needless: vocabularies beside tokenizer.json, old lists of added tokens. */
function isNeedless(name: string, found: Readonly<Record<string, unknown>>): boolean {
  if (vocabularyFiles.includes(name)) return 'tokenizer.json' in found;
  const isOlder = name === 'special_tokens_map.json' || name === 'added_tokens.json';
  return isOlder && newerSettings.safeParse(found['tokenizer_config.json']).success;
}

/**
 * Reads the tokenizer of a folder as transformers' AutoTokenizer does; config.json and the weights may be missing.
 * @throws TokenizerError naming the file and what of it cannot be computed as in Python
 */
export async function readTokenizer(read: ReadFile): Promise<Tokenizer> {
  const found: Record<string, unknown> = {};
  for (const name of [...tokenizerFiles, 'config.json']) {
    if (isNeedless(name, found)) continue;
    const bytes = await read(name);
    if (bytes) found[name] = name.endsWith('.txt') ? new TextDecoder().decode(bytes) : parseJson(bytes, name);
  }
  if (!hasTokenizer((name) => name in found))
    throw new TokenizerError("The encoder's folder has neither tokenizer.json nor vocab.txt.");
  await learnExpressions(found);
  return pretrainedTokenizer(found);
}

/** @throws TokenizerError where a text could get an id that the embedding table has no row for */
function assertVocabulary({ vocabulary }: EncoderConfig, tokenizer: Tokenizer): void {
  if (tokenizer.largestId < vocabulary) return;
  throw new TokenizerError(
    msg`The tokenizer gives ids up to ${tokenizer.largestId}, the embedding table has ${vocabulary} rows: the tokenizer is of another model. Choose the files of one encoder.`,
  );
}

/**
 * Reads an encoder's folder: config.json, model.safetensors or what its index names (F32, F16, BF16, or this product's own
 * form in 8 bits), tokenizer.json or vocab.txt.
 * @throws EncoderConfigError, SafetensorsError, TokenizerError naming the file and what is wrong with it
 */
export async function readEncoderFiles(read: ReadFile): Promise<EncoderFiles> {
  const family = readFamilyConfig(parseJson(await needed(read, 'config.json'), 'config.json'));
  const tokenizer = await readTokenizer(read);
  assertVocabulary(family.config, tokenizer);
  tokenizer.tokenTypes = family.config.tokenTypes;
  const tensors = await readTensors(read);
  return { config: family.config, tokenizer, ...pickWeights(tensors, family) };
}

/**
 * An encoder's folder as Python's libraries read it: weights in 8 bits become float32, in one file. Other folders are left
 * as they are.
 * @throws SafetensorsError
 */
export async function folderForPython(files: FileSet): Promise<FileSet> {
  const index = files.get(weightsIndex);
  if (!index) return files;
  const tensors = await readTensors(async (path) => files.get(path) ?? null);
  if (![...tensors.values()].some(({ scales }) => scales)) return files;
  const weights: NamedTensors = new Map();
  for (const [name, tensor] of tensors) weights.set(name, { shape: tensor.shape, data: toFloat32(tensor, name) });
  const others = [...files].filter(([path]) => !path.startsWith('model.safetensors') && !path.endsWith('.safetensors'));
  return new Map([...others, ['model.safetensors', writeSafetensors(weights)]]);
}

import { z } from 'zod';
import { msg } from '../../base/message.ts';
import { issuePath, issueWords, parseInput } from '../../base/zod-issues.ts';
import { type AddedToken, addedToken, addedTokenSchema } from './added-tokens.ts';
import { TokenizerError } from './settings.ts';
import { type Additions, Tokenizer } from './tokenizer.ts';
import { type Special, type TokenizerFiles, tokenizerClassOf } from './tokenizer-classes.ts';
import { bertDefinition, robertaDefinition } from './vocabulary-files.ts';

/**
 * AutoTokenizer.from_pretrained of transformers 4.57.6 on a folder's tokenizer files: the class, its changes to
 * tokenizer.json, and the tokens that are added.
 */

/** A special token: its content, or with its flags. */
const token = z.union([z.string(), addedTokenSchema]);
const special = {
  bos_token: token.nullish(),
  eos_token: token.nullish(),
  unk_token: token.nullish(),
  sep_token: token.nullish(),
  pad_token: token.nullish(),
  cls_token: token.nullish(),
  mask_token: token.nullish(),
};
const names = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'] as const;

const configSchema = z.looseObject({
  ...special,
  additional_special_tokens: z.array(token).nullish(),
  // Newer versions write a list; the older ones know only an object.
  extra_special_tokens: z.union([z.record(z.string(), token), z.array(token)]).nullish(),
  tokenizer_class: z.string().nullish(),
  added_tokens_decoder: z.record(z.string().regex(/^\d+$/), addedTokenSchema).optional(),
  do_lower_case: z.boolean().default(true),
  strip_accents: z.boolean().nullable().default(null),
  tokenize_chinese_chars: z.boolean().default(true),
  add_prefix_space: z.boolean().default(false),
  split_special_tokens: z.boolean().default(false),
  from_slow: z.literal(false).optional(),
});
type Config = z.output<typeof configSchema>;

const mapSchema = z.looseObject({ ...special, additional_special_tokens: z.array(token).nullish() });
const addedSchema = z.record(z.string(), z.number().int().nonnegative());
const modelConfigSchema = z.looseObject({ model_type: z.string().nullish(), tokenizer_class: z.string().nullish() });

function checked<Schema extends z.ZodType>(schema: Schema, json: unknown, file: string): z.output<Schema> {
  const parsed = parseInput(schema, json ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.issues[0];
  throw new TokenizerError(msg`${file}: ${issuePath(issue)}: ${issueWords(issue)}`);
}

const contentOf = (given: string | { content: string }): string => (typeof given === 'string' ? given : given.content);
/** A special token as a file has it; with flags it is an AddedToken of Python. */
const specialOf = (given: z.output<typeof token>, isSpecial?: true): Special =>
  typeof given === 'string' ? given : addedToken(isSpecial ? { ...given, special: true } : given);

/** Special tokens by what they are for, in Python's order, then those of no purpose. */
interface Specials {
  named: Map<string, Special>;
  additional: Special[];
  extra: Special[];
}

function specialsOf(config: Config, defaults: Record<string, Special>): Specials {
  const named = new Map<string, Special>(Object.entries(defaults));
  for (const name of names) {
    const given = config[name];
    if (given === null) named.delete(name);
    if (given) named.set(name, specialOf(given));
  }
  const { extra_special_tokens: extra } = config;
  return {
    named,
    additional: (config.additional_special_tokens ?? []).map((given) => specialOf(given)),
    extra: (Array.isArray(extra) ? extra : Object.values(extra ?? {})).map((given) => specialOf(given)),
  };
}

/** Reads files older than `added_tokens_decoder`: special_tokens_map.json over the settings, added_tokens.json adds. */
function readOlder(files: TokenizerFiles, specials: Specials, added: Map<number, AddedToken>): void {
  const map = checked(mapSchema, files['special_tokens_map.json'], 'special_tokens_map.json');
  for (const name of names) {
    const given = map[name];
    if (given) specials.named.set(name, specialOf(given, true));
  }
  for (const given of map.additional_special_tokens ?? [])
    if (!specials.additional.some((one) => contentOf(one) === contentOf(given)))
      specials.additional.push(specialOf(given, true));
  const contents = new Set([...specials.named.values(), ...specials.additional].map(contentOf));
  for (const [content, id] of Object.entries(checked(addedSchema, files['added_tokens.json'], 'added_tokens.json')))
    added.set(id, addedToken({ content, special: contents.has(content) }));
}

const fileTokens = z.looseObject({ added_tokens: z.array(addedTokenSchema.extend({ id: z.number() })).default([]) });

/** The tokens that Python adds after those of the file, in its order. */
function addedTokens(
  files: TokenizerFiles,
  config: Config,
  specials: Specials,
  fromSettings: ReadonlySet<string>,
): AddedToken[] {
  const ofFile = checked(fileTokens, files['tokenizer.json'], 'tokenizer.json').added_tokens;
  const backend = new Map(ofFile.map((given) => [given.content, addedToken(given)]));
  const decoder = new Map<number, AddedToken>();
  const byContent = new Map<string, AddedToken>();
  if (config.added_tokens_decoder)
    for (const [id, given] of Object.entries(config.added_tokens_decoder)) decoder.set(Number(id), addedToken(given));
  else {
    readOlder(files, specials, decoder);
    for (const given of ofFile) decoder.set(given.id, addedToken(given));
  }
  for (const given of config.added_tokens_decoder ? decoder.values() : backend.values())
    byContent.set(given.content, given);
  // A special token of the settings has the flags of the added token of its name.
  for (const [name, given] of specials.named)
    if (fromSettings.has(name)) specials.named.set(name, byContent.get(contentOf(given)) ?? given);

  const isBackend = (given: AddedToken) => JSON.stringify(backend.get(given.content)) === JSON.stringify(given);
  const all = [...decoder]
    .sort(([a], [b]) => a - b)
    .map(([, given]) => given)
    .filter((given) => !isBackend(given));
  const order = [...names.flatMap((name) => specials.named.get(name) ?? []), ...specials.additional, ...specials.extra];
  const unique = order.filter((given, i) => order.findIndex((one) => contentOf(one) === contentOf(given)) === i);
  const contents = new Set(unique.map(contentOf));
  const present = new Set([...backend.keys(), ...all.map(({ content }) => content)]);
  const more = unique.filter((given) => typeof given !== 'string' || !present.has(given));
  return [
    ...all.map((given) => ({ ...given, special: given.special || contents.has(given.content) })),
    ...more.map((given) =>
      typeof given === 'string' ? addedToken({ content: given, special: true }) : { ...given, special: true },
    ),
  ];
}

const bertNormalizer = z.looseObject({
  type: z.literal('BertNormalizer'),
  lowercase: z.boolean().default(true),
  strip_accents: z.boolean().nullish(),
  handle_chinese_chars: z.boolean().default(true),
});

/** The normalizer with BERT's settings of tokenizer_config.json, which win; undefined where they change nothing. */
function bertSettings(normalizer: unknown, config: Config): Additions['normalizer'] {
  const parsed = bertNormalizer.safeParse(normalizer);
  if (!parsed.success) return undefined;
  const { do_lower_case, strip_accents, tokenize_chinese_chars } = config;
  const { data } = parsed;
  const isSame =
    data.lowercase === do_lower_case &&
    (data.strip_accents ?? null) === strip_accents &&
    data.handle_chinese_chars === tokenize_chinese_chars;
  if (isSame) return undefined;
  return { ...data, lowercase: do_lower_case, strip_accents, handle_chinese_chars: tokenize_chinese_chars };
}

const byteLevel = z.looseObject({ type: z.literal('ByteLevel') });

/** The file with add_prefix_space of the settings, which wins where the whole pre-tokenizer is ByteLevel. */
function withPrefixSpace(json: unknown, add_prefix_space: boolean): unknown {
  const parsed = z.looseObject({ pre_tokenizer: byteLevel }).safeParse(json);
  return parsed.success ? { ...parsed.data, pre_tokenizer: { ...parsed.data.pre_tokenizer, add_prefix_space } } : json;
}

/**
 * The tokenizer that Python makes from a folder's files.
 * @throws TokenizerError naming the file and what of it cannot be computed as in Python
 */
export function pretrainedTokenizer(files: TokenizerFiles): Tokenizer {
  const config = checked(configSchema, files['tokenizer_config.json'], 'tokenizer_config.json');
  const model = checked(modelConfigSchema.catch({}), files['config.json'], 'config.json');
  const { family, defaults } = tokenizerClassOf({
    ofTokenizer: config.tokenizer_class ?? undefined,
    ofModel: model.tokenizer_class ?? undefined,
    modelType: model.model_type ?? undefined,
    files,
  });
  const specials = specialsOf(config, defaults);
  const ofMap = config.added_tokens_decoder ? {} : (files['special_tokens_map.json'] ?? {});
  const fromSettings = new Set([...Object.keys(config), ...Object.keys(ofMap)]);
  const tokens = addedTokens(files, config, specials, fromSettings);
  const named = (name: string) => {
    const given = specials.named.get(name);
    return given === undefined ? undefined : contentOf(given);
  };
  const file = files['tokenizer.json'] ?? definitionOf(files, family, named);
  const json = withPrefixSpace(file, config.add_prefix_space);
  const normalizer =
    family === 'bert' ? bertSettings((json as { normalizer?: unknown }).normalizer, config) : undefined;
  return new Tokenizer(json, {
    tokens,
    pad: named('pad_token'),
    implied: impliedTokens(files, config, defaults, fromSettings),
    splitsSpecial: config.split_special_tokens,
    ...(normalizer === undefined ? {} : { normalizer }),
  });
}

/** Contents of special tokens that the class has by default, and no file names. */
function impliedTokens(
  files: TokenizerFiles,
  config: Config,
  defaults: Record<string, Special>,
  fromSettings: ReadonlySet<string>,
): Set<string> {
  const ofFiles = checked(fileTokens, files['tokenizer.json'], 'tokenizer.json').added_tokens;
  const added = Object.keys((files['added_tokens.json'] ?? {}) as object);
  const named = [...ofFiles, ...Object.values(config.added_tokens_decoder ?? {})].map(({ content }) => content);
  const all = Object.entries(defaults).flatMap(([name, token]) => (fromSettings.has(name) ? [] : [contentOf(token)]));
  return new Set(all.filter((content) => !named.includes(content) && !added.includes(content)));
}

/** Replacement for tokenizer.json where there is none. */
function definitionOf(files: TokenizerFiles, family: string, named: (name: string) => string | undefined): object {
  const { 'vocab.txt': lines, 'vocab.json': vocab, 'merges.txt': merges } = files;
  if (family === 'bert' && lines !== undefined) return bertDefinition(lines, named);
  if (family === 'roberta' && vocab !== undefined && merges !== undefined)
    return robertaDefinition(vocab, merges, named);
  throw new TokenizerError("The encoder's folder has neither tokenizer.json nor vocab.txt.");
}

import { z } from 'zod';
import { msg } from '../../base/message.ts';
import { issuePath, issueWords, parseInput } from '../../base/zod-issues.ts';
import { BytePairs } from './byte-pairs.ts';
import type { Model } from './settings.ts';
import { type Component, settingsOf, TokenizerError, unknownComponent } from './settings.ts';
import { unigramOf } from './unigram.ts';

/** The models of tokenizer.json, which turn the words of a text into tokens of the vocabulary. */

const slot = 'model';
/** Most words whose pieces are cached. */
const maxWords = 20_000;

const id = z.number().int().nonnegative();
const vocabSchema = z.record(z.string(), id);

/** The vocabulary of a file as a map both ways. zod checks 250,000 entries slowly, so this does it. */
function vocabulary(json: unknown): Pick<Model, 'idOf' | 'tokenOf' | 'size' | 'largest'> {
  const entries = typeof json === 'object' && json !== null && !Array.isArray(json) ? Object.entries(json) : null;
  const wrong = entries?.find(([, value]) => !Number.isInteger(value) || value < 0);
  if (!entries || wrong) {
    const parsed = parseInput(vocabSchema, wrong ? Object.fromEntries([wrong]) : json);
    const issue = parsed.success ? undefined : parsed.issues[0];
    throw new TokenizerError(msg`tokenizer.json: ${`model.vocab.${issuePath(issue)}`}: ${issueWords(issue)}`);
  }
  const ids = new Map<string, number>(entries);
  const tokens = new Map<number, string>();
  for (const [token, at] of entries) tokens.set(at, token);
  return {
    idOf: (token) => ids.get(token),
    tokenOf: (at) => tokens.get(at),
    size: ids.size,
    largest: entries.reduce((most, [, at]) => Math.max(most, at), -1),
  };
}

/** Caches the pieces of words. */
function remembering(encode: (word: string) => readonly number[]): (word: string) => readonly number[] {
  const known = new Map<string, readonly number[]>();
  return (word) => {
    const before = known.get(word);
    if (before) return before;
    const ids = encode(word);
    if (known.size < maxWords && word.length < 256) known.set(word, ids);
    return ids;
  };
}

function missing(token: string): TokenizerError {
  return new TokenizerError(msg`tokenizer.json: the vocabulary lacks ${token}, the token for what is unknown.`);
}

const isLonger = (word: string, most: number): boolean =>
  word.length > most && (word.length > 2 * most || [...word].length > most);

function wordPiece(component: Component): Model {
  const settings = settingsOf(slot, component, {
    vocab: z.unknown(),
    unk_token: z.string().default('[UNK]'),
    continuing_subword_prefix: z.string().default('##'),
    max_input_chars_per_word: z.number().int().nonnegative().default(100),
  });
  const { unk_token, continuing_subword_prefix: prefix, max_input_chars_per_word: most } = settings;
  const vocab = vocabulary(settings.vocab);
  const unknown = vocab.idOf(unk_token);
  if (unknown === undefined) throw missing(unk_token);
  const encode = (word: string): number[] => {
    if (isLonger(word, most)) return [unknown];
    const ids: number[] = [];
    for (let from = 0; from < word.length; ) {
      let to = word.length;
      let found: number | undefined;
      // Half of a surrogate pair is in no vocabulary, so positions between the halves need no care.
      for (; to > from; to--) {
        const piece = word.slice(from, to);
        found = vocab.idOf(from > 0 ? prefix + piece : piece);
        if (found !== undefined) break;
      }
      if (found === undefined) return [unknown];
      ids.push(found);
      from = to;
    }
    return ids;
  };
  return { ...vocab, unknown, encode: remembering(encode) };
}

function wordLevel(component: Component): Model {
  const settings = settingsOf(slot, component, { vocab: z.unknown(), unk_token: z.string().default('<unk>') });
  const vocab = vocabulary(settings.vocab);
  const unknown = vocab.idOf(settings.unk_token);
  if (unknown === undefined) throw missing(settings.unk_token);
  return { ...vocab, unknown, encode: (word) => [vocab.idOf(word) ?? unknown] };
}

function bytePairs(component: Component): Model {
  const settings = settingsOf(slot, component, {
    vocab: z.unknown(),
    merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])),
    dropout: z.number().nullish(),
    unk_token: z.string().nullish(),
    continuing_subword_prefix: z.string().nullish(),
    end_of_word_suffix: z.string().nullish(),
    fuse_unk: z.boolean().default(false),
    byte_fallback: z.boolean().default(false),
    ignore_merges: z.boolean().default(false),
  });
  if (settings.dropout)
    throw new TokenizerError(
      msg`tokenizer.json: ${slot} BPE has dropout ${settings.dropout}: it cuts words at random. Choose an encoder with another tokenizer.`,
    );
  const vocab = vocabulary(settings.vocab);
  const unknown = settings.unk_token ? vocab.idOf(settings.unk_token) : undefined;
  if (settings.unk_token && unknown === undefined) throw missing(settings.unk_token);
  const pairs = new BytePairs(vocab.idOf, {
    merges: settings.merges.map((merge) => (typeof merge === 'string' ? splitMerge(merge) : merge)),
    unknown,
    prefix: settings.continuing_subword_prefix ?? '',
    suffix: settings.end_of_word_suffix ?? '',
    fuse: settings.fuse_unk,
    byteFallback: settings.byte_fallback,
    ignoreMerges: settings.ignore_merges,
  });
  return { ...vocab, unknown, encode: remembering((word) => pairs.encode(word)) };
}

function splitMerge(merge: string): [string, string] {
  const [first, second, ...more] = merge.split(' ');
  if (first === undefined || second === undefined || more.length > 0)
    throw new TokenizerError(msg`tokenizer.json: model BPE: the merge ${merge} is not two pieces.`);
  return [first, second];
}

function unigram(component: Component): Model {
  const settings = settingsOf(slot, component, {
    vocab: z.array(z.unknown()),
    unk_id: id.nullish(),
    byte_fallback: z.boolean().default(false),
  });
  const model = unigramOf(settings.vocab, settings.unk_id ?? undefined, settings.byte_fallback);
  return { ...model, encode: remembering(model.encode) };
}

const kinds: Record<string, (component: Component) => Model> = {
  WordPiece: wordPiece,
  WordLevel: wordLevel,
  BPE: bytePairs,
  Unigram: unigram,
};

/** The kind of a model; files of 2020 do not name it, but its fields show it. */
function kindOf(json: Record<string, unknown>): string | undefined {
  if (typeof json.type === 'string') return json.type;
  if (Array.isArray(json.vocab)) return 'Unigram';
  if ('merges' in json) return 'BPE';
  if ('continuing_subword_prefix' in json && 'max_input_chars_per_word' in json) return 'WordPiece';
  return 'unk_token' in json ? 'WordLevel' : undefined;
}

/** @throws TokenizerError naming the model or the setting that is not computed */
export function modelOf(json: Record<string, unknown>): Model {
  const type = kindOf(json);
  if (type === undefined) throw new TokenizerError(msg`tokenizer.json: ${slot} has no type.`);
  const make = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  if (!make) throw unknownComponent(slot, type);
  return make({ ...json, type });
}

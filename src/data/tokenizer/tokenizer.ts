import { z } from 'zod';
import { msg } from '../../base/message.ts';
import { issuePath, issueWords, parseInput } from '../../base/zod-issues.ts';
import { pairMark, type Texts } from '../rows/texts.ts';
import { type AddedToken, AddedVocabulary, addedToken, addedTokenSchema } from './added-tokens.ts';
import { modelOf } from './models.ts';
import { type Normalizer, normalizerOf } from './normalizers.ts';
import { type PreTokenizer, preTokenizerOf } from './pre-tokenizers.ts';
import type { Model } from './settings.ts';
import { TokenizerError } from './settings.ts';
import { type Template, templateOf } from './template.ts';

const known = [
  'version',
  'truncation',
  'padding',
  'added_tokens',
  'normalizer',
  'pre_tokenizer',
  'post_processor',
  'decoder',
  'model',
];

const tokenizerSchema = z.looseObject({
  added_tokens: z.array(addedTokenSchema).default([]),
  padding: z.looseObject({ pad_token: z.string().optional() }).nullish(),
  model: z.looseObject({}),
});

/** Default names of the padding token. */
const defaultPadding = ['[PAD]', '<pad>'];

/** Names of the token that stands for a covered word. */
const masks = ['[MASK]', '<mask>'];

/** Changes to a tokenizer.json by `tokenizer_config.json` and similar files. */
export interface Additions {
  /** Tokens added after the file's own. */
  tokens?: readonly AddedToken[];
  /** Replaces the file's normalizer, which still applies to the contents of added tokens, as in Python. */
  normalizer?: object | null;
  /** The padding token. */
  pad?: string | undefined;
  /** Special tokens are cut like any text. */
  splitsSpecial?: boolean;
  /** Special tokens that no file names, only the tokenizer's class: no text has them by chance. */
  implied?: ReadonlySet<string>;
}

/** A token of whole texts. */
interface Joined {
  id: number;
  special: boolean;
  cutOff: boolean;
  /** Index of its text. */
  segment: number;
}

/** One token of a text, as a person sees it. */
export interface Piece {
  piece: string;
  id: number;
  /** Put in by the tokenizer: [CLS], [SEP]. */
  special: boolean;
  /** Not in the vocabulary. */
  unknown: boolean;
  /** Beyond the longest row: the encoder does not see it. */
  cutOff: boolean;
  /** Of a pair, the text that it is of, special tokens with the one before them; absent: there is one text. */
  segment?: 0 | 1;
}

/** A row's texts as an encoder reads them. */
export interface TextTokens {
  ids: number[];
  /** Of a pair, the type of each token; absent: the encoder tells none apart, or there is one text. */
  types?: number[];
}

/** Words as an encoder reads them. */
export interface WordTokens {
  ids: number[];
  /** Index of the word that each token is a piece of; null for special tokens. Words without a piece, or cut off, have none. */
  wordIds: (number | null)[];
}

/**
 * Turns text into token ids as Hugging Face's Rust library (tokenizers 0.22) does: [CLS] text [SEP], of a pair
 * [CLS] a [SEP] b [SEP], or whatever the file's post-processor puts around texts.
 */
export class Tokenizer {
  readonly #json: Record<string, unknown>;
  readonly #normalize: Normalizer;
  readonly #preTokenize: PreTokenizer;
  readonly #model: Model;
  readonly #added: AddedVocabulary;
  readonly #template: Template;
  readonly #padding: string | undefined;
  readonly #implied: ReadonlySet<string>;
  /** The padding id; padding is masked, so any will do where a tokenizer has none. */
  readonly padId: number;
  /** Token types that the encoder has a row for. With one, or none, the texts of a pair are told apart by the separator alone. */
  tokenTypes = Number.POSITIVE_INFINITY;

  /**
   * @param json a parsed `tokenizer.json`; its truncation and padding are ignored, rows are cut and padded by the batch
   * @throws TokenizerError naming what cannot be computed as in Python
   */
  constructor(json: unknown, additions: Additions = {}) {
    const parsed = parseInput(tokenizerSchema, json);
    if (!parsed.success) {
      const issue = parsed.issues[0];
      const words = issuePath(issue) === 'model' ? msg`the vocabulary is missing` : issueWords(issue);
      throw new TokenizerError(msg`tokenizer.json: ${issuePath(issue)}: ${words}`);
    }
    const file = parsed.data;
    const strange = Object.keys(file).find((key) => !known.includes(key));
    if (strange !== undefined)
      throw new TokenizerError(msg`tokenizer.json: the section ${strange} is not computed here as in Python.`);
    const { normalizer = file.normalizer, tokens = [] } = additions;
    this.#implied = additions.implied ?? new Set();
    this.#model = modelOf(file.model);
    this.#normalize = normalizerOf(normalizer);
    this.#preTokenize = preTokenizerOf(file.pre_tokenizer);
    this.#template = templateOf(file.post_processor);
    this.#added = new AddedVocabulary(this.#model.idOf, this.#model.size);
    this.#added.splitsSpecial = additions.splitsSpecial ?? false;
    const ofFile = normalizerOf(file.normalizer);
    for (const list of [file.added_tokens.map(addedToken), tokens]) {
      const [empty] = this.#added.add(list, ofFile);
      if (empty !== undefined)
        throw new TokenizerError(msg`tokenizer.json: the normalizer leaves nothing of the added token ${empty}.`);
    }
    this.#json = { version: '1.0', ...file, normalizer: normalizer ?? null, added_tokens: this.#added.inOrder };
    const names = [additions.pad, file.padding?.pad_token, ...defaultPadding];
    this.#padding = names.find((name) => name !== undefined && this.#added.idOf(name) !== undefined);
    this.padId = this.#padding === undefined ? 0 : (this.#added.idOf(this.#padding) ?? 0);
  }

  /** The token that stands for a covered word, as a text may name it; null where there is none. */
  get mask(): string | null {
    const isToken = (name: string) => {
      const ids = this.#bare(name);
      return ids.length === 1 && ids[0] === this.#added.idOf(name);
    };
    return masks.find(isToken) ?? null;
  }

  /** The largest id that a text can get, special tokens included, if their files name them. */
  get largestId(): number {
    const { single, pair } = this.#template;
    const around = [single.before, single.after, pair.before, pair.between, pair.after].flat();
    const added = [...this.#added.tokens].filter(([, { content }]) => !this.#implied.has(content)).map(([id]) => id);
    return Math.max(this.#model.largest, ...added, ...around);
  }

  /**
   * The content of a tokenizer.json that does by itself what `encode` and a batch do here: special tokens around the text or
   * between two, at most `maxLength` of them all, rows padded on the right to the longest.
   */
  definition(maxLength: number): object {
    const { single, pair, types } = this.#template;
    const text = (id: 'A' | 'B', type = 0) => ({ Sequence: { id, type_id: type } });
    const special = (id: number, type = 0) => ({ SpecialToken: { id: this.pieceOf(id), type_id: type } });
    const specials = (place: 'before' | 'between' | 'after') =>
      pair[place].map((id, at) => special(id, types[place][at]));
    const all = new Set([single.before, single.after, pair.before, pair.between, pair.after].flat());
    return {
      ...this.#json,
      truncation: { direction: 'Right', max_length: maxLength, strategy: 'LongestFirst', stride: 0 },
      padding: {
        strategy: 'BatchLongest',
        direction: 'Right',
        pad_to_multiple_of: null,
        pad_id: this.padId,
        pad_type_id: 0,
        pad_token: this.#padding ?? this.pieceOf(this.padId),
      },
      post_processor: {
        type: 'TemplateProcessing',
        single: [...single.before.map((id) => special(id)), text('A'), ...single.after.map((id) => special(id))],
        pair: [
          ...specials('before'),
          text('A', types.first),
          ...specials('between'),
          text('B', types.second),
          ...specials('after'),
        ],
        special_tokens: Object.fromEntries(
          [...all].map((id) => [this.pieceOf(id), { id: this.pieceOf(id), ids: [id], tokens: [this.pieceOf(id)] }]),
        ),
      },
    };
  }

  /** Ids of a text without the special tokens around it. */
  #bare(text: string): number[] {
    const ids: number[] = [];
    for (const outer of this.#added.split(text, 'plain')) {
      if (outer.id !== null) {
        ids.push(outer.id);
        continue;
      }
      const normalized = this.#normalize(text.slice(outer.from, outer.to));
      for (const { from, to, id } of this.#added.split(normalized, 'normalized')) {
        if (id !== null) {
          ids.push(id);
          continue;
        }
        const part = { text: normalized.slice(from, to), first: outer.from === 0 && from === 0 };
        for (const piece of this.#preTokenize([part]))
          if (piece.text !== '') ids.push(...this.#model.encode(piece.text));
      }
    }
    return ids;
  }

  /** Ids of a whole text as Python's tokenizer(text) gives them: special tokens included, nothing cut, no pairs. */
  ids(text: string): number[] {
    const { before, after } = this.#template.single;
    return [...before, ...this.#bare(text), ...after];
  }

  /** Ids of each text of a row, uncut and without special tokens. */
  #texts({ text, second }: Texts): number[][] {
    return (second === undefined ? text.split(pairMark) : [text, second]).map((part) => this.#bare(part));
  }

  /** Special tokens around and between so many texts. */
  #around(count: number): { before: number[]; between: number[]; after: number[]; length: number } {
    const { single, pair } = this.#template;
    const around = count > 1 ? pair : { ...single, between: [] };
    const length = around.before.length + around.after.length + around.between.length * (count - 1);
    return { ...around, length };
  }

  /** [CLS] a [SEP] b [SEP], whole, with the tokens beyond `maxLength` marked. Of a pair, the longer text is cut. */
  #join(row: Texts, maxLength: number): Joined[] {
    const texts = this.#texts(row);
    const { before, between, after, length } = this.#around(texts.length);
    const kept = keptLengths(
      texts.map((ids) => ids.length),
      maxLength - length,
    );
    const special = (id: number, segment: number) => ({ id, special: true, cutOff: false, segment });
    const inner = texts.flatMap((ids, i) => [
      ...(i > 0 ? between.map((id) => special(id, i - 1)) : []),
      ...ids.map((id, at) => ({ id, special: false, cutOff: at >= (kept[i] ?? 0), segment: i })),
    ]);
    const last = texts.length - 1;
    return [...before.map((id) => special(id, 0)), ...inner, ...after.map((id) => special(id, last))];
  }

  /**
   * A row as the encoder reads it: the one place that decides how a pair is encoded.
   * @throws TokenizerError where a pair's special tokens alone are more than `maxLength`
   */
  encodeRow({ text, second }: Texts, maxLength: number): TextTokens {
    if (second === undefined) return { ids: this.encode(text, maxLength) };
    const { ids, types } = this.encodePair(text, second, maxLength);
    return this.tokenTypes > 1 ? { ids, types } : { ids };
  }

  /** Ids of at most `maxLength` tokens, special ones included. */
  encode(text: string, maxLength: number): number[] {
    const ids = this.#join({ text }, maxLength).flatMap(({ id, cutOff }) => (cutOff ? [] : [id]));
    // More separators than there is room for: text typed into a box may hold any number of them.
    const { after } = this.#template.single;
    return ids.length <= maxLength ? ids : [...ids.slice(0, maxLength - after.length), ...after].slice(0, maxLength);
  }

  /**
   * Ids and token types of two texts, [CLS] a [SEP] b [SEP], cut to `maxLength` tokens as `longest_first` does. An empty
   * second text keeps its [SEP].
   * @throws TokenizerError where the special tokens alone are more than `maxLength`
   */
  encodePair(first: string, second: string, maxLength: number): Required<TextTokens> {
    const { pair, types } = this.#template;
    const texts = [this.#bare(first), this.#bare(second)];
    const room = this.#room(this.#around(2).length, maxLength);
    const [a = 0, b = 0] = keptLengths(
      texts.map(({ length }) => length),
      room,
    );
    const [one = [], two = []] = texts;
    return {
      ids: [...pair.before, ...one.slice(0, a), ...pair.between, ...two.slice(0, b), ...pair.after],
      types: [
        ...types.before,
        ...Array<number>(a).fill(types.first),
        ...types.between,
        ...Array<number>(b).fill(types.second),
        ...types.after,
      ],
    };
  }

  /**
   * Ids of words, each cut into pieces by itself as `is_split_into_words` does, of at most `maxLength` tokens with the
   * special ones around them.
   * @throws TokenizerError where the special tokens alone are more than `maxLength`
   */
  encodeWords(words: readonly string[], maxLength: number): WordTokens {
    const { before, after } = this.#template.single;
    const room = this.#room(before.length + after.length, maxLength);
    const ids: number[] = [];
    const wordIds: number[] = [];
    for (const [word, text] of words.entries()) {
      if (ids.length >= room) break;
      for (const id of this.#bare(text).slice(0, room - ids.length)) {
        ids.push(id);
        wordIds.push(word);
      }
    }
    return {
      ids: [...before, ...ids, ...after],
      wordIds: [...before.map(() => null), ...wordIds, ...after.map(() => null)],
    };
  }

  /** Tokens that are left beside the special ones. */
  #room(special: number, maxLength: number): number {
    if (maxLength < special)
      throw new TokenizerError(
        msg`maxLength ${maxLength} is less than the ${special} special tokens. Set it to ${special} or more.`,
      );
    return maxLength - special;
  }

  /** The pieces themselves, as `encodeRow` cuts them. */
  tokens(texts: Texts, maxLength: number): string[] {
    return this.encodeRow(texts, maxLength).ids.map((id) => this.pieceOf(id));
  }

  /** The token of an id. */
  pieceOf(id: number): string {
    return this.#added.contentOf(id) ?? this.#model.tokenOf(id) ?? '[UNK]';
  }

  /** Tokens that a row's whole texts need, special ones around them included, and how many of the others are unknown. */
  measure(row: Texts): { count: number; special: number; unknown: number } {
    const texts = this.#texts(row);
    const ids = texts.flat();
    const special = this.#around(texts.length).length;
    return {
      count: ids.length + special,
      special,
      unknown: ids.filter((id) => id === this.#model.unknown).length,
    };
  }

  /** How a row's whole texts are cut into pieces, and which of them a row of `maxLength` tokens leaves out. */
  view(texts: Texts, maxLength: number): Piece[] {
    const isPair = texts.second !== undefined;
    return this.#join(texts, maxLength).map(({ id, special, cutOff, segment }) => ({
      piece: this.pieceOf(id),
      id,
      special,
      unknown: !special && id === this.#model.unknown,
      cutOff,
      ...(isPair ? { segment: segment > 0 ? (1 as const) : (0 as const) } : {}),
    }));
  }
}

/**
 * Lengths to which texts are cut within a budget: all are cut to one length, the shorter ones left whole. A remainder
 * goes to the longest, of equals to the last, as in Hugging Face's tokenizers.
 */
function keptLengths(lengths: readonly number[], budget: number): number[] {
  const order = lengths.map((_, i) => i).sort((a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0) || a - b);
  const kept = [...lengths];
  let left = Math.max(0, budget);
  for (const [rank, i] of order.entries()) {
    const share = Math.floor(left / (order.length - rank));
    kept[i] = Math.min(lengths[i] ?? 0, share);
    left -= kept[i];
  }
  return kept;
}

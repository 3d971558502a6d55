import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { issuePath, issueWords } from '../model/issues.ts';
import { inEnglish, PersonError, said } from '../model/said.ts';
import { pairMark } from './rows.ts';

/** A tokenizer file that cannot be used. */
export class TokenizerError extends PersonError {
  override name = 'TokenizerError';
}

/** The CJK blocks beyond U+FFFF that BERT's normaliser knows. */
const lateChinese = /[\u{20000}-\u{2a6df}\u{2a700}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;

const id = z.number().int().nonnegative();
const tokenizerSchema = z.looseObject({
  normalizer: z.looseObject({ handle_chinese_chars: z.boolean().optional() }).nullish(),
  added_tokens: z.array(z.looseObject({ id, content: z.string() })).default([]),
  model: z.looseObject(
    {
      type: z.enum(['WordPiece', 'BPE', 'Unigram'], {
        error: inEnglish(said`only WordPiece, BPE and Unigram tokenizers are supported`),
      }),
      vocab: z.union([z.record(z.string(), id), z.array(z.tuple([z.string(), z.number()]))]),
    },
    { error: inEnglish(said`the vocabulary is missing`) },
  ),
});

/** Special tokens by family: BERT's, then RoBERTa's, which puts two separators between the texts of a pair. */
const specials = [
  { cls: '[CLS]', sep: '[SEP]', pad: '[PAD]', unk: '[UNK]', between: 1 },
  { cls: '<s>', sep: '</s>', pad: '<pad>', unk: '<unk>', between: 2 },
] as const;

/** One token of a text, as a person is shown it. */
export interface Piece {
  piece: string;
  id: number;
  /** Put in by the tokenizer: [CLS], [SEP]. */
  special: boolean;
  /** Not in the vocabulary. */
  unknown: boolean;
  /** Beyond the longest row: the encoder does not see it. */
  cutOff: boolean;
}

const configSchema = z.looseObject({
  do_lower_case: z.boolean().default(true),
  strip_accents: z.boolean().nullable().default(null),
  tokenize_chinese_chars: z.boolean().default(true),
});

/** Turns text into token ids: [CLS] text [SEP], of a pair [CLS] a [SEP] b [SEP]. */
export class Tokenizer {
  readonly #inner: HuggingFaceTokenizer;
  readonly #cls: number;
  readonly #sep: number;
  readonly #between: number;
  readonly #unknown: number;
  readonly #splitsChinese: boolean;
  readonly #family: (typeof specials)[number];
  readonly #json: z.infer<typeof tokenizerSchema>;
  /** The id that fills rows up. */
  readonly padId: number;

  /**
   * @param json a parsed `tokenizer.json`; its truncation and padding are ignored, rows are cut and padded by the batch
   * @throws TokenizerError if it has not the special tokens of BERT or RoBERTa
   */
  constructor(json: unknown) {
    const parsed = tokenizerSchema.safeParse(json);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new TokenizerError(said`tokenizer.json: ${issuePath(issue)}: ${issueWords(issue)}`);
    }
    const { model, added_tokens } = parsed.data;
    const ids = new Map<string, number>(
      Array.isArray(model.vocab) ? model.vocab.map(([piece], i) => [piece, i]) : Object.entries(model.vocab),
    );
    for (const { content, id: at } of added_tokens) ids.set(content, at);
    const [bert] = specials;
    const family = specials.find(({ cls, sep, pad }) => [cls, sep, pad].every((token) => ids.has(token))) ?? bert;
    this.#family = family;
    this.#json = parsed.data;
    const special = (token: string) => {
      const at = ids.get(token);
      if (at === undefined)
        throw new TokenizerError(said`the vocabulary lacks ${token}; this is not a BERT tokenizer.`);
      return at;
    };
    this.#cls = special(family.cls);
    this.#sep = special(family.sep);
    this.padId = special(family.pad);
    this.#between = family.between;
    this.#unknown = ids.get(family.unk) ?? -1;
    this.#splitsChinese = parsed.data.normalizer?.handle_chinese_chars ?? false;
    try {
      this.#inner = new HuggingFaceTokenizer({ ...parsed.data, truncation: null, padding: null }, {});
    } catch (error) {
      throw new TokenizerError(said`tokenizer.json: ${error instanceof Error ? error.message : error}`);
    }
  }

  /**
   * The content of a tokenizer.json that does by itself what `encode` and a batch do here: special tokens around the text or
   * between two, at most `maxLength` of them all, rows filled up on the right to the longest.
   */
  definition(maxLength: number): object {
    const { cls, sep, pad, between } = this.#family;
    const [first, last, padding] = [this.#cls, this.#sep, this.padId];
    const text = (id: 'A' | 'B') => ({ Sequence: { id, type_id: 0 } });
    const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
    const separators = Array.from({ length: between }, () => special(sep));
    return {
      version: '1.0',
      ...this.#json,
      truncation: { direction: 'Right', max_length: maxLength, strategy: 'LongestFirst', stride: 0 },
      padding: {
        strategy: 'BatchLongest',
        direction: 'Right',
        pad_to_multiple_of: null,
        pad_id: padding,
        pad_type_id: 0,
        pad_token: pad,
      },
      post_processor: {
        type: 'TemplateProcessing',
        single: [special(cls), text('A'), special(sep)],
        pair: [special(cls), text('A'), ...separators, text('B'), special(sep)],
        special_tokens: {
          [cls]: { id: cls, ids: [first], tokens: [cls] },
          [sep]: { id: sep, ids: [last], tokens: [sep] },
        },
      },
    };
  }

  /** The library sets Chinese characters apart only up to U+FFFF; BERT does so for the later ones, too. */
  #spaced(text: string): string {
    return this.#splitsChinese ? text.replace(lateChinese, ' $& ') : text;
  }

  /** Ids of each text of a row, uncut and without special tokens. */
  #texts(text: string): number[][] {
    return text
      .split(pairMark)
      .map((part) => this.#inner.encode(this.#spaced(part), { add_special_tokens: false }).ids);
  }

  #separators(texts: readonly unknown[]): number {
    return 2 + this.#between * (texts.length - 1);
  }

  /** [CLS] a [SEP] b [SEP], whole; what a row of `maxLength` tokens leaves out is marked. Of a pair, the longer text gives. */
  #join(text: string, maxLength: number): { id: number; special: boolean; cutOff: boolean }[] {
    const texts = this.#texts(text);
    const kept = keptLengths(
      texts.map((ids) => ids.length),
      maxLength - this.#separators(texts),
    );
    const sep = { id: this.#sep, special: true, cutOff: false };
    const between = Array.from({ length: this.#between }, () => sep);
    const inner = texts.flatMap((ids, i) => [
      ...(i > 0 ? between : []),
      ...ids.map((id, at) => ({ id, special: false, cutOff: at >= (kept[i] ?? 0) })),
    ]);
    return [{ id: this.#cls, special: true, cutOff: false }, ...inner, sep];
  }

  /** Ids of at most `maxLength` tokens, special ones included. */
  encode(text: string, maxLength: number): number[] {
    const ids = this.#join(text, maxLength).flatMap(({ id, cutOff }) => (cutOff ? [] : [id]));
    // More separators than there is room for: what people type into a box may hold any number of them.
    return ids.length <= maxLength ? ids : [...ids.slice(0, maxLength - 1), this.#sep];
  }

  /** The pieces themselves, as `encode` cuts them. */
  tokens(text: string, maxLength: number): string[] {
    return this.encode(text, maxLength).map((id) => this.#pieceOf(id));
  }

  #pieceOf(id: number): string {
    return this.#inner.id_to_token(id) ?? '[UNK]';
  }

  /** Tokens that a whole text needs, special ones included, and how many of them are unknown. */
  measure(text: string): { count: number; unknown: number } {
    const texts = this.#texts(text);
    const ids = texts.flat();
    return {
      count: ids.length + this.#separators(texts),
      unknown: ids.filter((id) => id === this.#unknown).length,
    };
  }

  /** How a whole text is cut into pieces, and which of them a row of `maxLength` tokens leaves out. */
  view(text: string, maxLength: number): Piece[] {
    return this.#join(text, maxLength).map(({ id, special, cutOff }) => ({
      piece: this.#pieceOf(id),
      id,
      special,
      unknown: !special && id === this.#unknown,
      cutOff,
    }));
  }
}

/**
 * How much of each text is kept within a budget: all are cut to one length, the shorter ones left whole. What does not divide
 * goes to the longest, of equals to the last, as Hugging Face's tokenizers have it.
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

/**
 * A BERT tokenizer from its `vocab.txt` (one piece a line, the line number is the id) and, if there is one, its parsed
 * `tokenizer_config.json`.
 * @throws TokenizerError
 */
export function tokenizerFromVocabulary(vocabulary: string, config: unknown = {}): Tokenizer {
  const pieces = vocabulary.split(/\r?\n/);
  if (pieces.at(-1) === '') pieces.pop();
  const parsed = configSchema.safeParse(config);
  if (!parsed.success) throw new TokenizerError(said`tokenizer_config.json: ${issueWords(parsed.error.issues[0])}`);
  const { do_lower_case, strip_accents, tokenize_chinese_chars } = parsed.data;
  const vocab = Object.fromEntries(pieces.map((piece, id) => [piece, id]));
  const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'].filter((token) => vocab[token] !== undefined);
  return new Tokenizer({
    added_tokens: special.map((content) => ({
      id: vocab[content],
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: tokenize_chinese_chars,
      strip_accents,
      lowercase: do_lower_case,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: null,
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab,
    },
  });
}

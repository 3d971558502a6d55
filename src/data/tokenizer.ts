import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';

/** A tokenizer file that cannot be used. */
export class TokenizerError extends Error {
  override name = 'TokenizerError';
}

/** The CJK blocks beyond U+FFFF that BERT's normaliser knows. */
const lateChinese = /[\u{20000}-\u{2a6df}\u{2a700}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;

const tokenizerSchema = z.looseObject({
  normalizer: z.looseObject({ handle_chinese_chars: z.boolean().optional() }).nullish(),
  model: z.looseObject({
    type: z.literal('WordPiece', { error: 'only WordPiece tokenizers are supported' }),
    vocab: z.record(z.string(), z.number().int().nonnegative()),
  }),
});

const configSchema = z.looseObject({
  do_lower_case: z.boolean().default(true),
  strip_accents: z.boolean().nullable().default(null),
  tokenize_chinese_chars: z.boolean().default(true),
});

/** Turns text into token ids, [CLS] in front and [SEP] behind. */
export class Tokenizer {
  readonly #inner: HuggingFaceTokenizer;
  readonly #cls: number;
  readonly #sep: number;
  readonly #splitsChinese: boolean;
  /** The id that fills rows up. */
  readonly padId: number;

  /**
   * @param json a parsed `tokenizer.json`; its truncation and padding are ignored, rows are cut and padded by the batch
   * @throws TokenizerError if it is not a WordPiece tokenizer with [PAD], [CLS] and [SEP]
   */
  constructor(json: unknown) {
    const parsed = tokenizerSchema.safeParse(json);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new TokenizerError(`tokenizer.json: ${issue?.path.join('.')}: ${issue?.message}`);
    }
    const special = (token: string) => {
      const id = parsed.data.model.vocab[token];
      if (id === undefined) throw new TokenizerError(`the vocabulary lacks ${token}; this is not a BERT tokenizer.`);
      return id;
    };
    this.#cls = special('[CLS]');
    this.#sep = special('[SEP]');
    this.padId = special('[PAD]');
    this.#splitsChinese = parsed.data.normalizer?.handle_chinese_chars ?? false;
    this.#inner = new HuggingFaceTokenizer({ ...parsed.data, truncation: null, padding: null }, {});
  }

  /** The library sets Chinese characters apart only up to U+FFFF; BERT does so for the later ones, too. */
  #spaced(text: string): string {
    return this.#splitsChinese ? text.replace(lateChinese, ' $& ') : text;
  }

  /** Ids of at most `maxLength` tokens, [CLS] and [SEP] included. */
  encode(text: string, maxLength: number): number[] {
    const { ids } = this.#inner.encode(this.#spaced(text), { add_special_tokens: false });
    return [this.#cls, ...ids.slice(0, maxLength - 2), this.#sep];
  }

  /** The pieces themselves, as `encode` cuts them. */
  tokens(text: string, maxLength: number): string[] {
    return this.encode(text, maxLength).map((id) => this.#inner.id_to_token(id) ?? '[UNK]');
  }
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
  if (!parsed.success) throw new TokenizerError(`tokenizer_config.json: ${parsed.error.issues[0]?.message}`);
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

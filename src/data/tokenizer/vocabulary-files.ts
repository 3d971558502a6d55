import { z } from 'zod';
import { msg } from '../../base/message.ts';
import { TokenizerError } from './settings.ts';

/** tokenizer.json for folders that do not have it yet, as transformers' converters write it. */

type Named = (name: string) => string | undefined;

/** The special tokens around a text, with their ids. */
function around(ids: ReadonlyMap<string, number>, named: Named): { cls: [string, number]; sep: [string, number] } {
  const of = (name: string): [string, number] => {
    const token = named(name) ?? '';
    const id = ids.get(token);
    if (id === undefined) throw new TokenizerError(msg`the vocabulary lacks ${token}; this is not a BERT tokenizer.`);
    return [token, id];
  };
  return { cls: of('cls_token'), sep: of('sep_token') };
}

/** The definition from `vocab.txt`: one piece a line, the line number is the id. */
export function bertDefinition(vocabulary: string, named: Named): object {
  const pieces = vocabulary.split(/\r\n|\r|\n/);
  if (pieces.at(-1) === '') pieces.pop();
  const ids = new Map(pieces.map((piece, id) => [piece, id]));
  const { cls, sep } = around(ids, named);
  return {
    added_tokens: [],
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: { type: 'BertProcessing', cls, sep },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: named('unk_token') ?? '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(ids),
    },
  };
}

const vocabSchema = z.record(z.string(), z.number().int().nonnegative());

/** The definition from `vocab.json` and `merges.txt`. */
export function robertaDefinition(vocab: unknown, merges: string, named: Named): object {
  const parsed = vocabSchema.safeParse(vocab);
  if (!parsed.success) throw new TokenizerError(msg`vocab.json is not a list of tokens with their ids.`);
  const { cls, sep } = around(new Map(Object.entries(parsed.data)), named);
  return {
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: { type: 'RobertaProcessing', cls, sep, trim_offsets: true, add_prefix_space: false },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: parsed.data,
      // The first line is the version, the last one empty.
      merges: merges
        .split('\n')
        .slice(1, -1)
        .map((line) => line.trim().split(/\s+/)),
    },
  };
}

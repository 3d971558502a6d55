/** Files that define an encoder's tokenizer; config.json names its class where these do not. */
export const tokenizerFiles: readonly string[] = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.txt',
  'vocab.json',
  'merges.txt',
];

/** Files of a vocabulary that tokenizer.json makes needless. */
export const vocabularyFiles: readonly string[] = ['vocab.txt', 'vocab.json', 'merges.txt'];

/** Whether a tokenizer can be made from the files that there are. */
export const hasTokenizer = (has: (name: string) => boolean): boolean =>
  has('tokenizer.json') || has('vocab.txt') || (has('vocab.json') && has('merges.txt'));

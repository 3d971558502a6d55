import { msg } from '../../base/message.ts';
import { type AddedToken, addedToken } from './added-tokens.ts';
import { TokenizerError } from './settings.ts';

/** A folder's files, parsed; an absent one is not in the folder. */
export interface TokenizerFiles {
  'tokenizer.json'?: unknown;
  'tokenizer_config.json'?: unknown;
  'special_tokens_map.json'?: unknown;
  'added_tokens.json'?: unknown;
  'config.json'?: unknown;
  'vocab.json'?: unknown;
  'vocab.txt'?: string | undefined;
  'merges.txt'?: string | undefined;
}

/** The tokenizer classes of transformers that are computed here, with the default special tokens of each. */

/** A special token: its content, or with flags. */
export type Special = string | AddedToken;

/** Family of a class: its changes to tokenizer.json, and the files that it can be made from without one. */
type Family = 'bert' | 'roberta' | 'plain';

interface TokenizerClass {
  family: Family;
  defaults: Record<string, Special>;
}

const bert: TokenizerClass = {
  family: 'bert',
  defaults: {
    unk_token: '[UNK]',
    sep_token: '[SEP]',
    pad_token: '[PAD]',
    cls_token: '[CLS]',
    mask_token: '[MASK]',
  },
};

const sentences = {
  bos_token: '<s>',
  eos_token: '</s>',
  unk_token: '<unk>',
  sep_token: '</s>',
  pad_token: '<pad>',
  cls_token: '<s>',
};
const mask = (flags: object): AddedToken => addedToken({ content: '<mask>', lstrip: true, ...flags });

const roberta: TokenizerClass = {
  family: 'roberta',
  defaults: { ...sentences, mask_token: mask({ normalized: false }) },
};

const classes: Record<string, TokenizerClass> = {
  BertTokenizer: bert,
  DistilBertTokenizer: bert,
  ElectraTokenizer: bert,
  MobileBertTokenizer: bert,
  ConvBertTokenizer: bert,
  SqueezeBertTokenizer: bert,
  LayoutLMTokenizer: bert,
  DPRContextEncoderTokenizer: bert,
  DPRQuestionEncoderTokenizer: bert,
  RobertaTokenizer: roberta,
  LongformerTokenizer: roberta,
  XLMRobertaTokenizer: { family: 'plain', defaults: { ...sentences, mask_token: mask({}) } },
  CamembertTokenizer: { family: 'plain', defaults: { ...sentences, mask_token: mask({ special: true }) } },
  HerbertTokenizer: {
    family: 'plain',
    defaults: { cls_token: '<s>', unk_token: '<unk>', pad_token: '<pad>', mask_token: '<mask>', sep_token: '</s>' },
  },
  PreTrainedTokenizer: { family: 'plain', defaults: {} },
  // The name of PreTrainedTokenizerFast in transformers 5.
  TokenizersBackend: { family: 'plain', defaults: {} },
};

const byModelType: Record<string, string> = {
  bert: 'BertTokenizer',
  distilbert: 'DistilBertTokenizer',
  roberta: 'RobertaTokenizer',
  'xlm-roberta': 'XLMRobertaTokenizer',
  camembert: 'CamembertTokenizer',
};

/** The class where no file names one. */
function defaultClass(files: TokenizerFiles): string {
  if (files['tokenizer.json'] !== undefined) return 'PreTrainedTokenizerFast';
  return files['vocab.json'] !== undefined && files['vocab.txt'] === undefined ? 'RobertaTokenizer' : 'BertTokenizer';
}

/**
 * The class that AutoTokenizer uses: tokenizer_config.json's, else config.json's, else that of the model type.
 * @throws TokenizerError naming a class that is not computed here
 */
export function tokenizerClassOf(given: {
  ofTokenizer: string | undefined;
  ofModel: string | undefined;
  modelType: string | undefined;
  files: TokenizerFiles;
}): TokenizerClass {
  const { ofTokenizer, ofModel, modelType = '', files } = given;
  const ofType = Object.hasOwn(byModelType, modelType) ? byModelType[modelType] : undefined;
  const name = ofTokenizer ?? ofModel ?? ofType ?? defaultClass(files);
  const bare = name.replace(/Fast$/, '');
  const found = Object.hasOwn(classes, bare) ? classes[bare] : undefined;
  if (found) return found;
  throw new TokenizerError(
    msg`${ofTokenizer ? 'tokenizer_config.json' : 'config.json'}: the tokenizer class ${name} is not computed here as in Python. Choose an encoder with another tokenizer.`,
  );
}

import { parquetWriteBuffer } from 'hyparquet-writer';
import { type FileSet, utf8 } from '../../../src/base/file-set.ts';
import { writeSafetensors } from '../../../src/files/formats/safetensors.ts';
import { manifestVersion } from '../../../src/hub/kept.ts';
import { trainingPlan } from '../../../src/model/methods.ts';
import { baseParameters, elementCount, type Parameter, trainableParameters } from '../../../src/model/parameters.ts';
import { headBias, headWeight } from '../../../src/model/tensor-names.ts';
import type { HandIn } from '../../../src/store/classroom/hand-in.ts';
import type { Bundle } from '../../../src/training/records/saved-run.ts';
import { type Run, readRun, withPairs } from '../../../src/training/run.ts';

/** Sound samples of what comes from outside, small enough to be read thousands of times. */

export const texts = Array.from({ length: 12 }, (_, i) => `it was ${i % 2 ? 'lovely, "great"' : 'awful; sad'} 中 ${i}`);
export const labels = texts.map((_, i) => (i % 2 ? 'good' : 'bad'));

export const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
export const table = (delimiter: string) =>
  utf8(
    ['text', 'label'].join(delimiter) + texts.map((text, i) => `\n${quoted(text)}${delimiter}${labels[i]}`).join(''),
  );
export const objects = texts.map((text, i) => ({ text, label: labels[i], more: { n: i } }));
export const parquet = (codec: 'SNAPPY' | 'UNCOMPRESSED') =>
  new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'text', data: texts, type: 'STRING' },
        { name: 'label', data: labels, type: 'STRING' },
        { name: 'score', data: texts.map((_, i) => i / 2), type: 'DOUBLE' },
      ],
      codec,
      rowGroupSize: 6,
    }),
  );
export const folders: FileSet = new Map(
  texts.map((text, i) => [`reviews/${i % 3 ? 'train' : 'test'}/${labels[i]}/${i}.txt`, utf8(text)]),
);

export const sizes = { layers: 1, hidden: 4, heads: 1, intermediate: 4, vocabulary: 24, positions: 8 };
export const encoder = { family: 'bert' as const, ...sizes, tokenTypes: 2, layerNormEpsilon: 1e-12 };
export const configFile = {
  model_type: 'bert',
  architectures: ['BertModel'],
  hidden_act: 'gelu',
  hidden_size: 4,
  intermediate_size: 4,
  layer_norm_eps: 1e-12,
  max_position_embeddings: 8,
  num_attention_heads: 1,
  num_hidden_layers: 1,
  position_embedding_type: 'absolute',
  type_vocab_size: 2,
  vocab_size: 24,
};
export const robertaConfig = {
  ...configFile,
  model_type: 'roberta',
  architectures: ['RobertaModel'],
  max_position_embeddings: 10,
  pad_token_id: 1,
};
export const distilConfig = {
  model_type: 'distilbert',
  architectures: ['DistilBertModel'],
  activation: 'gelu',
  dim: 4,
  hidden_dim: 4,
  max_position_embeddings: 8,
  n_heads: 1,
  n_layers: 1,
  sinusoidal_pos_embds: false,
  vocab_size: 24,
};
export const vocabulary = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  '[MASK]',
  ...'a b c it was ##s ##ad sad lovely , 中 great ##er un'.split(' '),
];
export const vocab = Object.fromEntries(vocabulary.map((token, id) => [token, id]));
export const added = vocabulary.slice(0, 5).map((content, id) => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
}));
export const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
export const text = (id: string) => ({ Sequence: { id, type_id: 0 } });
export const wordPieces = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: added,
  normalizer: {
    type: 'Sequence',
    normalizers: [
      { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' },
      { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    ],
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [special('[CLS]'), text('A'), special('[SEP]')],
    pair: [special('[CLS]'), text('A'), special('[SEP]'), text('B'), special('[SEP]')],
    special_tokens: Object.fromEntries(['[CLS]', '[SEP]'].map((id) => [id, { id, ids: [vocab[id]], tokens: [id] }])),
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab,
  },
};
export const bytePairs = {
  version: '1.0',
  added_tokens: [{ ...added[0], id: 0, content: '<s>' }],
  normalizer: null,
  pre_tokenizer: {
    type: 'Sequence',
    pretokenizers: [{ type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true }],
  },
  post_processor: {
    type: 'Sequence',
    processors: [
      { type: 'RobertaProcessing', sep: ['<s>', 0], cls: ['<s>', 0], trim_offsets: true, add_prefix_space: false },
    ],
  },
  decoder: null,
  model: {
    type: 'BPE',
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: '',
    end_of_word_suffix: '',
    fuse_unk: false,
    vocab: { '<s>': 0, a: 1, s: 2, d: 3, Ġ: 4, sa: 5, sad: 6, Ġsad: 7 },
    merges: ['s a', 'sa d', 'Ġ sad'],
  },
};
export const unigram = {
  version: '1.0',
  added_tokens: [],
  normalizer: { type: 'Sequence', normalizers: [{ type: 'NFKC' }, { type: 'Lowercase' }] },
  pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
  post_processor: null,
  decoder: null,
  model: {
    type: 'Unigram',
    unk_id: 0,
    byte_fallback: false,
    vocab: [
      ['<unk>', 0],
      ['▁', -2],
      ['a', -3],
      ['sad', -1.5],
      ['▁sad', -1],
    ],
  },
};
export const sample = `It was sad, sad${'  '}awful 中é <s> [MASK]${'a'.repeat(30)}`;

export const tensorsOf = (wanted: readonly Parameter[], value: number) =>
  new Map(
    wanted.map(({ name, shape }) => [
      name,
      { shape: [...shape], data: new Float32Array(elementCount(shape)).fill(value) },
    ]),
  );
export const runOf = (method: object, more: object = {}): Run =>
  readRun({ name: 'x', data: { task: 't' }, method, training: { epochs: 4 }, ...more });
export const wantedOf = (run: Run) => trainableParameters(encoder, trainingPlan(run.method, encoder.layers), 2);

export const houlsby = runOf({ type: 'houlsby', bottleneck: 2 });
export const lora = runOf({ type: 'lora', rank: 2, alpha: 4 });

export const handIn: HandIn = {
  name: 'Ada',
  answers: {
    given: { freeze: 'b' },
    predicted: { freeze: 70, places: 'a' },
    measured: { freeze: 61.5 },
    explained: { freeze: 'Because the encoder knows words.' },
    quiz: { before: { chosen: { frozen: 'a' }, open: 'weights' } },
  },
  trained: {
    run: houlsby,
    labels: ['a', 'b'],
    encoder,
    accuracy: 0.75,
    baseline: 0.5,
    testRows: 4,
    tensors: tensorsOf(wantedOf(houlsby), 0.25),
  },
};

export function soundBundle(): Bundle {
  const run = houlsby;
  const wanted = wantedOf(run);
  const head = wanted.filter(({ name }) => name === headWeight || name === headBias);
  const scores = { loss: 1, accuracy: 0.5, macroF1: 0.5 };
  const trained = {
    learningRate: 0.01,
    batchSize: 16,
    epochs: 1,
    plannedEpochs: 4,
    steps: 3,
    validation: null,
    test: scores,
  };
  const records = { sameBudget: trained, best: { ...trained, learningRate: 0.03 } };
  const rows = Array.from({ length: 20 }, (_, i) => ({ text: `${i}`, label: i % 2 }));
  const sha256 = '0'.repeat(64);
  const step = (i: number) => ({ step: i, loss: 1, learningRate: 0.1, gradNorm: 1, milliseconds: 2 });
  return {
    run,
    labels: ['a', 'b'],
    encoder: { config: encoder, sha256 },
    data: { train: { rows: 20, sha256 }, test: { rows: 3, sha256 } },
    history: {
      steps: [0, 1, 2].map(step),
      epochs: [{ epoch: 1, trainLoss: 1, test: scores }],
      final: null,
      baseline: [{ epoch: 1, trainLoss: 1, test: scores }],
      baselines: records,
    },
    state: {
      step: 3,
      epochs: 1,
      lossSum: 0.5,
      finished: false,
      trainable: tensorsOf(wanted, 1),
      optimizer: { updates: 3, firstMoments: tensorsOf(wanted, 2), secondMoments: tensorsOf(wanted, 3) },
      best: null,
      logits: [
        [0, 1],
        [1, 0],
        [0, 1],
      ],
      baseline: {
        records,
        heads: { sameBudget: tensorsOf(head, 5), best: tensorsOf(head, 6) },
        logits: [
          [0, 1],
          [1, 0],
          [0, 1],
        ],
      },
    },
    rows: { train: rows, test: rows.slice(0, 3) },
  };
}

export const tensors = writeSafetensors(
  new Map([
    ['a.weight', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
    ['b', { shape: [4], data: Float32Array.of(1, 2, 3, 4) }],
  ]),
);
export const wholeEncoder: FileSet = new Map([
  ['config.json', utf8(JSON.stringify(configFile))],
  ['tokenizer.json', utf8(JSON.stringify(wordPieces))],
  ['model.safetensors', writeSafetensors(tensorsOf(baseParameters(encoder), 0.1))],
]);
/** The same of a run on pairs of texts. */
export function soundPairs(): Bundle {
  const bundle = soundBundle();
  const rows = (bundle.rows?.train ?? []).map((row) => ({ ...row, second: `second ${row.text}` }));
  const run = withPairs({ ...bundle.run, data: { train: 'pairs.csv' } }, true);
  return { ...bundle, run, rows: { train: rows, test: rows.slice(0, 3) } };
}

export const linked = {
  rows: texts.slice(0, 6).map((words, i) => ({ text: words, label: labels[i] ?? '', line: i + 1 })),
  test: null,
};
export const facts = { rows: 6, test: null, columns: { text: 'text', label: 'label' }, sha256: '0'.repeat(64) };
export const repository = {
  info: {
    _id: '1',
    id: 'lab/tiny',
    sha: 'a'.repeat(40),
    private: false,
    gated: false,
    downloads: 1,
    likes: 1,
    lastModified: '2026-01-01',
  },
  tree: [
    { type: 'file', path: 'config.json', size: 600, oid: 'b'.repeat(40) },
    { type: 'file', path: 'tokenizer.json', size: 900, oid: 'c'.repeat(40) },
    {
      type: 'file',
      path: 'model.safetensors',
      size: 9000,
      oid: 'd'.repeat(40),
      lfs: { oid: 'e'.repeat(64), size: 9000, pointerSize: 100 },
    },
  ],
};

export const manifest = {
  version: manifestVersion,
  repo: {
    kind: 'model',
    name: 'lab/tiny',
    commit: 'a'.repeat(40),
    files: [{ path: 'config.json', size: 6, sha256: null }],
  },
  revision: 'main',
  hubUrl: 'https://hub.example.org',
};

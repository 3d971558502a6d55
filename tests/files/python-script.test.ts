import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { exportCard } from '../../src/files/export/export.ts';
import { pythonNotebook, pythonScript } from '../../src/files/export/python-script.ts';
import { readEncoderConfig } from '../../src/model/encoder-config.ts';
import { readRun } from '../../src/training/run.ts';
import { parseErrors } from '../support/python-grammar.ts';

const encoderJson = JSON.parse(readFileSync('tests/golden/models/tiny/config.json', 'utf8'));
const encoder = readEncoderConfig(encoderJson);
const runOf = (method: object, rest: object = {}) =>
  readRun({ name: 'a "quoted"\nname', data: { task: 'sms_spam', limit: 50, testLimit: 9 }, method, ...rest });

const methods = ['houlsby', 'pfeiffer', 'parallel', 'lora', 'bitfit', 'head-only', 'full'].map((type) => ({ type }));

test.each([...methods, { type: 'houlsby', without: ['0.ffn'] }])(
  '%j is Python that parses, short and complete',
  (method) => {
    for (const pooling of ['cls', 'mean']) {
      const script = pythonScript(runOf(method, { pooling, training: { clip: null } }), encoder);
      expect(parseErrors(script)).toBe('');
      expect(script.split('\n').length).toBeLessThan(100);
      for (const msg of ['lr=0.002', 'batch_size=16', 'max_length=64', '.sample(train, min(50', 'test[:9]'])
        expect(script).toContain(msg);
    }
  },
);

test('the columns, the schedule and the clipping of the run are in it', () => {
  const data = { train: 'a.csv', test: 'b.csv', text: 'message', label: 'kind "x"' };
  const training = { schedule: 'constant', clip: 0.5, warmup: 0.2, seed: 3 };
  const script = pythonScript(runOf({ type: 'houlsby' }, { data, training }), encoder);
  for (const msg of [
    'row["message"], str(row["kind \\"x\\""])',
    'constant_with_warmup',
    'trained, 0.5',
    'manual_seed(3)',
  ])
    expect(script).toContain(msg);
  expect(script).not.toContain('.sample(');
});

test.each([
  [
    { hub: 'owner/name@v1', subset: 'en', second: 'b' },
    ['load_dataset("owner/name", "en", split=split, revision="v1")', '[SEP]'],
  ],
  [{ train: 'all.csv', testShare: 0.3 }, ['read("all.csv")', 'round(0.3 * len(train))']],
])('rows of %j are read', (data, needed) => {
  const script = pythonScript(runOf({ type: 'lora' }, { data }), encoder);
  expect(parseErrors(script)).toBe('');
  for (const msg of needed) expect(script).toContain(msg);
});

test.each([
  [5, ['for i in range(0, len(rows), 4)', 'batch_size=16, shuffle=True, collate_fn=pieces', 'test, batch_size=4']],
  [1, ['collate_fn=collate', 'test, batch_size=16', 'loss.item()']],
])('a batch in %d pieces', (microBatches, needed) => {
  const script = pythonScript(runOf({ type: 'lora' }, { training: { microBatches } }), encoder);
  expect(parseErrors(script)).toBe('');
  for (const msg of needed) expect(script).toContain(msg);
});

test('the notebook has the cells of the script', () => {
  const run = runOf({ type: 'lora' });
  const { cells, nbformat } = JSON.parse(pythonNotebook(run, encoder));
  const code = cells.filter((cell: { cell_type: string }) => cell.cell_type === 'code');
  expect(nbformat).toBe(4);
  for (const { source } of code) expect(pythonScript(run, encoder)).toContain(source.join(''));
  expect(code).toHaveLength(5);
});

test('validation rows choose the epoch and end the run, and the test rows come last', () => {
  const training = { choose: 'best-epoch', patience: 2 };
  const data = { task: 'sms_spam', validationShare: 0.2 };
  for (const type of ['houlsby', 'bitfit']) {
    const script = pythonScript(runOf({ type }, { data, training: { ...training, microBatches: 3 } }), encoder);
    expect(parseErrors(script)).toBe('');
    for (const msg of ['round(0.2 * len(rows))', 'if epoch - best_epoch >= 2', 'p.copy_(best)'])
      expect(script).toContain(msg);
    expect(script.indexOf('test accuracy')).toBeGreaterThan(script.indexOf('p.copy_(best)'));
  }
  const file = pythonScript(runOf({ type: 'lora' }, { data: { train: 'a.csv', validation: 'b.csv' } }), encoder);
  expect(parseErrors(file)).toBe('');
  expect(file).toContain('validation = read("b.csv")');
});

describe('the encoder that code names', () => {
  const card = (model: string) =>
    exportCard(
      { run: runOf({ type: 'lora' }, { model }), labels: ['a', 'b'], encoder, scores: null, baseline: null },
      'peft',
    );

  test.each([
    ['minilm-l3', 'base = "minilm-l3"  #', 'base = "../minilm-l3"  #', 'exported beside this one'],
    ['owner/name', 'base = "owner/name"  #', 'base = "owner/name"  #', 'its name on the Hub'],
    ['my-folder', 'base = "my-folder"  #', 'base = "my-folder"  #', 'on the computer that it was trained on'],
  ])('%s', (model, inScript, inCard, words) => {
    expect(pythonScript(runOf({ type: 'lora' }, { model }), encoder)).toContain(inScript);
    expect(card(model)).toContain(inCard);
    expect(card(model)).toContain(words);
  });

  test('a revision goes wherever something is loaded', () => {
    for (const code of [
      pythonScript(runOf({ type: 'full' }, { model: 'owner/name@v2' }), encoder),
      card('owner/name@v2'),
    ]) {
      expect(parseErrors(code.includes('```python') ? (/```python\n(.*?)```/s.exec(code)?.[1] ?? '(') : code)).toBe('');
      expect(code.match(/from_pretrained\(base/g)).toHaveLength(2);
      expect(code.match(/from_pretrained\(base, revision="v2"/g)).toHaveLength(2);
      expect(code).toContain('base = "owner/name"  #');
    }
    expect(card('owner/name@v2')).toContain('base_model: "owner/name"\n');
  });
});

test.each([
  ['bert', { type: 'houlsby' }, 'AutoAdapterModel', 'attention_probs_dropout_prob=0.0, classifier_dropout=0.0'],
  ['camembert', { type: 'houlsby' }, 'RobertaAdapterModel', 'attention_probs_dropout_prob=0.0, classifier_dropout=0.0'],
  ['xlm-roberta', { type: 'lora' }, 'AutoAdapterModel', 'attention_probs_dropout_prob=0.0, classifier_dropout=0.0'],
  ['distilbert', { type: 'lora' }, 'AutoAdapterModel', ', dropout=0.0, attention_dropout=0.0, seq_classif_dropout=0.0'],
  ['distilbert', { type: 'full' }, 'AutoModel', ', dropout=0.0, attention_dropout=0.0, seq_classif_dropout=0.0'],
] as const)('the script on %s with %j loads %s', (family, method, loader, dropout) => {
  const script = pythonScript(runOf(method, { training: { maxLength: 512 } }), { ...encoder, family });
  expect(parseErrors(script)).toBe('');
  for (const needed of [
    `model = ${loader}.from_pretrained(base`,
    dropout,
    'return_token_type_ids=False',
    'max_length=64,',
  ])
    expect(script).toContain(needed);
});

describe('pairs', () => {
  const data = { train: 'a.csv', test: 'b.csv', text: 'premise', second: 'hypothesis', pair: true };
  const roberta = readEncoderConfig({ ...encoderJson, type_vocab_size: 1 });

  test('are two texts in the script, and have types where the encoder has them', () => {
    const script = pythonScript(runOf({ type: 'houlsby' }, { data }), encoder);
    expect(parseErrors(script)).toBe('');
    for (const words of [
      '(row["premise"], row["hypothesis"], str(row["label"]).strip())',
      'tokenizer(firsts, seconds,',
      'return_token_type_ids=True',
    ])
      expect(script).toContain(words);
    expect(pythonScript(runOf({ type: 'houlsby' }, { data }), roberta)).toContain('return_token_type_ids=False');
    const own = pythonScript(runOf({ type: 'full' }, { data: { train: 'a.csv', pair: true } }), encoder);
    expect(own).toContain('(row["text1"], row["text2"], str(row["label"]).strip())');
    expect(pythonScript(runOf({ type: 'full' }, { data: { task: 'wordnet_kinds' } }), encoder)).toContain(
      'row["text2"]',
    );
  });

  test('are asked for, and their types are spoken of, in the card', () => {
    const carded = {
      run: runOf({ type: 'lora' }, { data }),
      labels: ['a', 'b'],
      encoder,
      scores: null,
      baseline: null,
    };
    const card = exportCard(carded, 'peft');
    for (const words of [
      'def logits(firsts, seconds):',
      'without these it answers otherwise',
      'classifier of pairs of texts',
    ])
      expect(card).toContain(words);
    expect(exportCard({ ...carded, run: runOf({ type: 'lora' }) }, 'peft')).toContain('def logits(texts):');
    expect(exportCard({ ...carded, encoder: roberta }, 'peft')).toContain('return_token_type_ids=False');
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readFolder } from '../../commands/support/folders.ts';
import type { FileSet } from '../../src/base/file-set.ts';
import { drawInitial } from '../../src/base/random.ts';
import { exportFolder, exportFormats } from '../../src/files/export/export.ts';
import type { Trained } from '../../src/files/export/trained.ts';
import { readFloat32Tensors } from '../../src/files/formats/safetensors.ts';
import { importAdapter } from '../../src/files/import/import.ts';
import { type EncoderConfig, type EncoderFamily, encoderFamilies } from '../../src/model/encoder-config.ts';
import { familyName, readConfigFile } from '../../src/model/encoder-family.ts';
import { trainingPlan } from '../../src/model/methods.ts';
import { elementCount, trainableParameters, withoutTokenTypes } from '../../src/model/parameters.ts';
import { readRun } from '../../src/training/run.ts';

/** Adapters of other families, and settings that matter and are not computed. tests/families/peft is PEFT's own writing. */

const folder = 'tests/families';
const bert = readConfigFile(readFileSync(`${folder}/bert/config.json`)).config;
const golden = 'tests/golden/modernbert/modernbert-houlsby-cls';
const modern = readConfigFile(readFileSync('tests/golden/models/tiny-modernbert/config.json')).config;
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

function encoderOf(family: EncoderFamily): EncoderConfig {
  if (family === 'bert') return bert;
  if (family === 'modernbert') return modern;
  const named = family === 'distilbert' ? family : 'roberta';
  const { config } = readConfigFile(readFileSync(`${folder}/${named}/config.json`));
  return { ...config, family };
}

/** A run on an encoder, its tensors drawn at random. */
function trainedOn(family: EncoderFamily, method: object): Trained {
  const encoder = encoderOf(family);
  const run = readRun({ name: 'a-run', model: family, data: { train: 'a.csv', test: 'b.csv' }, method });
  const parameters = trainableParameters(encoder, trainingPlan(run.method, encoder.layers), 2);
  const tensors = new Map(
    parameters.map(({ name, shape }) => {
      const data = drawInitial({ kind: 'normal', deviation: 0.1 }, elementCount(shape), 1, name);
      return [name, { shape, data }] as const;
    }),
  );
  return { run, labels: ['a', 'b'], encoder, tensors, scores: null, baseline: null };
}

const methods = ['houlsby', 'pfeiffer', 'lora', 'bitfit', 'full', 'head-only'].map((type) => ({ type }));
const sorted = <T>(map: Map<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

/** ModernBERT has other places for adapters. */
const likeBert = encoderFamilies.filter((family) => family !== 'modernbert');

describe.each(likeBert)('%s', (family) => {
  test.each(methods)('$type comes back from every format, and goes on no encoder of another family', (method) => {
    const trained = trainedOn(family, method);
    for (const format of exportFormats(trained.run.method)) {
      const files = exportFolder(trained, format);
      const imported = importAdapter(files, trained.encoder);
      expect(sorted(imported.tensors)).toEqual(sorted(trained.tensors));
      expect(imported.method).toEqual(trained.run.method);
      for (const other of likeBert.filter((one) => one !== family))
        expect(() => importAdapter(files, { ...trained.encoder, family: other }), other).toThrow(
          /of type|another family/,
        );
    }
  });

  test('tensors and configurations bear the names of its libraries', () => {
    const stem =
      family === 'distilbert' ? 'distilbert.transformer.layer.0' : `${encoderPrefix(family)}.encoder.layer.0`;
    const names = (format: 'adapterhub' | 'peft' | 'plain', method: object, file: string) => {
      const bytes = exportFolder(trainedOn(family, method), format).get(`${format}/${file}`) ?? new Uint8Array();
      return new TextDecoder().decode(bytes);
    };
    const config = JSON.parse(names('adapterhub', { type: 'houlsby' }, 'adapter_config.json'));
    expect(config.model_type).toBe(family === 'camembert' ? 'roberta' : family);
    const [attention, query] =
      family === 'distilbert'
        ? ['attention_adapters', 'attention.q_lin']
        : ['attention.output', 'attention.self.query'];
    expect(names('adapterhub', { type: 'houlsby' }, 'adapter.safetensors')).toContain(
      `"${stem}.${attention}.adapters.a-run.adapter_up.weight"`,
    );
    expect(names('peft', { type: 'lora' }, 'adapter_model.safetensors')).toContain(
      `"base_model.model.${stem.replace(/^\w+\./, '')}.${query}.lora_A.weight"`,
    );
    expect(names('plain', { type: 'bitfit' }, 'trainable.safetensors')).toContain(`"${stem}.${query}.bias"`);
    const { positions } = encoderOf(family);
    const rows = family === 'bert' || family === 'distilbert' ? positions : positions + 2;
    const table = `${encoderPrefix(family)}.embeddings.position_embeddings.weight":{"dtype":"F32","shape":[${rows},48]`;
    expect(names('plain', { type: 'full' }, 'trainable.safetensors')).toContain(table);
  });
});

describe('modernbert', () => {
  test.each([
    { type: 'houlsby' },
    { type: 'houlsby', layers: [1], bottlenecks: { '1.ffn': 3 } },
    { type: 'attention-only' },
    { type: 'ffn-only' },
    { type: 'head-only' },
    { type: 'full' },
  ])('%j comes back from every format, and goes on no encoder of another family', (method) => {
    const trained = trainedOn('modernbert', method);
    for (const format of exportFormats(trained.run.method)) {
      const files = exportFolder(trained, format);
      const imported = importAdapter(files, modern);
      expect(sorted(imported.tensors)).toEqual(sorted(trained.tensors));
      expect(imported).toMatchObject({ method: trained.run.method, labels: ['a', 'b'], pooling: trained.run.pooling });
      expect(() => importAdapter(files, bert)).toThrow('of type modernbert');
    }
  });

  test('AdapterHub reads its folder into a ModernBertModel, whose names have no prefix and which has no head', () => {
    const files = exportFolder(trainedOn('modernbert', { type: 'houlsby' }), 'adapterhub');
    const text = (name: string) => new TextDecoder().decode(files.get(`adapterhub/${name}`));
    expect(JSON.parse(text('adapter_config.json'))).toMatchObject({
      model_class: 'ModernBertModel',
      model_type: 'modernbert',
    });
    const names = text('adapter.safetensors');
    expect(names).toContain('"layers.0.attention_adapters.adapters.a-run.adapter_up.weight"');
    expect(names).toContain('"layers.3.output_adapters.adapters.a-run.adapter_down.0.bias"');
    expect(files.has('adapterhub/head_config.json')).toBe(false);
    expect(files.has('adapterhub/head.safetensors')).toBe(true);
    for (const format of ['adapterhub', 'plain'] as const) {
      const card = new TextDecoder().decode(
        exportFolder(trainedOn('modernbert', { type: 'houlsby' }), format).get(`${format}/README.md`),
      );
      expect(card).toContain('adapters.init(model)');
      expect(card).toContain('for l in model.layers: l.attn.Wqkv.bias = None');
      expect(card).not.toContain('AutoAdapterModel');
    }
  });

  test('what AdapterHub saved is read: the adapters of a recorded run', () => {
    const { method, tensors, labels } = importAdapter(readFolder(`${golden}/adapterhub_final`), modern);
    expect(method).toMatchObject({ type: 'houlsby', bottleneck: 5, activation: 'gelu', scaling: 2, layers: 'all' });
    expect(labels).toBeNull();
    const final = readFloat32Tensors(readFileSync(`${golden}/final.safetensors`), 'final');
    expect(tensors.size).toBe(32);
    for (const [name, tensor] of tensors) expect(final.get(familyName('modernbert', name)), name).toEqual(tensor);
  });

  test('an adapter of another placement has no place in it', () => {
    const files = changed(readFolder(`${golden}/adapterhub_final`), {
      config: { mh_adapter: true, output_adapter: true, non_linearity: 'gelu', original_ln_before: true },
    });
    expect(() => importAdapter(files, modern)).toThrow('On ModernBERT an adapter follows its sublayer');
  });
});

const encoderPrefix = (family: EncoderFamily) =>
  family === 'bert' || family === 'distilbert' ? family : ('roberta' as const);

test('a row of token types that DistilBERT was once given is added to its positions, and trains no more', () => {
  const encoder = encoderOf('distilbert');
  const { tensors } = trainedOn('distilbert', { type: 'full' });
  const row = { shape: [1, encoder.hidden], data: Float32Array.from({ length: encoder.hidden }, (_, i) => i) };
  const before = new Map(tensors).set('bert.embeddings.token_type_embeddings.weight', row);
  const after = withoutTokenTypes(encoder, before);
  expect([...after.keys()].sort()).toEqual([...tensors.keys()].sort());
  const positions = (map: typeof tensors) => map.get('bert.embeddings.position_embeddings.weight')?.data ?? [];
  expect(positions(after)[encoder.hidden + 3]).toBeCloseTo((positions(tensors)[encoder.hidden + 3] ?? 0) + 3, 5);
  expect(withoutTokenTypes({ ...encoder, family: 'bert' }, before)).toBe(before);
});

const peft = (name: string) => readFolder(`${folder}/peft/${name}`);
const changed = (files: FileSet, change: object, file = 'adapter_config.json'): FileSet => {
  const config = JSON.parse(new TextDecoder().decode(files.get(file)));
  return new Map(files).set(file, json({ ...config, ...change }));
};

describe('LoRA of PEFT', () => {
  test.each(['pissa', 'pissa-niter', 'olora', 'zero-pissa', 'zero-olora'])('%s changed its base: refused', (name) => {
    expect(() => importAdapter(peft(name), bert)).toThrow('init_lora_weights');
  });

  test.each(['plain', 'pissa-converted'])('%s is ordinary LoRA', (name) => {
    const { method } = importAdapter(peft(name), bert);
    expect(method).toMatchObject({ type: 'lora', layers: 'all' });
  });

  test.each([
    { init_lora_weights: 'corda' },
    { init_lora_weights: 'loftq' },
    { init_lora_weights: 'lora_ga' },
    { init_lora_weights: 'PiSSA_niter_4' },
    { init_lora_weights: 'something-new' },
    { use_dora: true },
    { use_qalora: true },
    { lora_bias: true },
    { bias: 'lora_only' },
    { rank_pattern: { query: 2 } },
    { alpha_pattern: { query: 2 } },
    { alora_invocation_tokens: [1, 2] },
    { trainable_token_indices: [4] },
    { target_parameters: ['weight'] },
    { layer_replication: [[0, 1]] },
    { arrow_config: { top_k: 2 } },
    { monteclora_config: { num_samples: 4 } },
    { kasa_config: { beta: 1 } },
    { use_bdlora: { nblocks: 2 } },
    { megatron_config: { a: 1 } },
    { modules_to_save: ['embeddings'] },
    { a_setting_of_tomorrow: 0.5 },
    { r: 3 },
    { target_modules: ['query'] },
    { exclude_modules: ['encoder.layer.0.attention.self.value'] },
    { layers_to_transform: [1] },
  ])('%j is refused by name', (change) => {
    expect(() => importAdapter(changed(peft('plain'), change), bert)).toThrow(Object.keys(change)[0]);
  });

  test.each([
    { init_lora_weights: 'eva' },
    { init_lora_weights: 'gaussian' },
    { init_lora_weights: 'orthogonal' },
    { init_lora_weights: 'mica' },
    { init_lora_weights: false },
    { eva_config: { rho: 2 } },
    { loftq_config: { loftq_bits: 4 } },
    { qalora_group_size: 8 },
    { task_type: 'SEQ_CLS', modules_to_save: ['classifier', 'score'] },
    { layers_to_transform: [0, 1], layers_pattern: 'layer' },
    { target_modules: '.*\\.(query|value)' },
    { peft_version: '9.9.9', a_setting_of_tomorrow: null, another: false, third: {} },
    { auto_mapping: { base_model_class: 'BertModel', parent_library: 'x' } },
  ])('%j makes no difference', (change) => {
    const plain = importAdapter(peft('plain'), bert);
    expect(importAdapter(changed(peft('plain'), change), bert).tensors).toEqual(plain.tensors);
  });

  test('a class of another family is refused by name', () => {
    const files = changed(peft('plain'), { auto_mapping: { base_model_class: 'RobertaModel' } });
    expect(() => importAdapter(files, bert)).toThrow('of type roberta');
  });
});

describe('adapters of AdapterHub', () => {
  const folderOf = (method: object) => {
    const files = exportFolder(trainedOn('bert', method), 'adapterhub');
    return new Map([...files].map(([path, bytes]) => [path.replace('adapterhub/', ''), bytes]));
  };
  const withSetting = (method: object, change: object, file = 'adapter_config.json') => {
    const files = folderOf(method);
    const { config } = JSON.parse(new TextDecoder().decode(files.get(file)));
    return changed(files, { config: { ...config, ...change } }, file);
  };

  test.each([{ a_setting_of_tomorrow: true }, { cross_adapter: true }, { stochastic_depth: 0.1 }, { ln_before: true }])(
    'a bottleneck adapter with %j is refused by name',
    (change) => {
      const words = /a_setting_of_tomorrow|cross attention|stochastic depth|ln_before/;
      expect(() => importAdapter(withSetting({ type: 'houlsby' }, change), bert)).toThrow(words);
    },
  );

  test.each([
    { init_weights: 'bert' },
    { init_weights_seed: 3 },
    { phm_dim: 2, factorized_phm_W: true, phm_init_range: 0.1 },
    { inv_adapter_reduction_factor: 2 },
    { adapter_residual_before_ln: true },
  ])('a bottleneck adapter with %j is the same', (change) => {
    const plain = importAdapter(folderOf({ type: 'houlsby' }), bert);
    expect(importAdapter(withSetting({ type: 'houlsby' }, change), bert)).toEqual(plain);
  });

  test.each([{ dtype: 'bfloat16' }, { vera_d: 0.1 }, { use_dora: true }, { n_up_projection: 2 }, { r: 3 }])(
    'LoRA with %j is refused by name',
    (change) => {
      expect(() => importAdapter(withSetting({ type: 'lora' }, change), bert)).toThrow(
        /dtype|VeRA|DoRA|n_up_projection|r is 3/,
      );
    },
  );

  test.each([
    [{ a_setting_of_tomorrow: 1 }, 'a_setting_of_tomorrow'],
    [{ use_pooler: true }, 'pooler'],
    [{ head_type: 'question_answering' }, 'question_answering'],
    [{ head_type: 'tagging', num_labels: 1 }, 'one output'],
  ])('a head with %j is left out, and said so', (change, words) => {
    const { labels, notes } = importAdapter(withSetting({ type: 'lora' }, change, 'head_config.json'), bert);
    expect(labels).toBeNull();
    expect(JSON.stringify(notes)).toContain(words);
  });
});

import { describe, expect, test } from 'vitest';
import { type FileSet, utf8 } from '../../src/base/file-set.ts';
import { toEnglish } from '../../src/base/message.ts';
import { createRandom } from '../../src/base/random.ts';
import { unzip, zip } from '../../src/base/zip.ts';
import { readBundle } from '../../src/files/bundle.ts';
import { readRowLines } from '../../src/files/formats/row-lines.ts';
import { writeSafetensors } from '../../src/files/formats/safetensors.ts';
import { readTorchFile } from '../../src/files/formats/torch-file.ts';
import { importAdapter, importArchive } from '../../src/files/import/import.ts';
import { say } from '../../src/i18n/messages.ts';
import { bin, encoder, refusal, refusalInChinese, sound } from '../support/refusals.ts';

/** Adapters and bundles that are damaged, or that this product does not compute: each is refused with a reason. */

test.each([
  ['an encoder of another width', 'other-encoder', { about: { hidden_size: 65 }, config: {} }],
  ['a part that is not computed', 'unsupported', { about: {}, config: { phm_layer: true } }],
])('%s is refused as such', (_, reason, { about, config }) => {
  const file = JSON.parse(new TextDecoder().decode(sound.get('adapter_config.json')));
  const changed = { ...file, ...about, config: { ...file.config, ...config } };
  const files: FileSet = new Map(sound).set('adapter_config.json', utf8(JSON.stringify(changed)));
  expect(() => importAdapter(files, encoder)).toThrow(expect.objectContaining({ name: 'ImportError', reason }));
  files.delete('adapter_config.json');
  const incomplete = expect.objectContaining({ name: 'ImportError', reason: 'incomplete' });
  expect(() => importAdapter(files, encoder)).toThrow(incomplete);
});

test('a Chinese page says in Chinese why an adapter is refused', () => {
  const file = JSON.parse(new TextDecoder().decode(sound.get('adapter_config.json')));
  const withConfig = (config: object) =>
    new Map(sound).set('adapter_config.json', utf8(JSON.stringify({ ...file, config: { ...file.config, ...config } })));
  const imported = (files: FileSet) => refusalInChinese(() => importAdapter(files, encoder));
  expect(imported(withConfig({ phm_layer: true }))).toBe('这个适配器使用了 PHM 层（Compacter），本页不支持计算。');
  expect(imported(withConfig({ mh_adapter: 'yes' }))).toBe(
    'adapter_config.json：config.mh_adapter：应为布尔值，实为字符串',
  );
  expect(imported(withConfig({ leave_out: [0] }))).toContain('文件在第 1 层的 attention.output 处有适配器');
  expect(refusalInChinese(() => unzip(utf8('no archive'), 'a.zip'))).toBe('a.zip 不是 zip 压缩包，或已被截断。');
  const pickle = zip(new Map([['x/data.pkl', new Uint8Array([0x80, 2, 0x2e])]]));
  expect(refusalInChinese(() => readTorchFile(pickle, 'a.bin'))).toBe(
    'a.bin：缺少一个值（第 3 字节）。这里只读取 PyTorch 保存的普通张量。',
  );
});

test('120 damaged files read as they were or are refused, and nothing else happens', () => {
  const { uniform } = createRandom(8);
  const draw = (below: number) => Math.floor(uniform() * below);
  let refused = 0;
  for (let i = 0; i < 120; i++) {
    const copy = (i % 2 ? zip(sound) : bin).slice();
    if (i % 3 === 0) for (let n = 0; n < 4; n++) copy[draw(copy.length)] = draw(256);
    const damaged = i % 3 === 0 ? copy : i % 3 === 1 ? copy.slice(0, draw(copy.length)) : copy.slice(1 + draw(64));
    const read = i % 2 ? () => importArchive(damaged, 'x.zip', encoder) : () => readTorchFile(damaged, 'x.bin');
    if (refusal(read) !== null) refused++;
  }
  expect(refused).toBeGreaterThan(100);
});

describe('adapters that this product does not compute', () => {
  const config = JSON.parse(new TextDecoder().decode(sound.get('adapter_config.json')));
  const withConfig = (change: object, about: object = {}): FileSet =>
    new Map(sound).set(
      'adapter_config.json',
      utf8(JSON.stringify({ ...config, config: { ...config.config, ...change }, ...about })),
    );
  const withTensor = (name: string, shape: number[]): FileSet =>
    new Map(sound).set(
      'adapter.safetensors',
      writeSafetensors(new Map([[name, { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) }]])),
    );
  const stem = 'encoder.layer.0.output.adapters.golden';
  test.each([
    ['PHM', withConfig({ phm_layer: true }), 'PHM'],
    ['an invertible adapter', withConfig({ inv_adapter: 'nice' }), 'invertible'],
    ['prefix tuning', withConfig({ architecture: 'prefix_tuning' }), 'prefix tuning'],
    ['a learned scaling', withConfig({ scaling: 'learned' }), 'learned scaling'],
    ['a gate', withConfig({ use_gating: true }), 'gate'],
    ['leaky relu', withConfig({ non_linearity: 'leakyrelu' }), 'activation'],
    ['its own LayerNorm', withConfig({ ln_after: true }), 'LayerNorm'],
    ['no LayerNorm behind', withConfig({ original_ln_after: false }), 'LayerNorm'],
    ['another hidden size', withConfig({}, { hidden_size: 768 }), 'hidden size 768'],
    ['another family', withConfig({}, { model_type: 'roberta' }), 'roberta'],
    ['fewer layers', withConfig({ leave_out: [0] }), 'layer 1'],
    ['an unknown preset', withConfig({}, { config: 'mam' }), 'preset'],
    [
      'a union of unions',
      withConfig({ architecture: 'union', configs: [{ architecture: 'union' }] }),
      'union of unions',
    ],
    ['PHM tensors', withTensor(`${stem}.adapter_down.0.W_left`, [2]), 'PHM'],
    ['invertible tensors', withTensor('invertible_adapters.golden.F.0.weight', [2]), 'invertible'],
    ['a prefix', withTensor('encoder.layer.0.attention.self.prefix_tuning.x', [2]), 'prefix'],
    [
      'tensors of another model',
      withTensor('roberta.encoder.layer.0.output.adapters.g.adapter_up.bias', [2]),
      'another family of encoders',
    ],
    ['one tensor only', withTensor(`${stem}.adapter_up.bias`, [64]), 'has none there'],
    ['no weights', new Map([...sound].filter(([path]) => path !== 'adapter.safetensors')), 'neither'],
    ['a fusion', new Map([['adapter_fusion_config.json', utf8('{}')]]), 'AdapterFusion'],
    ['nothing', new Map<string, Uint8Array>(), 'neither'],
    ['a config that is no JSON', new Map(sound).set('adapter_config.json', utf8('{')), 'not JSON'],
    ['IA3', new Map(sound).set('adapter_config.json', utf8('{"peft_type":"IA3"}')), 'IA3'],
    ['DoRA', new Map(sound).set('adapter_config.json', utf8('{"peft_type":"LORA","use_dora":true}')), 'DoRA'],
    [
      'ranks by layer',
      new Map(sound).set('adapter_config.json', utf8('{"peft_type":"LORA","rank_pattern":{"x":2}}')),
      'rank_pattern',
    ],
  ])('%s is refused by name', (_, files, reason) => {
    expect(refusal(() => importAdapter(files, encoder))).toContain(reason);
  });

  test('a head of two layers is left out, and said so', () => {
    const head = JSON.parse(new TextDecoder().decode(sound.get('head_config.json')));
    const two = { ...head, config: { ...head.config, layers: 2 } };
    const { labels, notes } = importAdapter(new Map(sound).set('head_config.json', utf8(JSON.stringify(two))), encoder);
    expect(labels).toBeNull();
    expect(notes.map(toEnglish)).toEqual([
      'The head was left out: it has 2 layers; one is computed here. A new one must be trained.',
    ]);
    expect(notes.map((note) => say(note, 'zh'))).toEqual([
      '分类头已舍去：它有 2 层，这里只计算一层。需要训练新的分类头。',
    ]);
  });

  test('names of the first years, a file without version and a preset are understood', () => {
    const old = new Map(sound).set(
      'adapter_config.json',
      utf8(
        JSON.stringify({
          ...config,
          version: undefined,
          type: 'text_task',
          config: { ...config.config, inv_adapter: 'nice' },
        }),
      ),
    );
    expect(importAdapter(old, encoder).method).toMatchObject({ type: 'houlsby', activation: 'gelu_new' });
    const preset = new Map(sound).set('adapter_config.json', utf8(JSON.stringify({ ...config, config: 'houlsby' })));
    expect(importAdapter(preset, encoder).method).toMatchObject({
      type: 'houlsby',
      activation: 'swish',
      bottleneck: 16,
    });
  });
});

test.each([
  ['no JSON', 'x\n'],
  ['three fields', '["a","b","c"]\n'],
  ['an unknown label', '["a","c"]\n'],
  ['a number', '["a",1]\n'],
])('rows with %s are refused by line', (_, line) => {
  const read = () => readRowLines(utf8(`["fine","b"]\n${line}`), ['a', 'b'], 'train.jsonl');
  expect(refusal(read)).toContain('train.jsonl line 2');
});

test.each([
  ['no facts', new Map([['run.json', utf8('{}')]]), 'no bundle.json'],
  ['another format', new Map([['bundle.json', utf8('{"format":"x"}')]]), 'format'],
  ['no JSON', new Map([['bundle.json', utf8('no')]]), 'not JSON'],
])('a bundle with %s is refused', (_, files, reason) => {
  expect(refusal(() => readBundle(zip(files), 'run.zip'))).toContain(reason);
});

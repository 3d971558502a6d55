import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readFolder } from '../../scripts/support/folders.ts';
import { BundleError, readBundle } from '../../src/files/bundle.ts';
import { type FileSet, FileSetError, utf8 } from '../../src/files/file-set.ts';
import { importAdapter, importArchive } from '../../src/files/import.ts';
import { ImportError } from '../../src/files/imported.ts';
import { readRowLines } from '../../src/files/row-lines.ts';
import { SafetensorsError, writeSafetensors } from '../../src/files/safetensors.ts';
import { readTorchFile } from '../../src/files/torch-file.ts';
import { PickleError, unpickleTensors } from '../../src/files/unpickler.ts';
import { crc32, unzip, zip } from '../../src/files/zip.ts';
import { learnSentences, say } from '../../src/i18n/say.ts';
import { said as chinese } from '../../src/i18n/zh/said.ts';
import { readEncoderConfig } from '../../src/model/encoder-config.ts';
import { createRandom } from '../../src/model/random.ts';
import { inEnglish, wordsOf } from '../../src/model/said.ts';
import { RunFileError } from '../../src/training/run.ts';

/** Archives, pickles and folders that lie: each is refused with a reason, by an error of ours, and quickly. */

const encoder = readEncoderConfig(JSON.parse(readFileSync('tests/golden/models/tiny/config.json', 'utf8')));
const saved = 'tests/golden/runs/houlsby-gelu-zero-init';
const sound = readFolder(`${saved}/adapterhub_final`);
const bin = readFolder(`${saved}/adapterhub_final_bin`).get('pytorch_adapter.bin') ?? new Uint8Array();
const ours = [FileSetError, ImportError, PickleError, SafetensorsError, BundleError, RunFileError];

learnSentences('zh', chinese);
/** What no Chinese sentence holds. */
const englishWords = /[a-z]{2,} [a-z]{2,} [a-z]{2,}/;

/** Why something is refused, as a Chinese page says it. */
function refusalInChinese(read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (error) {
    return say(wordsOf(error), 'zh');
  }
}

/** Whether something is refused by one of our errors; anything else that is thrown, or a success, fails the test. */
function refusal(read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (error) {
    if (!ours.some((kind) => error instanceof kind)) throw error;
    expect(say(wordsOf(error), 'zh')).not.toMatch(englishWords);
    return (error as Error).message;
  }
}

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

interface RawEntry {
  path: string;
  data?: Uint8Array;
  flags?: number;
  method?: number;
  crc?: number;
  packed?: number;
  unpacked?: number;
  attributes?: number;
  at?: number;
}

/** An archive written field by field, so that any of them can lie. */
function forge(entries: RawEntry[], end: { count?: number; start?: number; comment?: string } = {}): Uint8Array {
  const parts: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let length = 0;
  const push = (list: Uint8Array[], bytes: Uint8Array) => list.push(bytes);
  for (const entry of entries) {
    const path = utf8(entry.path);
    const data = entry.data ?? utf8('x');
    const crc = entry.crc ?? crc32(data);
    const fields = (view: DataView, from: number) => {
      view.setUint16(from, entry.flags ?? 0, true);
      view.setUint16(from + 2, entry.method ?? 0, true);
      view.setUint32(from + 8, crc, true);
      view.setUint32(from + 12, entry.packed ?? data.length, true);
      view.setUint32(from + 16, entry.unpacked ?? data.length, true);
      view.setUint16(from + 20, path.length, true);
    };
    const local = new DataView(new ArrayBuffer(30));
    local.setUint32(0, 0x04034b50, true);
    fields(local, 6);
    const line = new DataView(new ArrayBuffer(46));
    line.setUint32(0, 0x02014b50, true);
    fields(line, 8);
    line.setUint32(38, entry.attributes ?? 0, true);
    line.setUint32(42, entry.at ?? length, true);
    for (const bytes of [new Uint8Array(local.buffer), path, data]) push(parts, bytes);
    for (const bytes of [new Uint8Array(line.buffer), path]) push(central, bytes);
    length += 30 + path.length + data.length;
  }
  const size = central.reduce((sum, bytes) => sum + bytes.length, 0);
  const tail = new DataView(new ArrayBuffer(22));
  tail.setUint32(0, 0x06054b50, true);
  tail.setUint16(8, end.count ?? entries.length, true);
  tail.setUint16(10, end.count ?? entries.length, true);
  tail.setUint32(12, size, true);
  tail.setUint32(16, end.start ?? length, true);
  return new Uint8Array(Buffer.concat([...parts, ...central, new Uint8Array(tail.buffer)]));
}

test('an archive that lies about nothing is read', () => {
  expect(unzip(forge([{ path: 'a/b.txt' }, { path: 'a/' }]), 'x.zip')).toEqual(new Map([['a/b.txt', utf8('x')]]));
  expect(unzip(zip(sound), 'x.zip')).toEqual(sound);
});

const paths = [
  '../x',
  'a/../../x',
  '/etc/passwd',
  '//host/x',
  'C:/x',
  'c:x',
  'a\\..\\x',
  './x',
  'a//x',
  'a/./x',
  '..',
  '.',
  'a\u0000b',
  'a\nb',
  'x'.repeat(600),
  '',
];
const bomb = zip(new Map([['bomb', new Uint8Array(2 ** 24)]]));
const bombData = bomb.subarray(30 + 4, bomb.length - 22 - 46 - 4);
const archives: [string, Uint8Array, string][] = [
  ...paths.map((path): [string, Uint8Array, string] => [`path ${path.slice(0, 20)}`, forge([{ path }]), 'x.zip']),
  ['a file twice', forge([{ path: 'a' }, { path: 'a' }]), 'twice'],
  ['a name in two Unicode forms', forge([{ path: 'é' }, { path: 'e\u0301' }]), 'twice'],
  ['a link', forge([{ path: 'a', attributes: 0xa1ff0000 }]), 'link'],
  ['encryption', forge([{ path: 'a', flags: 1 }]), 'encrypted'],
  ['another method', forge([{ path: 'a', method: 14 }]), 'method 14'],
  ['a wrong checksum', forge([{ path: 'a', crc: 1 }]), 'damaged'],
  ['more bytes declared than stored', forge([{ path: 'a', unpacked: 5 }]), '5 are declared'],
  ['more bytes stored than there are', forge([{ path: 'a', packed: 500 }]), 'cut off'],
  ['zip64 sizes', forge([{ path: 'a', unpacked: 0xffffffff }]), '4 GiB'],
  ['two entries over one file', forge([{ path: 'a' }, { path: 'b', at: 0 }]), 'overlaps'],
  ['an entry outside', forge([{ path: 'a', at: 10_000 }]), 'not where'],
  ['more entries counted than listed', forge([{ path: 'a' }], { count: 9 }), 'damaged'],
  ['a table of contents outside', forge([{ path: 'a' }], { start: 1_000_000 }), 'outside'],
  ['too many files', forge([{ path: 'a' }], { count: 20_000 }), '20000 files'],
  ['a gigabyte and more declared', forge([{ path: 'a', unpacked: 2 ** 31 }]), 'more than'],
  ['a bomb', forge([{ path: 'a', method: 8, data: bombData, unpacked: 1000 }]), 'more than the 1000 bytes'],
  ['an impossible ratio', forge([{ path: 'a', method: 8, data: utf8('xx'), unpacked: 2 ** 29 }]), 'impossible'],
  ['noise as deflate', forge([{ path: 'a', method: 8, data: utf8('\u0007noise'), unpacked: 3 }]), 'damaged'],
  ['an empty file', new Uint8Array(), 'not a zip'],
  ['a text', utf8('PK but not really an archive at all'), 'not a zip'],
];

test.each(archives)('an archive with %s is refused', (_, archive, reason) => {
  const start = performance.now();
  expect(refusal(() => unzip(archive, 'x.zip'))).toContain(reason);
  expect(performance.now() - start).toBeLessThan(2000);
});

/** A pickle of protocol 2 around some instructions. */
const pickle = (...parts: (number | string | number[])[]): Uint8Array =>
  new Uint8Array([0x80, 2, ...parts.flatMap((part) => (typeof part === 'string' ? [...utf8(part)] : part)), 0x2e]);
const textOf = (text: string) => [0x58, text.length, 0, 0, 0, ...utf8(text)];
const storage = (type: string, key: string, n: number) => [
  0x28,
  ...textOf('storage'),
  ...utf8(`c${type}\n`),
  ...textOf(key),
  ...textOf('cpu'),
  0x4b,
  n,
  0x74,
  0x51,
];
const tensorCall = (from: number[], offset: number, shape: number[], stride: number[]) => [
  ...utf8('ctorch._utils\n_rebuild_tensor_v2\n'),
  ...[0x28, ...from, 0x4b, offset],
  ...[0x28, ...shape.flatMap((n) => [0x4b, n]), 0x74, 0x28, ...stride.flatMap((n) => [0x4b, n]), 0x74],
  ...[0x89, ...utf8('ccollections\nOrderedDict\n'), 0x29, 0x52, 0x74, 0x52],
];
const one = (call: number[]) => pickle(0x7d, textOf('w'), call, 0x73);
const float4 = storage('torch\nFloatStorage', '0', 4);

const names = [
  'os\nsystem',
  'builtins\neval',
  'builtins\nexec',
  'builtins\n__import__',
  'posix\nsystem',
  'nt\nsystem',
  'subprocess\nPopen',
  'torch\nload',
  'torch.storage\n_load_from_bytes',
  'torch._utils\n_rebuild_parameter',
  'torch\nDoubleStorage',
  'torch\nhub',
  'collections\nCounter',
  'numpy\nload',
  'operator\nattrgetter',
  'torch\nFloatStorage\u0000',
];
/** Every instruction of pickle that the allow-list lacks, with a few bytes behind it. */
const known = new Set(
  [...'()JKMNQRXbchjqrstu}'].map((c) => c.charCodeAt(0)).concat([0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x2e]),
);
const otherOpcodes = Array.from({ length: 256 }, (_, code) => code).filter((code) => !known.has(code));

describe('pickles', () => {
  test('one plain tensor is read', () => {
    const [tensor] = [...unpickleTensors(one(tensorCall(float4, 0, [2, 2], [2, 1])), 'x').values()];
    expect(tensor).toMatchObject({ shape: [2, 2], stride: [2, 1], storage: { type: 'FloatStorage', elements: 4 } });
  });

  test.each(names)('the name %j is refused, called or not', (name) => {
    const reason = 'refused';
    expect(refusal(() => unpickleTensors(pickle(`c${name}\n`), 'x'))).toContain(reason);
    expect(refusal(() => unpickleTensors(pickle(`c${name}\n`, 0x28, textOf('ls'), 0x74, 0x52), 'x'))).toContain(reason);
  });

  test.each(otherOpcodes)('instruction %i is refused', (code) => {
    expect(refusal(() => unpickleTensors(pickle(0x7d, [code], 'xxxx\nyyyy\n', textOf('a')), 'x'))).toContain('refused');
  });

  const calls: [string, Uint8Array, string][] = [
    ['a storage called', pickle('ctorch\nFloatStorage\n', 0x29, 0x52), 'call of'],
    ['a dictionary called with arguments', pickle('ccollections\nOrderedDict\n', 0x4b, 1, 0x85, 0x52), 'call of'],
    ['a text called', pickle(textOf('x'), 0x29, 0x52), 'cannot be'],
    ['a state on a name', pickle('ctorch\nFloatStorage\n', 0x7d, 0x62), 'state'],
    ['no dictionary', pickle(0x4b, 1), 'not one dictionary'],
    ['two values', pickle(0x7d, 0x7d), 'not one dictionary'],
    ['nothing', pickle(), 'missing'],
    ['a number among the tensors', pickle(0x7d, textOf('a'), 0x4b, 1, 0x73), 'not a tensor'],
    ['a key twice', pickle(0x7d, 0x28, textOf('a'), 0x4e, textOf('a'), 0x4e, 0x75), 'twice'],
    ['a key that is a number', pickle(0x7d, 0x4b, 1, 0x4b, 1, 0x73), 'not a text'],
    ['an odd number of entries', pickle(0x7d, 0x28, textOf('a'), 0x75), 'outside'],
    ['no mark', pickle(0x74), 'mark'],
    ['a value recalled from nowhere', pickle(0x68, 9), 'recalled'],
    ['a text longer than the file', pickle(0x58, 255, 255, 255, 127), 'cut off'],
    ['no end', new Uint8Array([0x80, 2, 0x7d]), 'cut off'],
    ['protocol 4', new Uint8Array([0x80, 4, 0x7d, 0x2e]), 'protocol'],
    ['an integer of 200 bytes', pickle(0x8a, 200), 'integer'],
    ['a path as a storage', one(tensorCall(storage('torch\nFloatStorage', '../0', 4), 0, [4], [1])), 'number'],
    ['a storage of doubles', one(tensorCall(storage('torch\nDoubleStorage', '0', 4), 0, [4], [1])), 'refused'],
    ['nine axes', one(tensorCall(float4, 0, Array(9).fill(1), Array(9).fill(1))), 'shape'],
  ];
  test.each(calls)('%s is refused', (_, bytes, reason) => {
    expect(refusal(() => unpickleTensors(bytes, 'x'))).toContain(reason);
  });

  const torchFile = (data: Uint8Array, elements = 16) =>
    zip(
      new Map([
        ['x/data.pkl', data],
        ['x/data/0', new Uint8Array(elements)],
      ]),
    );
  test.each([
    ['reaches beyond its storage', torchFile(one(tensorCall(float4, 2, [4], [1]))), 'reaches beyond'],
    ['is a view of one element', torchFile(one(tensorCall(float4, 0, [2, 2], [0, 0]))), 'row-major'],
    ['is larger than its storage', torchFile(one(tensorCall(float4, 0, [200, 200, 200], [0, 0, 0]))), 'reaches beyond'],
    ['has a storage of another size', torchFile(one(tensorCall(float4, 0, [4], [1])), 12), '12 bytes'],
    ['has no storage', torchFile(one(tensorCall(storage('torch\nFloatStorage', '7', 4), 0, [4], [1]))), 'missing'],
    ['holds integers', torchFile(one(tensorCall(storage('torch\nLongStorage', '0', 2), 0, [2], [1]))), 'I64'],
    ['has no pickle', zip(new Map([['x/data/0', new Uint8Array(4)]])), 'no data.pkl'],
    ['is no archive', utf8('\u0080\u0002}.'), 'not a zip'],
  ])('a .bin whose tensor %s is refused', (_, file, reason) => {
    expect(refusal(() => readTorchFile(file, 'x.bin'))).toContain(reason);
  });
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
    expect(notes.map(inEnglish)).toEqual([
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

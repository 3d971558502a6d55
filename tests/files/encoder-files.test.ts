import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { builtInEncoders } from '../../src/data/built-in/tasks.ts';
import type { NamedTensors } from '../../src/engine/contract.ts';
import { folderForPython, readEncoderFiles } from '../../src/files/encoder-files.ts';
import {
  joinInt8,
  type RawTensor,
  readSafetensors,
  toFloat32,
  writeSafetensors,
} from '../../src/files/formats/safetensors.ts';
import { roundFrozen } from '../../src/model/frozen-bits.ts';
import { baseParameters, elementCount } from '../../src/model/parameters.ts';

const folder =
  (path: string, changes: Record<string, Uint8Array | null> = {}) =>
  async (name: string): Promise<Uint8Array | null> => {
    if (Object.hasOwn(changes, name)) return changes[name] ?? null;
    try {
      return readFileSync(`${path}/${name}`);
    } catch {
      return null;
    }
  };

const tiny = 'tests/golden/models/tiny';

test.each(builtInEncoders)('%s is whole, and its card says how large it is', async (name) => {
  const { config, weights, poolerCount } = await readEncoderFiles(folder(`public/models/${name}`));
  const count = baseParameters(config).reduce((sum, { shape }) => sum + elementCount(shape), 0);
  const card = readFileSync(`public/models/${name}/README.md`, 'utf8').replace(/\s+/g, ' ');
  expect(card).toContain(`${count.toLocaleString('en')} parameters without a pooler`);
  expect(card).toContain('**Licence.** Apache-2.0');
  expect(poolerCount).toBe(0);
  expect([...weights.values()].every(({ data }) => data.every(Number.isFinite))).toBe(true);
});

const digests = (weights: NamedTensors) =>
  [...weights].map(([name, { shape, data }]) => [name, shape, createHash('sha256').update(data).digest('hex')]);

describe('weights stored in 8 bits', () => {
  const path = 'public/models/minilm-l3';

  test('a run in 8 bits stands on the numbers of the file, whatever it would round again', async () => {
    const files = await readEncoderFiles(folder(path));
    const rounded = roundFrozen(files, 8);
    expect(digests(rounded.weights)).toEqual(digests(files.weights));
  });

  test('for Python they become float32, in one file that is read back the same', async () => {
    const parts = new Map(readdirSync(path).map((name) => [name, new Uint8Array(readFileSync(`${path}/${name}`))]));
    const python = await folderForPython(parts);
    expect([...python.keys()].sort()).toEqual([
      'README.md',
      'config.json',
      'model.safetensors',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    const read = (files: Map<string, Uint8Array>) => readEncoderFiles(async (name) => files.get(name) ?? null);
    expect(digests((await read(python)).weights)).toEqual(digests((await read(parts)).weights));
    expect(await folderForPython(python)).toBe(python);
  });

  const numbers = { dtype: 'I8' as const, shape: [2, 3], bytes: Uint8Array.of(1, 255, 127, 0, 129, 2) };
  const scales = { dtype: 'F32' as const, shape: [2], bytes: new Uint8Array(Float32Array.of(0.5, 2).buffer) };

  test('number x scale, by row', () => {
    const joined = joinInt8(
      new Map<string, RawTensor>([
        ['w.scales', scales],
        ['b', scales],
        ['w.int8', numbers],
      ]),
    );
    expect([...joined.keys()].sort()).toEqual(['b', 'w']);
    const tensor = joined.get('w');
    expect(tensor && toFloat32(tensor, 'w')).toEqual(Float32Array.of(0.5, -0.5, 63.5, 0, -254, 4));
  });

  test.each([
    ['no scales', { 'w.int8': numbers }],
    ['too few scales', { 'w.int8': numbers, 'w.scales': { ...scales, shape: [1], bytes: scales.bytes.subarray(4) } }],
    ['other scales', { 'w.int8': numbers, 'w.scales': { ...scales, dtype: 'I32' as const } }],
    ['other numbers', { 'w.int8': { ...numbers, dtype: 'U8' as const }, 'w.scales': scales }],
  ])('%s: refused', (_, tensors) => {
    expect(() => joinInt8(new Map(Object.entries(tensors)))).toThrow('tensor w: in 8 bits it must be');
  });
});

test('the pooler is counted, not used', async () => {
  const { poolerCount, weights } = await readEncoderFiles(folder(tiny));
  expect(poolerCount).toBe(4160);
  expect([...weights.keys()].some((name) => name.startsWith('pooler'))).toBe(false);
});

test('names with the prefix bert. and of old checkpoints are understood', async () => {
  const raw = readSafetensors(readFileSync(`${tiny}/model.safetensors`), 'x');
  const renamed = new Map(
    [...raw].map(([name, tensor]) => [
      `bert.${name.replace('LayerNorm.weight', 'LayerNorm.gamma').replace('LayerNorm.bias', 'LayerNorm.beta')}`,
      { shape: tensor.shape, data: toFloat32(tensor, name) },
    ]),
  );
  const { weights } = await readEncoderFiles(folder(tiny, { 'model.safetensors': writeSafetensors(renamed) }));
  expect(weights.size).toBe(raw.size - 2);
});

const config = (change: object) =>
  new TextEncoder().encode(JSON.stringify({ ...JSON.parse(readFileSync(`${tiny}/config.json`, 'utf8')), ...change }));

test.each([
  ['no config', { 'config.json': null }, 'no config.json'],
  ['no weights', { 'model.safetensors': null }, 'no model.safetensors'],
  ['no tokenizer', { 'tokenizer.json': null, 'vocab.txt': null }, 'neither tokenizer.json nor vocab.txt'],
  ['a config that is not JSON', { 'config.json': new TextEncoder().encode('<html>') }, 'config.json is not JSON'],
  ['weights of another shape', { 'config.json': config({ intermediate_size: 128 }) }, 'config.json asks for (128, 64)'],
  [
    'a missing tensor',
    { 'config.json': config({ num_hidden_layers: 3 }) },
    'encoder.layer.2.attention.self.query.weight is missing',
  ],
  ['an unknown activation', { 'config.json': config({ hidden_act: 'silu' }) }, 'hidden_act'],
])('%s: the message names it', async (_, changes, reason) => {
  await expect(readEncoderFiles(folder(tiny, changes))).rejects.toThrow(reason);
});

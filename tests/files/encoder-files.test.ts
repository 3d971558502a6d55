import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readEncoderFiles } from '../../src/files/encoder-files.ts';
import { readSafetensors, toFloat32, writeSafetensors } from '../../src/files/formats/safetensors.ts';
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

test('the built-in encoder is whole', async () => {
  const { config, weights, poolerCount } = await readEncoderFiles(folder('public/models/encoder-small'));
  const count = baseParameters(config).reduce((sum, { shape }) => sum + elementCount(shape), 0);
  expect(count).toBe(5_388_288);
  expect(poolerCount).toBe(0);
  expect([...weights.values()].every(({ data }) => data.every(Number.isFinite))).toBe(true);
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

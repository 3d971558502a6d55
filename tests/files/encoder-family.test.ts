import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { NamedTensors } from '../../src/engine/contract.ts';
import { readEncoderFiles } from '../../src/files/encoder-files.ts';
import { readFloat32Tensors, writeSafetensors } from '../../src/files/formats/safetensors.ts';
import { canonicalName, readFamilyConfig } from '../../src/model/encoder-family.ts';

const folder = 'tests/golden/models/tiny';
const bytesOf = (name: string) => new Uint8Array(readFileSync(`${folder}/${name}`));
const config = JSON.parse(readFileSync(`${folder}/config.json`, 'utf8')) as Record<string, number>;
const tensors = readFloat32Tensors(bytesOf('model.safetensors'), 'model.safetensors');
const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/** The tiny encoder's folder with some files replaced. */
const read = (files: Record<string, Uint8Array | null>) =>
  readEncoderFiles(async (name) => {
    if (name in files) return files[name] ?? null;
    return ['config.json', 'model.safetensors', 'tokenizer.json'].includes(name) ? bytesOf(name) : null;
  });

const bare = (name: string) => canonicalName('bert', name);

/** The tiny encoder as DistilBERT would have written it. */
function asDistil(): NamedTensors {
  const names: [string, string][] = [
    ['encoder.layer.', 'transformer.layer.'],
    ['attention.self.query', 'attention.q_lin'],
    ['attention.self.key', 'attention.k_lin'],
    ['attention.self.value', 'attention.v_lin'],
    ['attention.output.dense', 'attention.out_lin'],
    ['attention.output.LayerNorm', 'sa_layer_norm'],
    ['intermediate.dense', 'ffn.lin1'],
    ['output.dense', 'ffn.lin2'],
    ['output.LayerNorm', 'output_layer_norm'],
  ];
  const rename = (name: string) => names.reduce((result, [from, to]) => result.replace(from, to), bare(name));
  const kept = [...tensors].filter(([name]) => !name.includes('token_type') && !name.includes('pooler'));
  return new Map(kept.map(([name, tensor]) => [`distilbert.${rename(name)}`, tensor]));
}

describe('families', () => {
  test('DistilBERT: other names, no token types', async () => {
    const distil = {
      model_type: 'distilbert',
      dim: config.hidden_size,
      n_layers: config.num_hidden_layers,
      n_heads: config.num_attention_heads,
      hidden_dim: config.intermediate_size,
      vocab_size: config.vocab_size,
      max_position_embeddings: config.max_position_embeddings,
      activation: 'gelu',
      sinusoidal_pos_embds: false,
    };
    const files = await read({ 'config.json': json(distil), 'model.safetensors': writeSafetensors(asDistil()) });
    const bert = await read({});
    for (const [name, { data }] of files.weights)
      expect(data, name).toEqual(
        name.includes('token_type') ? new Float32Array(data.length) : bert.weights.get(name)?.data,
      );
    expect(files.config).toMatchObject({ hidden: 64, layers: 2, tokenTypes: 1 });
  });

  test('RoBERTa: the first two rows of the position table are never used', async () => {
    const hidden = config.hidden_size ?? 0;
    const positions =
      tensors.get('embeddings.position_embeddings.weight') ?? tensors.get('bert.embeddings.position_embeddings.weight');
    if (!positions) throw new Error('no position table');
    const data = new Float32Array(positions.data.length + 2 * hidden).fill(99);
    data.set(positions.data, 2 * hidden);
    const longer = { shape: [(config.max_position_embeddings ?? 0) + 2, hidden], data };
    const roberta = new Map(
      [...tensors].map(([name, tensor]) => [
        `roberta.${bare(name)}`,
        name.includes('position_embeddings') ? longer : tensor,
      ]),
    );
    const changed = { ...config, model_type: 'roberta', pad_token_id: 1, max_position_embeddings: longer.shape[0] };
    const files = await read({ 'config.json': json(changed), 'model.safetensors': writeSafetensors(roberta) });
    expect(files.config.positions).toBe(config.max_position_embeddings);
    expect(files.weights.get('embeddings.position_embeddings.weight')?.data).toEqual(positions.data);
  });

  test('weights in several files', async () => {
    const list = [...tensors];
    const half = Math.floor(list.length / 2);
    const shards = { 'a.safetensors': new Map(list.slice(0, half)), 'b.safetensors': new Map(list.slice(half)) };
    const weight_map = Object.fromEntries(
      Object.entries(shards).flatMap(([file, part]) => [...part.keys()].map((name) => [name, file])),
    );
    const index = json({ weight_map });
    const parts = Object.fromEntries(Object.entries(shards).map(([file, part]) => [file, writeSafetensors(part)]));
    const files = await read({ 'model.safetensors': null, 'model.safetensors.index.json': index, ...parts });
    expect(files.weights).toEqual((await read({})).weights);
    await expect(
      read({ 'model.safetensors': null, 'model.safetensors.index.json': index, ...parts, 'b.safetensors': null }),
    ).rejects.toThrow('no b.safetensors');
    const escaping = json({ weight_map: { x: '../secret.safetensors' } });
    await expect(read({ 'model.safetensors': null, 'model.safetensors.index.json': escaping })).rejects.toThrow(
      'no weight_map',
    );
  });
});

test.each([
  [{ model_type: 'gpt2' }, 'it is a decoder'],
  [{ model_type: 'deberta-v2' }, 'it uses relative positions'],
  [{ model_type: 'albert' }, 'share one set of weights'],
  [{ ...config, model_type: 'roberta', pad_token_id: 0 }, 'padding id 0'],
  [{ ...config, position_embedding_type: 'relative_key' }, 'only absolute position embeddings'],
  [{ model_type: 'something-new' }, 'BERT family'],
  [null, 'config.json'],
])('%j is refused in a sentence', (file, reason) => {
  expect(() => readFamilyConfig(file)).toThrow(reason);
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { familyName, ownName, readFamilyConfig } from '../../src/model/encoder-family.ts';
import { MethodError, methodSchema, trainingPlan } from '../../src/model/methods.ts';
import { baseParameters, countParameters, trainableParameters } from '../../src/model/parameters.ts';
import { attentionOf, rotaryTable } from '../../src/model/rotary.ts';

const json = JSON.parse(readFileSync('tests/golden/models/tiny-modernbert/config.json', 'utf8'));
const { config } = readFamilyConfig(json);
const rotary = config.rotary as NonNullable<typeof config.rotary>;

describe("a ModernBERT's config.json", () => {
  test('as transformers 4 writes it', () => {
    expect(config).toEqual({
      family: 'modernbert',
      layers: 4,
      hidden: 64,
      heads: 4,
      intermediate: 96,
      vocabulary: 1005,
      positions: 96,
      tokenTypes: 1,
      layerNormEpsilon: 1e-5,
      rotary: { global: [true, false, false, true], reach: 8, globalTheta: 160_000, localTheta: 10_000 },
    });
    expect(attentionOf(rotary, 3)).toEqual({ theta: 160_000, reach: null });
    expect(attentionOf(rotary, 1)).toEqual({ theta: 10_000, reach: 8 });
  });

  test('as transformers 5 writes it', () => {
    const { global_attn_every_n_layers: _, global_rope_theta: __, local_rope_theta: ___, ...rest } = json;
    const [full, near] = ['full_attention', 'sliding_attention'];
    const newer = {
      ...rest,
      layer_types: [full, near, near, full],
      rope_parameters: {
        full_attention: { rope_type: 'default', rope_theta: 160_000 },
        sliding_attention: { rope_type: 'default', rope_theta: 10_000 },
      },
    };
    expect(readFamilyConfig(newer).config).toEqual(config);
  });

  test('what is missing is what transformers takes', () => {
    const { config: base } = readFamilyConfig({ model_type: 'modernbert' });
    expect(base).toMatchObject({ hidden: 768, layers: 22, heads: 12, intermediate: 1152, vocabulary: 50368 });
    expect(base.rotary).toMatchObject({ reach: 64, globalTheta: 160_000, localTheta: 10_000 });
    expect(readFamilyConfig({ ...json, local_rope_theta: null }).config.rotary?.localTheta).toBe(160_000);
  });

  test.each([
    [{ norm_bias: true }, 'norm_bias: a ModernBERT with biases'],
    [{ attention_bias: true }, 'attention_bias: a ModernBERT with biases'],
    [{ mlp_bias: true }, 'mlp_bias: a ModernBERT with biases'],
    [{ hidden_activation: 'silu' }, 'hidden_activation: "silu"'],
    [{ num_attention_heads: 5 }, 'is no even number'],
    [{ num_attention_heads: 64 }, 'is no even number'],
    [{ layer_types: ['full_attention'] }, 'layer_types names 1 layers'],
    [{ layer_types: ['chunked', 'chunked', 'chunked', 'chunked'] }, 'layer_types'],
    [{ rope_parameters: { full_attention: { rope_type: 'yarn' } } }, 'unscaled rotary positions'],
    [{ rope_scaling: { type: 'linear' } }, 'rope_scaling'],
    [{ quantization_config: { bits: 8 } }, 'quantization_config'],
    [{ local_attention: 0 }, 'local_attention'],
    [{ hidden_size: 64.5 }, 'hidden_size'],
  ])('%j is refused with the true reason', (change, words) => {
    expect(() => readFamilyConfig({ ...json, ...change })).toThrow(words);
  });
});

test('every tensor of the file is one of the encoder, and the names lead back', () => {
  const bytes = readFileSync('tests/golden/models/tiny-modernbert/model.safetensors');
  const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString());
  const names = Object.keys(header).filter((name) => name !== '__metadata__');
  const ours = baseParameters(config);
  expect(names.map((name) => ownName('modernbert', name)).sort()).toEqual(ours.map(({ name }) => name).sort());
  for (const { name, shape } of ours) {
    const theirs = familyName('modernbert', `bert.${name}`);
    expect(theirs.startsWith('model.')).toBe(true);
    expect(header[theirs.slice('model.'.length)].shape, name).toEqual(shape);
    expect(ownName('modernbert', theirs)).toBe(name);
  }
  expect(ownName('bert', 'model.layers.0.attn.Wo.weight')).toBeNull();
});

test('adapters bear the names of the library', () => {
  const plan = trainingPlan(methodSchema.parse({ type: 'houlsby', bottleneck: 5, layers: [2] }), 4);
  expect(trainableParameters(config, plan, 3).map(({ name }) => familyName('modernbert', name))).toEqual([
    ...['attention_adapters', 'output_adapters'].flatMap((site) =>
      ['adapter_down.0.weight', 'adapter_down.0.bias', 'adapter_up.weight', 'adapter_up.bias'].map(
        (part) => `model.layers.2.${site}.adapters.golden.${part}`,
      ),
    ),
    'heads.golden.1.weight',
    'heads.golden.1.bias',
  ]);
  expect(countParameters(config, plan, 3)).toMatchObject({ adapter: 2 * (2 * 5 * 64 + 5 + 64), head: 3 * 64 + 3 });
});

test.each([
  [{ type: 'lora' }, 'LoRA is not supported on ModernBERT'],
  [{ type: 'bitfit' }, 'no biases to train'],
  [{ type: 'pfeiffer' }, 'sequential'],
  [{ type: 'parallel' }, 'sequential'],
])('%j has no place in it', (method, words) => {
  const plan = trainingPlan(methodSchema.parse(method), config.layers);
  expect(() => trainableParameters(config, plan, 2)).toThrow(MethodError);
  expect(() => trainableParameters(config, plan, 2)).toThrow(words);
});

test('angles: 1 and 0 at the first position, one radian at the second for the first pair', () => {
  const table = rotaryTable(10_000, 4, 2);
  expect([...table.subarray(0, 4)]).toEqual([1, 1, 0, 0]);
  expect(table[4]).toBeCloseTo(Math.cos(1), 6);
  expect(table[5]).toBeCloseTo(Math.cos(0.01), 6);
  expect(table[6]).toBeCloseTo(Math.sin(1), 6);
  expect(table[7]).toBeCloseTo(Math.sin(0.01), 6);
});

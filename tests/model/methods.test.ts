import { describe, expect, test } from 'vitest';
import minilm from '../../public/models/minilm-l3/config.json' with { type: 'json' };
import { readEncoderConfig } from '../../src/model/encoder-config.ts';
import { MethodError, methodSchema, trainingPlan } from '../../src/model/methods.ts';
import { countParameters, trainableParameters } from '../../src/model/parameters.ts';

const config = readEncoderConfig(minilm);

const planOf = (method: unknown) => trainingPlan(methodSchema.parse(method), config.layers);

describe('what a method trains', () => {
  test('houlsby 16 on the built-in encoder: the counts of its model card', () => {
    const counts = countParameters(config, planOf({ type: 'houlsby', bottleneck: 16 }), 2);
    expect(counts).toMatchObject({ base: 13_385_856, adapter: 76_128, head: 770, trainable: 76_898 });
    expect(counts.ratioOfBase).toBeCloseTo(0.00569, 5);
    expect(counts.ratioOfAll).toBeCloseTo(76_898 / (13_385_856 + 76_898), 10);
  });

  test.each([
    ['ffn-only', 3],
    ['attention-only', 3],
    ['pfeiffer', 3],
    ['parallel', 3],
    ['houlsby', 6],
  ])('%s has %i adapters', (type, count) => {
    expect(planOf({ type }).adapters).toHaveLength(count);
  });

  test('layers and single sites can be left out', () => {
    const { adapters } = planOf({ type: 'houlsby', layers: [2, 0], without: ['2.attention'] });
    expect(adapters.map(({ layer, site }) => `${layer}.${site}`)).toEqual(['0.attention', '0.ffn', '2.ffn']);
  });

  test('a layer that the encoder lacks is named', () => {
    expect(() => planOf({ type: 'houlsby', layers: [3] })).toThrow(MethodError);
    expect(() => planOf({ type: 'lora', layers: [9] })).toThrow('asks for layer 10; this encoder has 3 layers');
  });

  test('bitfit trains every bias, full everything, head-only the head', () => {
    const names = (type: string) => trainableParameters(config, planOf({ type }), 2).map(({ name }) => name);
    expect(names('bitfit').every((name) => name.endsWith('.bias') || name.startsWith('heads.'))).toBe(true);
    expect(countParameters(config, planOf({ type: 'full' }), 2).trainable).toBe(13_385_856 + 770);
    expect(names('head-only')).toHaveLength(2);
  });
});

describe('config.json', () => {
  const good = {
    model_type: 'bert',
    hidden_size: 64,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    intermediate_size: 128,
    vocab_size: 100,
    max_position_embeddings: 32,
    hidden_act: 'gelu',
  };

  test.each([
    [{ ...good, model_type: 'gpt2' }, 'model_type'],
    [{ ...good, hidden_act: 'quick_gelu' }, 'hidden_act'],
    [{ ...good, hidden_size: -1 }, 'hidden_size'],
    [{ ...good, hidden_size: 1e12 }, 'hidden_size'],
    [{ ...good, num_attention_heads: 5 }, 'not a multiple'],
    [{ ...good, position_embedding_type: 'relative_key' }, 'position_embedding_type'],
    [{ ...good, is_decoder: true }, 'is_decoder'],
    [null, 'the file'],
    ['text', 'the file'],
  ])('%j is refused for %s', (json, reason) => {
    expect(() => readEncoderConfig(json)).toThrow(reason);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readFamilyConfig } from '../../src/model/encoder-family.ts';

/** config.json as people have it, read as transformers 4.57.6 reads it. */

const file = (name: string) => JSON.parse(readFileSync(`tests/tokens/configs/${name}.config.json`, 'utf8'));
const whole = file('no-hidden-act');

test('BERT without model_type or hidden_act is read', () => {
  for (const name of ['no-model-type', 'no-hidden-act'])
    expect(readFamilyConfig(file(name))).toMatchObject({
      family: 'bert',
      config: { hidden: 48, layers: 2, heads: 4, vocabulary: 865, layerNormEpsilon: 1e-12 },
    });
});

test('what is missing is what transformers takes', () => {
  expect(readFamilyConfig({ model_type: 'bert' }).config).toEqual({
    family: 'bert',
    layers: 12,
    hidden: 768,
    heads: 12,
    intermediate: 3072,
    vocabulary: 30522,
    positions: 512,
    tokenTypes: 2,
    layerNormEpsilon: 1e-12,
  });
  expect(readFamilyConfig({ model_type: 'roberta' }).config).toMatchObject({ vocabulary: 50265, positions: 510 });
  expect(readFamilyConfig({ model_type: 'distilbert' }).config).toMatchObject({ layers: 6, tokenTypes: 1 });
  expect(readFamilyConfig({ model_type: 'distilbert', hidden_size: 64, n_heads: 4 }).config.hidden).toBe(64);
});

describe('refused with the true reason', () => {
  const { model_type: _, ...untyped } = whole;
  test.each([
    ['ELECTRA', file('electra-base'), 'electra cannot be used: only BERT, RoBERTa'],
    ['a family that nobody knows', { model_type: 'newbert' }, 'newbert cannot be used'],
    [
      'no model_type, RoBERTa by its architecture',
      { ...untyped, architectures: ['RobertaModel'] },
      'model_type is missing',
    ],
    ['no model_type, one token type', { ...file('no-model-type'), type_vocab_size: 1 }, 'model_type is missing'],
    ['no model_type, padding of RoBERTa', { ...file('no-model-type'), pad_token_id: 1 }, 'model_type is missing'],
    ['nothing at all', {}, 'model_type is missing'],
    ['relative positions', { ...whole, position_embedding_type: 'relative_key' }, 'position_embedding_type'],
    ['a decoder', { ...whole, is_decoder: true }, 'is_decoder'],
    ['cross attention', { ...whole, add_cross_attention: true }, 'add_cross_attention'],
    ['encoder and decoder', { ...whole, is_encoder_decoder: true }, 'is_encoder_decoder'],
    ['pruned heads', { ...whole, pruned_heads: { 0: [1] } }, 'pruned_heads'],
    ['quantised weights', { ...whole, quantization_config: { bits: 8 } }, 'quantization_config'],
    ['code of its own', { ...whole, auto_map: { AutoModel: 'modeling.My' } }, 'auto_map'],
    ['another activation', { ...whole, hidden_act: 'gelu_new' }, 'hidden_act: "gelu_new"'],
  ])('%s', (_, json, words) => {
    expect(() => readFamilyConfig(json)).toThrow(words);
  });

  test('settings that change nothing are passed over', () => {
    const harmless = {
      ...whole,
      pruned_heads: {},
      chunk_size_feed_forward: 8,
      use_cache: false,
      hidden_act: 'gelu_python',
    };
    expect(readFamilyConfig(harmless).config).toEqual(readFamilyConfig(whole).config);
  });
});

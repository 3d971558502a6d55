import { expect, test } from 'vitest';
import { preFlight } from '../../src/engine/memory-forecast.ts';
import { methodSchema, trainingPlan } from '../../src/model/methods.ts';

/** bert-base with the vocabulary of bert-base-uncased, and of a multilingual one. */
const config = (vocabulary: number) => ({
  layers: 12,
  hidden: 768,
  heads: 12,
  intermediate: 3072,
  vocabulary,
  positions: 512,
  tokenTypes: 2,
  family: 'bert' as const,
  layerNormEpsilon: 1e-12,
});
const run = (vocabulary: number) => ({
  config: config(vocabulary),
  plan: trainingPlan(methodSchema.parse({ type: 'houlsby' }), 12),
  classes: 4,
});
/** What every WebGPU device allows. */
const defaults = { maxBufferSize: 2 ** 28, maxStorageBufferBindingSize: 2 ** 27 };

test('a base encoder with 512 positions fits the default limits at a small batch', () => {
  const { problem, forecast } = preFlight(run(30522), { examples: 2, tokens: 512 }, defaults);
  expect(problem).toBeNull();
  expect(forecast.largest.label).toBe('embeddings.word_embeddings.weight');
});

test('a batch that is too large is told apart, with what would fit', () => {
  const { forecast, problem, instead } = preFlight(run(30522), { examples: 32, tokens: 512 }, defaults);
  expect(problem).toEqual({ kind: 'buffer', needs: forecast.largest.bytes, most: 2 ** 27 });
  expect(forecast.largest.label).toContain('probabilities');
  expect(instead).toHaveLength(2);
  for (const shape of instead) expect(preFlight(run(30522), shape, defaults).problem).toBeNull();
  const [smaller, shorter] = instead;
  for (const shape of [
    { examples: (smaller?.examples ?? 0) + 1, tokens: 512 },
    { examples: 32, tokens: (shorter?.tokens ?? 0) + 8 },
  ])
    expect(preFlight(run(30522), shape, defaults).problem).not.toBeNull();
});

test('the fewest micro-batches in which a batch fits are named', () => {
  const batch = { examples: 32, tokens: 512 };
  const pieces = preFlight(run(30522), batch, defaults).microBatches ?? 0;
  expect(pieces).toBeGreaterThan(1);
  const cut = preFlight(run(30522), { ...batch, microBatches: pieces }, defaults);
  expect(cut).toMatchObject({ problem: null, microBatches: pieces });
  expect(preFlight(run(30522), { ...batch, microBatches: pieces - 1 }, defaults)).toMatchObject({
    problem: { kind: 'buffer' },
    microBatches: pieces,
  });
});

test('an encoder that is too large itself fits at no batch', () => {
  const { forecast, problem, instead, microBatches } = preFlight(run(119547), { examples: 8, tokens: 64 }, defaults);
  expect(forecast.largest.label).toBe('embeddings.word_embeddings.weight');
  expect(problem).toMatchObject({ kind: 'buffer', needs: forecast.largest.bytes });
  expect(instead).toEqual([]);
  expect(microBatches).toBeNull();
});

test('an end to all memory counts, too', () => {
  const batch = { examples: 16, tokens: 128 };
  const { total } = preFlight(run(30522), batch, defaults).forecast;
  const tight = preFlight(run(30522), batch, { ...defaults, memory: total - 1 });
  expect(tight.problem).toEqual({ kind: 'memory', needs: total, most: total - 1 });
  expect(tight.instead[0]?.examples).toBe(15);
});

import { expect, test } from 'vitest';
import { type Block, blockTensors } from '../../src/model/anatomy.ts';
import type { EncoderConfig } from '../../src/model/encoder-config.ts';
import { methodSchema, sites, trainingPlan } from '../../src/model/methods.ts';
import { countParameters } from '../../src/model/parameters.ts';

const config: EncoderConfig = {
  layers: 3,
  hidden: 12,
  heads: 2,
  intermediate: 20,
  vocabulary: 31,
  positions: 9,
  tokenTypes: 2,
  family: 'bert',
  layerNormEpsilon: 1e-12,
};

const blocks: Block[] = [
  { part: 'embeddings' },
  ...Array.from({ length: config.layers }, (_, layer) =>
    sites.flatMap((site) => (['sublayer', 'norm'] as const).map((part) => ({ part, layer, site }))),
  ).flat(),
  { part: 'head' },
];

test.each([
  { type: 'houlsby', bottleneck: 5, without: ['1.ffn'] },
  { type: 'pfeiffer', bottleneck: 3 },
  { type: 'lora', rank: 2 },
  { type: 'bitfit' },
  { type: 'head-only' },
  { type: 'full' },
])('every tensor stands in exactly one block: $type', (json) => {
  const plan = trainingPlan(methodSchema.parse(json), config.layers);
  const tensors = blocks.flatMap((block) => blockTensors(config, plan, 4, block));
  expect(new Set(tensors.map(({ name }) => name)).size).toBe(tensors.length);
  const sum = (list: typeof tensors) => list.reduce((total, { count }) => total + count, 0);
  const counts = countParameters(config, plan, 4);
  expect(sum(tensors)).toBe(counts.total);
  expect(sum(tensors.filter(({ trained }) => trained))).toBe(counts.trainable);
});

test.each([{ type: 'houlsby', bottleneck: 5, without: ['1.ffn'] }, { type: 'head-only' }, { type: 'full' }])(
  'every tensor of a ModernBERT, too: $type',
  (json) => {
    const rotary = { global: [true, false, false], reach: 4, globalTheta: 160_000, localTheta: 10_000 };
    const modern: EncoderConfig = { ...config, family: 'modernbert', tokenTypes: 1, rotary };
    const plan = trainingPlan(methodSchema.parse(json), modern.layers);
    const tensors = blocks.flatMap((block) => blockTensors(modern, plan, 4, block));
    expect(new Set(tensors.map(({ name }) => name)).size).toBe(tensors.length);
    const counts = countParameters(modern, plan, 4);
    expect(tensors.reduce((total, { count }) => total + count, 0)).toBe(counts.total);
    const normOf = (layer: number, site: 'attention' | 'ffn') =>
      blockTensors(modern, plan, 4, { part: 'norm', layer, site }).map(({ name }) => name);
    expect(normOf(1, 'attention')).toEqual(['encoder.layer.1.intermediate.LayerNorm.weight']);
    expect(normOf(1, 'ffn')).toEqual(['encoder.layer.2.attention.LayerNorm.weight']);
    expect(normOf(2, 'ffn')).toEqual(['encoder.LayerNorm.weight']);
  },
);

test('an adapter stands in the block of its site, LoRA in the attention', () => {
  const houlsby = trainingPlan(methodSchema.parse({ type: 'houlsby', bottleneck: 5 }), config.layers);
  const added = (plan: typeof houlsby, block: Block) =>
    blockTensors(config, plan, 4, block).filter((tensor) => tensor.added);
  expect(added(houlsby, { part: 'sublayer', layer: 1, site: 'ffn' }).map(({ shape }) => shape)).toEqual([
    [5, 12],
    [5],
    [12, 5],
    [12],
  ]);
  expect(added(houlsby, { part: 'norm', layer: 1, site: 'ffn' })).toEqual([]);
  const lora = trainingPlan(methodSchema.parse({ type: 'lora', rank: 2 }), config.layers);
  expect(added(lora, { part: 'sublayer', layer: 2, site: 'attention' })).toHaveLength(4);
  expect(added(lora, { part: 'sublayer', layer: 2, site: 'ffn' })).toEqual([]);
});

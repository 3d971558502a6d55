import { describe, expect, test } from 'vitest';
import { headOnlyPlan, methodSchema, trainingPlan } from '../../src/model/methods.ts';
import { Reach } from '../../src/model/reach.ts';

const layers = 4;
const reachOf = (method: object) => new Reach(trainingPlan(methodSchema.parse(method), layers));

describe('how far down the backward must go', () => {
  test.each([
    [{ type: 'head-only' }, { encoder: false, frozen: 4, embeddings: false }],
    [{ type: 'full' }, { encoder: true, frozen: 0, embeddings: true }],
    [{ type: 'bitfit' }, { encoder: true, frozen: 0, embeddings: true }],
    [
      { type: 'houlsby', layers: [3, 2] },
      { encoder: true, frozen: 2, embeddings: false },
    ],
    [
      { type: 'pfeiffer', layers: [0] },
      { encoder: true, frozen: 0, embeddings: false },
    ],
    [
      { type: 'lora', layers: [1] },
      { encoder: true, frozen: 1, embeddings: false },
    ],
  ])('%j', (method, { encoder, frozen, embeddings }) => {
    const reach = reachOf(method);
    expect(reach.encoder).toBe(encoder);
    expect(reach.frozenLayers(layers)).toBe(frozen);
    expect(reach.below(0)).toBe(embeddings);
  });

  test('an adapter is above its own sublayer, LoRA inside it', () => {
    const stages = ['attention', 'attention-norm', 'ffn', 'ffn-norm'] as const;
    const reached = (method: object) => stages.filter((stage) => reachOf(method).to(2, stage));
    expect(reached({ type: 'ffn-only', layers: [2] })).toEqual(['ffn-norm']);
    expect(reached({ type: 'attention-only', layers: [2] })).toEqual(['attention-norm', 'ffn', 'ffn-norm']);
    expect(reached({ type: 'lora', layers: [2] })).toEqual([...stages]);
    expect(reached({ type: 'lora', layers: [3] })).toEqual([]);
  });
});

describe('the gradient of what an adapter reads', () => {
  const at = { layer: 2, site: 'ffn' } as const;
  test.each([
    ['nothing else trains', { type: 'ffn-only', layers: [2] }, [false, false]],
    ['the residual branch trains', { type: 'houlsby', layers: [2] }, [true, true]],
    ['a layer below trains', { type: 'ffn-only', layers: [1, 2] }, [true, true]],
  ])('%s', (_, method, needed) => {
    const reach = reachOf(method);
    const placements = ['sequential', 'parallel'] as const;
    expect(placements.map((placement) => reach.adapterInput({ ...at, placement }))).toEqual(needed);
  });

  test('of a parallel adapter only the residual branch counts', () => {
    const lora = trainingPlan(methodSchema.parse({ type: 'lora', layers: [2] }), layers);
    const reach = new Reach({ ...headOnlyPlan, loras: lora.loras });
    const attention = { layer: 2, site: 'attention' } as const;
    expect(reach.adapterInput({ ...attention, placement: 'sequential' })).toBe(true);
    expect(reach.adapterInput({ ...attention, placement: 'parallel' })).toBe(false);
  });
});

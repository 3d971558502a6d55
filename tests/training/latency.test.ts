import { expect, test } from 'vitest';
import type { Batch, Engine } from '../../src/engine/contract.ts';
import { timeForwards } from '../../src/training/experiments/latency.ts';
import { normals } from '../support/numbers.ts';

const batch: Batch = {
  examples: 2,
  length: 3,
  ids: new Uint32Array(6),
  lengths: new Uint32Array(2),
  labels: new Uint32Array(2),
};

/** Two forwards of known length on a clock of their own, each round disturbed by chance. */
function timed({ factor, seed, noise, slow = 0 }: { factor: number; seed: number; noise: number; slow?: number }) {
  let clock = 0;
  let draws = 0;
  const chance = normals(400, seed);
  const forward = (milliseconds: number) =>
    ({
      evaluate: async () => {
        const disturbed = Math.exp(noise * (chance[draws++] ?? 0));
        // Now and then another program has the processor.
        const late = draws % 5 === 0 ? slow : 0;
        clock += milliseconds * disturbed + late;
        return new Float32Array();
      },
    }) as unknown as Engine;
  return timeForwards(forward(100), forward(100 * factor), batch, { repeats: 15, budget: 1500, now: () => clock });
}
const shareThatDiffer = async (options: Omit<Parameters<typeof timed>[0], 'seed'>) => {
  const results = await Promise.all(Array.from({ length: 300 }, (_, seed) => timed({ ...options, seed })));
  return results.filter(({ differs }) => differs).length / results.length;
};

test('two forwards that are the same hardly ever differ, however much they vary', async () => {
  expect(await shareThatDiffer({ factor: 1, noise: 0.1 })).toBeLessThan(0.02);
  expect(await shareThatDiffer({ factor: 1, noise: 0.5 })).toBeLessThan(0.02);
  expect(await shareThatDiffer({ factor: 1, noise: 0.05, slow: 300 })).toBeLessThan(0.02);
});

test('a difference larger than the spread is told', async () => {
  expect(await shareThatDiffer({ factor: 1.6, noise: 0.05 })).toBe(1);
  expect(await shareThatDiffer({ factor: 0.5, noise: 0.1 })).toBe(1);
});

test('a slow device still makes seven rounds, a fast one fifteen, without the first', async () => {
  const slow = await timed({ factor: 1, seed: 1, noise: 0 });
  expect(slow.spread?.rounds).toBe(7);
  expect(slow).toMatchObject({ base: 100, adapted: 100, differs: false, examples: 2, tokens: 3 });
  let clock = 0;
  const fast = { evaluate: async () => new Float32Array([clock++]) } as unknown as Engine;
  const all = await timeForwards(fast, fast, batch, { repeats: 15, budget: 1500, now: () => clock });
  expect(all.spread).toEqual({ base: { from: 1, to: 1 }, adapted: { from: 1, to: 1 }, rounds: 15 });
});

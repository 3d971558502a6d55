import { expect, test } from 'vitest';
import { epochBatches, epochOrder, evaluationBatches, makeBatch } from '../../src/training/batches.ts';

test('are padded on the right to a multiple of 8, within the longest allowed', () => {
  const batch = makeBatch(
    [
      [2, 5, 3],
      [2, 3],
    ],
    [1, 0],
    0,
    64,
  );
  expect(batch).toMatchObject({ examples: 2, length: 8 });
  expect([...batch.ids]).toEqual([2, 5, 3, 0, 0, 0, 0, 0, 2, 3, 0, 0, 0, 0, 0, 0]);
  expect([...batch.lengths]).toEqual([3, 2]);
  expect(makeBatch([[1, 2, 3]], [0], 0, 5).length).toBe(5);
});

test('an epoch visits every row once, in an order of its own', () => {
  const order = epochOrder(50, 7, 0);
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  expect(epochOrder(50, 7, 0)).toEqual(order);
  expect(epochOrder(50, 7, 1)).not.toEqual(order);
  expect(epochOrder(50, 8, 0)).not.toEqual(order);
});

test('an epoch visits every row once, in batches of like length', () => {
  const rows = Array.from({ length: 500 }, (_, i) => Array.from({ length: 3 + ((i * 37) % 60) }, () => 1));
  const batches = epochBatches(rows, 16, 7, 0);
  expect(batches.flat().sort((a, b) => a - b)).toEqual(rows.map((_, i) => i));
  expect(batches.map(({ length }) => length).sort((a, b) => b - a)).toEqual([...Array(31).fill(16), 4]);
  expect(epochBatches(rows, 16, 7, 0)).toEqual(batches);
  expect(epochBatches(rows, 16, 7, 1)).not.toEqual(batches);
  const computed = (list: number[][]) =>
    list.reduce((sum, batch) => sum + batch.length * Math.max(...batch.map((row) => rows[row]?.length ?? 0)), 0);
  const inOrder = Array.from({ length: 32 }, (_, i) => epochOrder(500, 7, 0).slice(16 * i, 16 * (i + 1)));
  expect(computed(batches)).toBeLessThan(0.75 * computed(inOrder));
  // Short and long batches take turns: an epoch is no curriculum.
  const longest = batches.map((batch) => Math.max(...batch.map((row) => rows[row]?.length ?? 0)));
  expect(longest).not.toEqual([...longest].sort((a, b) => a - b));
});

test('evaluation groups rows of like length', () => {
  expect(evaluationBatches([[1, 2, 3], [1], [1, 2], [1]], 2)).toEqual([
    [1, 3],
    [2, 0],
  ]);
});

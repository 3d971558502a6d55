import { expect, test } from 'vitest';
import { maxClasses, placesOf } from '../../../src/store/run/try-it.ts';

const answer = (adapted: number[], base: number[] | null = null) => ({
  text: 'a',
  tokens: [],
  labels: adapted.map(String),
  base,
  adapted,
});

test('the likeliest classes of either side stand first', () => {
  expect(placesOf(answer([0.1, 0.2, 0.7]), [])).toEqual([2, 1, 0]);
  expect(placesOf(answer([0.1, 0.2, 0.7], [0.9, 0.1, 0]), [])).toEqual([0, 2, 1]);
});

test('a class keeps its place while it is among the likeliest, and a newcomer takes the one that comes free', () => {
  const before = placesOf(answer([0.3, 0.25, 0.15, 0.1, 0.08, 0.07, 0.05]), []);
  expect(before).toEqual([0, 1, 2, 3, 4, 5]);
  const later = placesOf(answer([0.05, 0.1, 0.15, 0.02, 0.08, 0.1, 0.5]), before);
  expect(later).toEqual([0, 1, 2, 6, 4, 5]);
  expect(later).toHaveLength(maxClasses);
});

test('of fewer classes than places, all are shown', () => {
  expect(placesOf(answer([0.4, 0.6]), [0, 1])).toEqual([0, 1]);
});

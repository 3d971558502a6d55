import { expect, test } from 'vitest';
import { atThreshold } from '../../../src/store/kinds/threshold.ts';
import {
  evaluationOfLabels,
  evaluationOfNumbers,
  evaluationOfWords,
} from '../../../src/training/records/evaluation-of-kinds.ts';
import { multiLabelScores } from '../../../src/training/scores/multi-label.ts';
import { shownGroups } from '../../../src/training/shown-groups.ts';
import { logits, targets } from '../../support/several-labels.ts';

const labels = ['a', 'b', 'c'];
const rows = [1, 1, 1, 1, 1];
const examples = targets.map((row, i) => ({ text: `row ${i}`, label: row.flatMap((has, at) => (has ? [at] : [])) }));

test('a threshold of a half gives the reported scores, a low one gives everything', () => {
  const outcome = evaluationOfLabels({ examples, labels, logits, targets, rows, base: targets });
  const half = atThreshold(outcome, outcome.adapted, 0.5);
  const scores = multiLabelScores(logits, targets);
  expect(half.micro.f1).toBeCloseTo(scores.microF1, 12);
  expect(half.macroF1).toBeCloseTo(scores.macroF1, 12);
  expect(half.exact).toBeCloseTo(scores.exact, 12);
  // 0.35 is the logit -0.62: of c, all but the rows of -2 and -0.7.
  expect(atThreshold(outcome, outcome.adapted, 0.35).labels[2]).toEqual({ precision: 2 / 3, recall: 1, f1: 0.8 });
  const low = atThreshold(outcome, outcome.adapted, 0.05);
  expect(low.micro.recall).toBe(1);
  expect(low.micro.precision).toBeCloseTo(7 / 15, 12);
  const high = atThreshold(outcome, outcome.adapted, 0.95);
  expect(high.micro).toEqual({ precision: null, recall: 0, f1: 0 });
});

test('a row flips where one side has all of its labels right', () => {
  // The targets as logits have nothing above 0 but what is right.
  const { fixed, broken, flipped } = evaluationOfLabels({
    examples,
    labels,
    logits: targets,
    targets,
    rows,
    base: logits,
  });
  const { exact } = multiLabelScores(logits, targets);
  expect([fixed, broken]).toEqual([5 - 5 * exact, 0]);
  expect(flipped.every(({ label, adapted }) => label.join() === adapted.join())).toBe(true);
  expect(evaluationOfLabels({ examples, labels, logits, targets, rows, base: null })).toMatchObject({
    base: null,
    fixed: 0,
  });
});

test('numbers: which side comes closer, the largest difference first', () => {
  const numbers = [1, 2, 3].map((label, i) => ({ text: `row ${i}`, label }));
  const outcome = evaluationOfNumbers({
    examples: numbers,
    labels: [],
    rows: [1, 1, 1],
    targets: [[1], [2], [3]],
    logits: [[1.5], [2], [9]],
    base: [[3], [2], [4]],
  });
  expect([outcome.fixed, outcome.broken, outcome.rows]).toEqual([1, 1, 3]);
  expect(outcome.flipped).toEqual([
    { text: 'row 0', label: 1, base: 3, adapted: 1.5 },
    { text: 'row 2', label: 3, base: 4, adapted: 9 },
  ]);
  expect(outcome.points).toHaveLength(3);
  const many = Array.from({ length: 1000 }, (_, i) => ({ text: '', label: i }));
  const zeros = many.map(() => [0]);
  const large = { examples: many, labels: [], rows: [], targets: zeros, logits: zeros, base: null };
  expect(evaluationOfNumbers(large).points.length).toBeLessThanOrEqual(400);
  expect(evaluationOfNumbers(large).points[0]).toEqual({ target: 0, adapted: 0, base: null });
});

test('words count by themselves, and say which of a text they are', () => {
  const outcome = evaluationOfWords({
    examples: [
      { text: 'Ann runs', words: ['Ann', 'runs'], label: [1, 0] },
      { text: 'Bo', words: ['Bo'], label: [1] },
    ],
    labels: ['O', 'B-PER'],
    rows: [2, 1],
    words: ['Ann', 'runs', 'Bo'],
    targets: [[1], [0], [1]],
    logits: [
      [0, 1],
      [1, 0],
      [0, 1],
    ],
    base: [
      [1, 0],
      [1, 0],
      [0, 1],
    ],
  });
  expect(outcome).toMatchObject({
    kind: 'token',
    rows: 2,
    confusion: [
      [1, 0],
      [0, 2],
    ],
    fixed: 1,
    broken: 0,
  });
  expect(outcome.flipped[0]).toMatchObject({ text: 'Ann runs', word: 'Ann', label: 1, base: 0, adapted: 1 });
});

test('what is shown on a map is told apart by the first label, by thirds of numbers, by tags', () => {
  expect(shownGroups('multi-label', targets)).toEqual([0, 1, 1, 3, 0]);
  expect(shownGroups('regression', [[5], [1], [3]])).toEqual([2, 0, 1]);
  expect(shownGroups('token', [[2], [0]])).toEqual([2, 0]);
});

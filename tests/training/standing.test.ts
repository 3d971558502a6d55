import { expect, test } from 'vitest';
import { upgradeHistory } from '../../src/training/records/earlier-versions.ts';
import type { EpochRecord, HeadRecord } from '../../src/training/records/records.ts';
import {
  baselineScores,
  isOwnBudgetBest,
  standingOf,
  stepsAgainst,
  testScoresOf,
} from '../../src/training/records/standing.ts';

const scores = (accuracy: number) => ({ loss: 1 - accuracy, accuracy, macroF1: accuracy });
const tested: EpochRecord = { epoch: 1, trainLoss: 1, test: scores(0.5) };
const validated: EpochRecord = { epoch: 1, trainLoss: 1, validation: scores(0.6) };
const head: HeadRecord = {
  learningRate: 0.01,
  batchSize: 16,
  epochs: 2,
  plannedEpochs: 2,
  steps: 20,
  validation: scores(0.6),
  test: null,
};

test('a run stands where its latest epoch was scored, and in the end on the test rows', () => {
  expect(standingOf({ epochs: [], final: null })).toBeNull();
  expect(standingOf({ epochs: [tested], final: null })).toEqual({ on: 'test', epoch: 1, scores: scores(0.5) });
  expect(standingOf({ epochs: [validated], final: null })).toMatchObject({ on: 'validation', scores: scores(0.6) });
  const final = { epoch: 1, test: scores(0.4) };
  expect(standingOf({ epochs: [validated, validated], final })).toEqual({ on: 'test', epoch: 1, scores: scores(0.4) });
  expect(testScoresOf({ epochs: [validated], final: null })).toBeNull();
  expect(testScoresOf({ epochs: [tested], final: null })).toEqual(scores(0.5));
});

test('the baseline is compared on the same rows', () => {
  const baselines = { sameBudget: head, best: { ...head, learningRate: 0.03 } };
  expect(baselineScores(baselines, 'validation')).toEqual(scores(0.6));
  expect(baselineScores(baselines, 'test')).toBeNull();
  expect(baselineScores(null, 'test')).toBeNull();
});

test('both baselines are one where nothing tells their trainings apart', () => {
  expect(isOwnBudgetBest({ sameBudget: head, best: { ...head } })).toBe(true);
  for (const change of [{ learningRate: 0.1 }, { plannedEpochs: 15 }, { epochs: 3, steps: 30 }])
    expect(isOwnBudgetBest({ sameBudget: head, best: { ...head, ...change } })).toBe(false);
  expect(isOwnBudgetBest({ sameBudget: null, best: head })).toBe(false);
});

test('far fewer steps are less than a third', () => {
  const baselines = { sameBudget: null, best: { ...head, steps: 300 } };
  expect(stepsAgainst(99, baselines)).toEqual({ run: 99, baseline: 300, farFewer: true });
  expect(stepsAgainst(100, baselines)?.farFewer).toBe(false);
  expect(stepsAgainst(99, { sameBudget: null, best: { ...head, steps: null } })).toBeNull();
});

test('records of earlier versions: the last epoch is the final one, and what they do not say is not made up', () => {
  const baseline = Array.from({ length: 15 }, (_, i) => ({ test: scores(i / 100) }));
  const earlier = { steps: [], epochs: [tested], baseline };
  const { final, baselines, baseline: curve } = upgradeHistory(earlier, { finished: true });
  expect(final).toEqual({ epoch: 1, test: scores(0.5) });
  expect(baselines).toMatchObject({ sameBudget: null, best: { learningRate: null, steps: null, test: scores(0.14) } });
  expect(curve).toEqual([]);
  expect(upgradeHistory(earlier, { finished: false }).final).toBeNull();
  expect(upgradeHistory({ ...earlier, baseline: baseline.slice(0, 3) }, { finished: false }).baselines).toBeNull();
});

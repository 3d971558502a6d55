import { expect, test } from 'vitest';
import { lessonIds } from '../../../src/store/lessons/origin.ts';
import { predictions } from '../../../src/store/lessons/predictions.ts';
import type { RunRecord } from '../../../src/store/runs/records.ts';
import type { ForgettingPoint } from '../../../src/training/experiments/forgetting.ts';

const run = (accuracy: number, memoryBytes = 1): RunRecord =>
  ({ epochs: [], final: { epoch: 1, test: { accuracy } }, memoryBytes }) as unknown as RunRecord;

const point = (way: ForgettingPoint['way'], stage: ForgettingPoint['stage'], first: number): ForgettingPoint => ({
  way,
  stage,
  step: 0,
  first,
  second: null,
  untouched: false,
});

test('a prediction is measured by the runs of its own lesson, and not before they are there', () => {
  for (const id of lessonIds) expect(predictions[id].measure?.({ runs: [], forgetting: [] }) ?? null).toBeNull();
  const measure = (id: (typeof lessonIds)[number], ...runs: RunRecord[]) =>
    predictions[id].measure?.({ runs, forgetting: [] });
  expect(measure('freeze', run(0.75))).toBe(75);
  expect(measure('quality', run(0.5), run(0.7), run(0.75), run(0.875))).toBe(12.5);
  expect(measure('cost', run(0.5, 200), run(0.5, 50))).toBe(25);
});

test('what full fine-tuning forgets is what it knew of the first task, less what it knows at the end', () => {
  const forgetting = [
    point('adapters', 'first', 0.9),
    point('full', 'first', 0.5),
    point('full', 'first', 0.75),
    point('full', 'second', 0.6),
    point('full', 'second', 0.25),
  ];
  expect(predictions.forgetting.measure?.({ runs: [], forgetting })).toBe(50);
  expect(predictions.forgetting.measure?.({ runs: [], forgetting: forgetting.slice(0, 3) })).toBeNull();
});

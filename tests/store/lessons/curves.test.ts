import { describe, expect, test } from 'vitest';
import { curvesToDraw, type Draft, distanceOf, wholeCurve, withStroke } from '../../../src/store/lessons/curves.ts';
import { courseOf, forgettingSteps, guessOf, lessons } from '../../../src/store/lessons/experiments.ts';
import { forgottenIn } from '../../../src/store/lessons/run-experiment.ts';

const none: Draft = [null, null, null, null];

describe('a drawing', () => {
  test('takes the point next to where a stroke begins', () => {
    expect(withStroke(none, null, { x: 1.4, y: 40.4 })).toEqual([null, 40, null, null]);
    expect(withStroke(none, null, { x: -0.3, y: 120 })).toEqual([100, null, null, null]);
    expect(withStroke(none, null, { x: 9, y: -5 })).toEqual([null, null, null, 0]);
  });

  test('takes every point that a quick stroke goes over, either way', () => {
    const whole = withStroke(none, { x: 0, y: 20 }, { x: 3, y: 80 });
    expect(whole).toEqual([20, 40, 60, 80]);
    expect(withStroke(none, { x: 3, y: 80 }, { x: 0, y: 20 })).toEqual(whole);
    // A stroke that leaves a point does not take it along.
    expect(withStroke(whole, { x: 1.1, y: 45 }, { x: 1.3, y: 60 })).toEqual(whole);
    expect(withStroke(whole, { x: 1.3, y: 60 }, { x: 1.2, y: 50 })).toEqual([20, 50, 60, 80]);
    expect(withStroke(whole, { x: 1, y: 40 }, { x: 1, y: 10 })).toEqual([20, 10, 60, 80]);
    expect(withStroke(whole, { x: 2.2, y: 90 }, { x: 1.8, y: 70 })).toEqual([20, 40, 80, 80]);
  });

  test('is a curve when all of its points are there', () => {
    expect(wholeCurve([0, null])).toBeNull();
    expect(wholeCurve([0, 100])).toEqual([0, 100]);
  });
});

describe('the distance of a drawn curve', () => {
  test.each([
    ['close', [50, 60], [52, 60], 1],
    ['above', [60, 70], [50, 50], 15],
    ['below', [40, 50, 60], [60, 60, 60], 10],
    ['across', [40, 80], [60, 60], 20],
  ] as const)('that lies %s', (side, drawn, measured, mean) => {
    expect(distanceOf([...drawn], measured)).toEqual({ mean, side });
  });

  test('is over what has been measured so far, and none where that is nothing', () => {
    expect(distanceOf([10, 20, 90], [20, 30, null])).toEqual({ mean: 10, side: 'below' });
    expect(distanceOf([10, 20, 90], [20])).toEqual({ mean: 10, side: 'below' });
    expect(distanceOf([10, 20, 90], [])).toBeNull();
  });
});

describe('what a curve is drawn over', () => {
  test('is where the experiments measure', () => {
    const [narrow] = lessons.bottleneck.setUps;
    expect(curvesToDraw.bottleneck.at.at(-1)).toBe(narrow?.run().training.epochs);
    expect(curvesToDraw.forgetting.at.at(-1)).toBe(2 * forgettingSteps);
  });

  test('is read from a run as far as it has come', () => {
    const test = (accuracy: number) => ({ loss: 1, accuracy, macroF1: 0 });
    const epochs = [1, 2].map((epoch) => ({ epoch, trainLoss: 1, test: test(epoch / 4) }));
    expect(courseOf({ epochs })).toEqual([25, 50, null, null]);
  });

  test('is read from the demonstration of forgetting, of full fine-tuning alone', () => {
    const points = (['adapters', 'full'] as const).flatMap((way) =>
      curvesToDraw.forgetting.at.map((step) => ({
        way,
        stage: step <= forgettingSteps ? ('first' as const) : ('second' as const),
        step,
        first: way === 'full' ? step / 100 : 0.5,
        second: null,
        untouched: way === 'adapters',
      })),
    );
    expect(forgottenIn(points, forgettingSteps)?.course).toEqual([...curvesToDraw.forgetting.at]);
  });
});

test('a prediction of another kind than a lesson asks for does not stand', () => {
  const curve = [30, 50, 60, 70];
  expect(guessOf({ predicted: { bottleneck: curve } }, 'bottleneck')).toEqual(curve);
  expect(guessOf({ predicted: { bottleneck: curve.slice(1) } }, 'bottleneck')).toBeNull();
  expect(guessOf({ predicted: { bottleneck: 13 } }, 'bottleneck')).toBeNull();
  expect(guessOf({ predicted: { freeze: curve, places: curve } }, 'freeze')).toBeNull();
  expect(guessOf({ predicted: { places: curve } }, 'places')).toBeNull();
});

import { beforeEach, describe, expect, test } from 'vitest';
import encoderSmall from '../../public/models/encoder-small/config.json' with { type: 'json' };
import { readEncoderConfig } from '../../src/model/encoder-config.ts';
import type { methodTypes } from '../../src/model/methods.ts';
import { adviceFor } from '../../src/store/coach.ts';
import { withMethodType } from '../../src/store/fields.ts';
import { differences, runTitle } from '../../src/store/naming.ts';
import { firstRun, initialState, type PageState } from '../../src/store/page.ts';
import { sweepRuns } from '../../src/store/queue.ts';
import { stepWork } from '../../src/store/step-cost.ts';
import { readRun } from '../../src/training/run.ts';

const config = readEncoderConfig(encoderSmall);
const encoder = { name: 'encoder-small', config, poolerCount: 0 };
const labels = Array.from({ length: 10 }, (_, i) => `class ${i}`);
const task = { name: 'trivia_topics', trainRows: 100, testRows: 100, labels, examples: [] };
const guessing = Math.log(labels.length);
let state: PageState;
beforeEach(() => {
  state = { ...initialState, encoder, task };
});

const steps = (loss: (step: number) => number, count = 60) =>
  Array.from({ length: count }, (_, step) => ({
    step,
    loss: loss(step),
    learningRate: 0.002,
    gradNorm: 1,
    milliseconds: 1,
  }));
const epoch = (number: number, trainLoss: number, testLoss: number) => ({
  epoch: number,
  trainLoss,
  test: { loss: testLoss, accuracy: 0.5, macroF1: 0.5 },
});
const troubleOf = (change: Partial<PageState>) => adviceFor({ ...state, ...change })?.trouble;

describe('the coach', () => {
  test('is silent while all is well', () => {
    expect(adviceFor(state)).toBeNull();
    expect(troubleOf({ steps: steps((step) => guessing * 0.97 ** step) })).toBeUndefined();
    expect(troubleOf({ epochs: [epoch(1, 2, 2), epoch(2, 1, 1), epoch(3, 0.5, 0.9)] })).toBeUndefined();
  });

  test('notices a loss that is no number, one that climbs and one that stands still', () => {
    const error = { during: 'train', message: 'Step 3: the loss is no longer a number.' };
    expect(troubleOf({ phase: 'failed', error })).toBe('not-a-number');
    expect(troubleOf({ steps: steps((step) => guessing + step / 20) })).toBe('diverging');
    expect(troubleOf({ steps: steps((step) => guessing + (step % 2) / 50) })).toBe('slow');
  });

  test('notices overfitting, and names the best epoch', () => {
    const epochs = [epoch(1, 1, 1), epoch(2, 0.5, 0.8), epoch(3, 0.3, 0.9), epoch(4, 0.1, 1.1)];
    const advice = adviceFor({ ...state, epochs });
    expect(advice).toMatchObject({ trouble: 'overfitting', values: { epoch: '2' } });
    expect(advice?.fix(firstRun).training.epochs).toBe(2);
  });

  test('notices a collapse to one class, but not where the rows are of one class', () => {
    const collapsed = labels.map((_, row) => labels.map((_, column) => (column === 3 ? 10 + row : 0)));
    const outcome = { labels, rows: 145, confusion: collapsed, baseConfusion: null, fixed: 0, broken: 0, flipped: [] };
    const learnt = steps((step) => guessing * 0.97 ** step);
    expect(adviceFor({ ...state, outcome, steps: learnt })?.values.label).toBe('class 3');
    expect(troubleOf({ outcome, steps: learnt.slice(0, 10) })).toBeUndefined();
    const lopsided = labels.map((_, row) => labels.map((_, column) => (row === 3 && column === 3 ? 145 : 0)));
    expect(troubleOf({ outcome: { ...outcome, confusion: lopsided }, steps: learnt })).toBeUndefined();
  });

  test('notices adapters that are all switched off, and every fix is a valid run', () => {
    const { method } = firstRun;
    if (!('bottleneck' in method)) throw new Error('the first run has adapters');
    const without = [0, 1, 2, 3].flatMap((layer) => [`${layer}.attention`, `${layer}.ffn`]);
    const advice = adviceFor({ ...state, run: { ...firstRun, method: { ...method, without } } });
    expect(advice?.trouble).toBe('idle');
    expect(readRun(advice?.fix({ ...firstRun, method: { ...method, without } }))).toEqual(firstRun);
    const diverging = adviceFor({ ...state, steps: steps((step) => guessing + step / 20) });
    expect(readRun(diverging?.fix(firstRun)).training.learningRate).toBeCloseTo(0.0004, 10);
  });
});

describe('the cost of a step', () => {
  test('grows from the head alone over adapters to full fine-tuning, and falls where low layers have no adapter', () => {
    const work = (type: (typeof methodTypes)[number]) => stepWork(config, withMethodType(firstRun, type).method);
    expect(work('head-only')).toBeLessThan(work('houlsby'));
    expect(work('houlsby')).toBeLessThan(work('full'));
    expect(work('full')).toBe(3 * work('head-only'));
    const { method } = firstRun;
    expect(stepWork(config, { ...method, layers: [3] } as typeof method)).toBeLessThan(work('houlsby'));
  });
});

describe('sweeps', () => {
  test('give each method each bottleneck once, in order, as valid and differently named runs', () => {
    const runs = sweepRuns(firstRun, [8, 2], ['houlsby', 'lora', 'bitfit']);
    expect(runs.map(runTitle)).toEqual([
      'trivia_topics, houlsby 2',
      'trivia_topics, houlsby 8',
      'trivia_topics, lora 2',
      'trivia_topics, lora 8',
      'trivia_topics, bitfit',
    ]);
    for (const run of runs) expect(readRun(run)).toEqual(run);
  });

  test('what differs is told by its path, with both values', () => {
    const other = { ...firstRun, name: 'other', training: { ...firstRun.training, seed: 8 } };
    expect(differences(firstRun, other)).toEqual([{ path: 'training.seed', before: 7, after: 8 }]);
    expect(differences(firstRun, { ...firstRun, name: 'other' })).toEqual([]);
  });
});

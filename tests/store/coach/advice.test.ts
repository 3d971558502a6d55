import { beforeEach, describe, expect, test } from 'vitest';
import minilm from '../../../public/models/minilm-l3/config.json' with { type: 'json' };
import { readEncoderConfig } from '../../../src/model/encoder-config.ts';
import { type methodTypes, trainingPlan } from '../../../src/model/methods.ts';
import { adviceFor, verdictOf } from '../../../src/store/coach/advice.ts';
import { onEvent } from '../../../src/store/events.ts';
import { costOf, planOf } from '../../../src/store/page/selectors.ts';
import { firstRun, initialState, type PageState, pageStore } from '../../../src/store/page/state.ts';
import { sweepRuns } from '../../../src/store/queue/state.ts';
import { withMethodType } from '../../../src/store/run/settings.ts';
import { predictedStep, stepWork } from '../../../src/store/run/step-cost.ts';
import { differences, runTitle } from '../../../src/store/runs/naming.ts';
import type { RunRecord } from '../../../src/store/runs/records.ts';
import { readRun } from '../../../src/training/run.ts';
import { TrainingError } from '../../../src/training/session.ts';
import { sentError } from '../../../src/workers/rpc.ts';
import { progress, device as reported } from '../../support/reports.ts';

const config = readEncoderConfig(minilm);
const encoder = { name: 'minilm-l3', config, poolerCount: 0 };
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
    const error = { during: 'train', message: 'in whatever words', code: 'diverged' } as const;
    expect(troubleOf({ phase: 'failed', error })).toBe('not-a-number');
    expect(troubleOf({ phase: 'failed', error: { ...error, code: null } })).toBeUndefined();
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

test('the code of an error crosses the worker’s wire', () => {
  const errors = [new TrainingError('in whatever words'), new Error('of another kind')];
  const told = errors.map((error) => structuredClone(sentError(error)));
  expect(told).toMatchObject([{ code: 'diverged' }, { code: null }]);
  pageStore.setState({ runId: 'this' });
  const codes = told.map((failure) => {
    onEvent(progress('this', 'failed', { failure }));
    return pageStore.getState().error?.code;
  });
  expect(codes).toEqual(['diverged', null]);
});

describe('at the end of a run, the coach', () => {
  const headRecord = { learningRate: 0.01, batchSize: 16, epochs: 4, plannedEpochs: 4, steps: 500, validation: null };
  const ended = (accuracy: number, fixed: number, broken: number, { rows = 300, steps = 500 } = {}) => {
    const scores = (value: number) => ({ epoch: 1, trainLoss: 1, test: { loss: 1, accuracy: value, macroF1: value } });
    const outcome = { labels, rows, confusion: [], baseConfusion: [], fixed, broken, flipped: [] };
    const plan = { totalSteps: steps, stepsPerEpoch: steps / firstRun.training.epochs };
    const best = { ...headRecord, test: scores(0.65).test };
    const baselines = { sameBudget: null, best };
    return verdictOf({ ...state, phase: 'done', plan, outcome, epochs: [scores(accuracy)], baselines });
  };

  test('says what was gained, where that is more than chance, and asks for nothing', () => {
    expect(ended(0.838, 70, 14)).toMatchObject({ verdict: 'good', fixed: 70, broken: 14, fix: null });
    expect(ended(0.838, 70, 14)?.gain).toBeCloseTo(18.8, 10);
    // 65.0 % and 83.3 % stand beside it.
    expect(ended(0.83349, 70, 14)?.gain).toBe(18.3);
    expect(ended(0.83251, 70, 14)?.gain).toBe(18.3);
    expect(ended(0.66, 9, 6)?.verdict).toBe('even');
    expect(ended(0.75, 2, 1, { rows: 10 })?.verdict).toBe('few-rows');
  });

  test('proposes more epochs where a run was short, or ended below the baseline', () => {
    const short = ended(0.5, 2, 40, { steps: 20 });
    expect(short).toMatchObject({ verdict: 'few-steps', epochs: 40 });
    expect(readRun(short?.fix?.(firstRun)).training.epochs).toBe(40);
    expect(ended(0.5, 2, 47)).toMatchObject({ verdict: 'worse', epochs: 2 * firstRun.training.epochs });
  });

  test('says nothing before the end, and nothing of a head that is the baseline', () => {
    expect(verdictOf(state)).toBeNull();
    state = { ...state, run: withMethodType(firstRun, 'head-only') };
    expect(ended(0.65, 0, 0)).toBeNull();
  });
});

describe('a method that names layers the encoder lacks', () => {
  test('has no plan and no cost, and breaks nothing that asks for them', () => {
    const { method } = firstRun;
    const run = { ...firstRun, method: { ...method, layers: [config.layers] } as typeof method };
    const page = { ...state, run };
    expect(planOf(page)).toBeNull();
    expect(costOf(page, run.method)).toBeNull();
    expect(adviceFor(page)).toBeNull();
    const timed = { run, device: 'this', stepsDone: 1, milliseconds: 1 } as RunRecord;
    const device = { ...reported, name: 'this' };
    expect(predictedStep({ ...page, device }, [timed], { type: 'full' })).toBeNull();
    expect(planOf({ ...page, run: firstRun })).toEqual(trainingPlan(method, config.layers));
  });
});

describe('the cost of a step', () => {
  test('grows from the head alone over adapters to full fine-tuning, and falls where low layers have no adapter', () => {
    const work = (type: (typeof methodTypes)[number]) =>
      stepWork(config, trainingPlan(withMethodType(firstRun, type).method, config.layers));
    expect(work('head-only')).toBeLessThan(work('houlsby'));
    expect(work('houlsby')).toBeLessThan(work('full'));
    expect(work('full')).toBe(3 * work('head-only'));
    const { method } = firstRun;
    expect(stepWork(config, trainingPlan({ ...method, layers: [2] } as typeof method, config.layers))).toBeLessThan(
      work('houlsby'),
    );
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

import { beforeEach, describe, expect, test, vi } from 'vitest';
import minilm from '../../../public/models/minilm-l3/config.json' with { type: 'json' };
import { en } from '../../../src/i18n/en.ts';
import { late } from '../../../src/i18n/late.ts';
import { zh } from '../../../src/i18n/zh.ts';
import { readEncoderConfig } from '../../../src/model/encoder-config.ts';
import { onEvent } from '../../../src/store/events.ts';
import { inspectStore } from '../../../src/store/inspect/state.ts';
import { canTrain, costOf, isBusy, statusOf, stepTime } from '../../../src/store/page/selectors.ts';
import { firstRun, initialState, pageStore } from '../../../src/store/page/state.ts';
import { changeRun, configure } from '../../../src/store/run/actions.ts';
import { lossPoints } from '../../../src/store/run/history.ts';
import { withMethodType } from '../../../src/store/run/settings.ts';
import { predictSoon } from '../../../src/store/run/try-it.ts';
import { readRun } from '../../../src/training/run.ts';
import { answer, forgetAsked } from '../../support/fake-trainer.ts';
import { device, progress, size, taskOf } from '../../support/reports.ts';

vi.mock('../../../src/workers/trainer/client.ts', async (original) => ({
  ...(await original<typeof import('../../../src/workers/trainer/client.ts')>()),
  callTrainer: (await import('../../support/fake-trainer.ts')).callTrainer,
}));

const config = readEncoderConfig(minilm);
const record = (step: number, loss = 1) => ({ step, loss, learningRate: 0.1, gradNorm: 1, milliseconds: 10 + step });
const test1 = { loss: 1, accuracy: 0.5, macroF1: 0.5 };
const state = () => pageStore.getState();

beforeEach(() => {
  pageStore.setState(initialState, true);
  forgetAsked();
  pageStore.setState({ encoder: { name: 'minilm-l3', config, poolerCount: 0 } });
});

const configured = async () => {
  pageStore.setState({
    device,
    task: taskOf(state().run),
  });
  void configure();
  await answer('configure', size);
};
const report = (...told: [Parameters<typeof progress>[1], Parameters<typeof progress>[2]?]) =>
  onEvent(progress(state().runId, ...told));
const failure = { name: 'TrainingError', words: 'Step 2: …', code: null };

describe('reports', () => {
  test('steps and epochs pile up while training', async () => {
    await configured();
    expect(canTrain(state())).toBe(true);
    report('training', { steps: [record(0), record(1)] });
    report('evaluating', { steps: [record(2)], epochs: [{ epoch: 1, trainLoss: 1, test: test1 }] });
    expect(state().steps.map(({ step }) => step)).toEqual([0, 1, 2]);
    expect(state().epochs).toHaveLength(1);
    expect(isBusy(state())).toBe(true);
    expect(stepTime(state())).toBe(11);
  });

  test('a change of settings drops what was trained, and a late report of the old run changes nothing', async () => {
    await configured();
    const late = progress(state().runId, 'paused', { steps: [record(1)] });
    report('paused', { steps: [record(0)] });
    changeRun((run) => ({ ...run, method: { type: 'head-only' } }));
    onEvent(late);
    expect(state()).toMatchObject({ steps: [], plan: null, phase: 'ready' });
    expect(canTrain(state())).toBe(false);
  });

  test('what another run reports is not this one’s', async () => {
    await configured();
    const sites = { type: 'sites', gradients: { '0.ffn': 1 }, effects: null } as const;
    onEvent(progress('before', 'training', { steps: [record(0)] }));
    onEvent({ ...sites, runId: 'before' });
    expect(state()).toMatchObject({ steps: [], phase: 'ready' });
    expect(inspectStore.getState().gradients).toEqual({});
    onEvent({ ...sites, runId: state().runId ?? '' });
    expect(inspectStore.getState().gradients).toEqual({ '0.ffn': 1 });
  });

  test('a run that failed can only be reset', async () => {
    await configured();
    report('failed', { steps: [record(0)], failure: { ...failure, words: 'The loss is NaN at step 3.' } });
    expect(state().error).toMatchObject({ during: 'train', message: 'The loss is NaN at step 3.' });
    expect(canTrain(state())).toBe(false);
    expect(isBusy(state())).toBe(false);
    expect(statusOf(state())).toBe('failed');
    expect(state().steps).toHaveLength(1);
  });

  test('nothing is ready before there is a plan', async () => {
    expect(statusOf(initialState)).toBe('preparing');
    expect(statusOf({ ...initialState, error: { during: 'loadEncoder', message: 'missing' } })).toBe('unavailable');
    await configured();
    expect(statusOf(state())).toBe('ready');
  });

  test('an answer to a sentence that was written over is not shown', async () => {
    vi.useFakeTimers();
    await configured();
    const prediction = { text: 'old', tokens: [], labels: [], base: null, adapted: [] };
    pageStore.setState({ sentence: 'old' });
    predictSoon();
    vi.runAllTimers();
    pageStore.setState({ sentence: 'new' });
    await answer('predict', prediction);
    expect(state().prediction).toBeNull();
    predictSoon();
    vi.runAllTimers();
    await answer('predict', { ...prediction, text: 'new' });
    expect(state().prediction?.text).toBe('new');
    vi.useRealTimers();
  });

  test('an error is shown and what was trained stays', async () => {
    await configured();
    report('paused', { steps: [record(0)] });
    report('failed', { failure });
    expect(state().error?.message).toBe('Step 2: …');
    expect(state().steps).toHaveLength(1);
  });
});

describe('costs', () => {
  test('follow the bottleneck before anything is trained', () => {
    const cost = (bottleneck: number) => costOf(state(), { ...firstRun.method, bottleneck } as typeof firstRun.method);
    expect(cost(16)?.adapter).toBe(76_128);
    expect(cost(32)?.adapter).toBe(76_128 + 6 * 16 * (2 * 384 + 1));
    expect(cost(16)?.fileBytes).toBe(4 * (cost(16)?.trainable ?? 0));
  });

  test('every method can be switched to, stays valid, and has a cost', () => {
    for (const type of [
      'houlsby',
      'ffn-only',
      'attention-only',
      'pfeiffer',
      'parallel',
      'lora',
      'bitfit',
      'head-only',
      'full',
    ] as const) {
      const run = readRun(withMethodType(firstRun, type));
      expect(run.method.type).toBe(type);
      expect(costOf(state(), run.method)?.trainable).toBeGreaterThan(0);
    }
  });
});

describe('the loss history', () => {
  test('is thinned to a few hundred points that keep every group’s extremes', () => {
    const steps = Array.from({ length: 5000 }, (_, step) => record(step, step === 2345 ? 99 : 1 + (step % 7) / 10));
    const points = lossPoints(steps, 0.9);
    expect(points.length).toBeLessThanOrEqual(300);
    expect(points.some(({ loss }) => loss === 99)).toBe(true);
    expect(points.every((point, i) => i === 0 || point.step > (points[i - 1]?.step ?? 0))).toBe(true);
  });

  test('smoothing begins at the first loss, not at 0', () => {
    expect(lossPoints([record(0, 2), record(1, 2)], 0.9).map(({ smoothed }) => smoothed)).toEqual(
      [2, 2].map((n) => expect.closeTo(n, 12)),
    );
  });
});

test('both languages have the same texts with the same places to fill in', () => {
  const flat = (texts: object, path = ''): [string, string][] =>
    Object.entries(texts).flatMap(([key, value]) =>
      typeof value === 'string' ? [[`${path}${key}`, value] as [string, string]] : flat(value, `${path}${key}.`),
    );
  const places = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();
  const [english, chinese] = [
    new Map(flat({ ...en, ...late }).filter(([key]) => !key.endsWith('_one'))),
    new Map(flat(zh)),
  ];
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  for (const [key, text] of english) expect(places(chinese.get(key) ?? ''), key).toEqual(places(text));
});

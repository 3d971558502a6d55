import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import minilm from '../../../public/models/minilm-l3/config.json' with { type: 'json' };
import { readEncoderConfig } from '../../../src/model/encoder-config.ts';
import { onEvent } from '../../../src/store/events.ts';
import { initialState, pageStore } from '../../../src/store/page/state.ts';
import {
  initialRecovery,
  recover,
  recoveryStore,
  trainInPieces,
  watchTrainer,
} from '../../../src/store/recovery/state.ts';
import type { SavedState } from '../../../src/store/runs/records.ts';
import { noteRows } from '../../../src/store/runs/saved-state.ts';
import { initialRuns, runsStore } from '../../../src/store/runs/state.ts';
import { eventually } from '../../support/eventually.ts';
import { answer, forgetAsked, lastAsk, verbs } from '../../support/fake-trainer.ts';
import { device, progress, sessionState, size, taskOf } from '../../support/reports.ts';

vi.mock('../../../src/workers/trainer/client.ts', async (original) => ({
  ...(await original<typeof import('../../../src/workers/trainer/client.ts')>()),
  callTrainer: (await import('../../support/fake-trainer.ts')).callTrainer,
}));

const stored = new Map<string, unknown>();
vi.mock('../../../src/store/storage.ts', async (original) => ({
  ...(await original<typeof import('../../../src/store/storage.ts')>()),
  put: async (store: string, key: string, value: unknown) => {
    stored.set(`${store}/${key}`, structuredClone(value));
    return true;
  },
  get: async (store: string, key: string) => stored.get(`${store}/${key}`),
}));

const page = () => pageStore.getState();
const incident = () => recoveryStore.getState().incident;
const step = (at: number) => ({ step: at, loss: 1, learningRate: 1, gradNorm: 1, milliseconds: 1 });
const report = (...told: [Parameters<typeof progress>[1], Parameters<typeof progress>[2]?]) =>
  onEvent(progress(page().runId, ...told));
const tellState = (at: number) =>
  onEvent({
    type: 'state',
    runId: page().runId ?? '',
    state: { ...sessionState, step: at, epochs: 0, finished: false },
  });
/** Waits until the page has asked for this: it reads the saved state first, which takes a busy machine a while. */
const askedFor = (verb: 'configure' | 'train') => eventually(() => expect(verbs()).toContain(verb));

let hours = 0;
beforeEach(async () => {
  forgetAsked();
  stored.clear();
  // Incidents of the test before are long ago.
  hours++;
  vi.setSystemTime(Date.now() + hours * 3_600_000);
  runsStore.setState(initialRuns, true);
  recoveryStore.setState(initialRecovery, true);
  const encoder = { name: initialState.run.model, config: readEncoderConfig(minilm), poolerCount: 0 };
  const plan = { totalSteps: size.totalSteps, stepsPerEpoch: size.stepsPerEpoch };
  const task = taskOf(initialState.run);
  noteRows('this', task);
  pageStore.setState({ ...initialState, device, encoder, task, runId: 'this', plan }, true);
  report('training', { steps: [step(0), step(1)] });
  tellState(1);
  await eventually(() => expect([...stored.keys()].filter((key) => key.startsWith('states/'))).toHaveLength(1));
});
afterEach(() => {
  vi.useRealTimers();
});

test('a run whose device is lost goes on from its saved state, under the same id, and its curves with it', async () => {
  onEvent({ type: 'device-lost', reason: 'unplugged' });
  expect(incident()).toMatchObject({ cause: 'device-lost', reason: 'unplugged', step: 2, stage: 'under-way' });
  // What the run before reports on its way out is no longer the page's.
  onEvent(progress('this', 'failed'));
  await askedFor('configure');
  expect(lastAsk('configure')).toMatchObject({ runId: 'this', state: { step: 1 } });
  await answer('configure', size);
  expect(incident()).toMatchObject({ stage: 'over', from: 1 });
  expect(page().steps.map(({ step }) => step)).toEqual([0]);
  await askedFor('train');
  expect(verbs().filter((verb) => verb === 'train')).toHaveLength(1);
  expect(runsStore.getState().runs.map(({ status }) => status)).toEqual(['unfinished']);
});

test('a step that a failed device has counted is thrown away, and a run that rested stays at rest', async () => {
  report('paused');
  const failure = { name: 'DeviceFailure', words: 'bad buffer', code: 'device-failed' as const };
  onEvent(progress('this', 'failed', { steps: [step(2)], failure }));
  expect(page().error).toBeNull();
  await askedFor('configure');
  await answer('configure', size);
  expect(incident()).toMatchObject({ cause: 'device-failed', trains: false, stage: 'over', from: 1 });
  expect(page()).toMatchObject({ phase: 'paused' });
  expect(page().steps).toHaveLength(1);
  expect(verbs()).not.toContain('train');
});

test('too many incidents in a short time end in words, not in another try', async () => {
  const tries = Array.from({ length: 6 }, () => {
    const isTried = recover('device-lost', 'again');
    recoveryStore.setState({ incident: null });
    return isTried;
  });
  expect(tries).toEqual([true, true, true, true, false, false]);
  // Else it asks in the test after this.
  await askedFor('configure');
});

test('where the memory is too small, the batches are cut in pieces, and the run goes on', async () => {
  const failure = { name: 'DeviceFailure', words: 'no room', code: 'out-of-memory' as const };
  onEvent(progress('this', 'failed', { failure }));
  expect(page()).toMatchObject({ phase: 'failed', error: { code: 'out-of-memory' } });
  void trainInPieces();
  await askedFor('configure');
  expect(lastAsk('configure')).toMatchObject({ run: { training: { microBatches: 2 } }, state: { step: 1 } });
  await answer('configure', size);
  await askedFor('train');
});

test('a worker that says nothing for long is noticed while it trains, and a computer that slept is not', () => {
  vi.useFakeTimers();
  watchTrainer('https://page.example/');
  vi.advanceTimersByTime(25_000);
  expect(recoveryStore.getState().silent).toBe(false);
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(5000);
  report('training', { steps: [step(2)] });
  vi.advanceTimersByTime(25_000);
  expect(recoveryStore.getState().silent).toBe(false);
  vi.advanceTimersByTime(15_000);
  expect(recoveryStore.getState().silent).toBe(true);
  report('training', { steps: [step(3)] });
  expect(recoveryStore.getState().silent).toBe(false);
  report('paused');
  vi.advanceTimersByTime(100_000);
  expect(recoveryStore.getState().silent).toBe(false);
});

test('of a damaged state, the one before it is taken', async () => {
  tellState(2);
  await eventually(() => expect([...stored.keys()].filter((key) => key.startsWith('states/'))).toHaveLength(2));
  const states = ['this', 'this~'].map((key) => stored.get(`states/${key}`) as SavedState);
  const [latest] = states.filter(({ state }) => state.step === 2);
  if (!latest || states.length !== 2) throw new Error('both states are kept');
  latest.state.lossSum += 1;
  onEvent({ type: 'device-lost', reason: 'unplugged' });
  await askedFor('configure');
  expect(lastAsk('configure')).toMatchObject({ state: { step: 1 } });
});

import { beforeEach, expect, test, vi } from 'vitest';
import minilm from '../../../public/models/minilm-l3/config.json' with { type: 'json' };
import { readEncoderConfig } from '../../../src/model/encoder-config.ts';
import { onEvent } from '../../../src/store/events.ts';
import { initialState, pageStore } from '../../../src/store/page/state.ts';
import { changeRun } from '../../../src/store/run/actions.ts';
import {
  continueLastRun,
  dismissOffer,
  followRun,
  lastRunStore,
  losesSteps,
  offerLastRun,
  reopenLastRun,
} from '../../../src/store/run/last-run.ts';
import { newId } from '../../../src/store/runs/records.ts';
import { noteRows, savedAtStore } from '../../../src/store/runs/saved-state.ts';
import { initialRuns, loadRuns, reopenRun, runsStore } from '../../../src/store/runs/state.ts';
import { answer, forgetAsked, lastAsk, verbs } from '../../support/fake-trainer.ts';
import { device, progress, size, taskOf } from '../../support/reports.ts';

vi.mock('../../../src/workers/trainer/client.ts', async (original) => ({
  ...(await original<typeof import('../../../src/workers/trainer/client.ts')>()),
  callTrainer: (await import('../../support/fake-trainer.ts')).callTrainer,
}));

/** The browser's storage: what one visit writes, the next reads. */
const stored = new Map<string, unknown>();
let isFull = false;
vi.mock('../../../src/store/storage.ts', async (original) => ({
  ...(await original<typeof import('../../../src/store/storage.ts')>()),
  put: async (shelf: string, key: string, value: unknown) => {
    if (isFull) return false;
    stored.set(`${shelf}/${key}`, structuredClone(value));
    return true;
  },
  get: async (shelf: string, key: string) => stored.get(`${shelf}/${key}`),
  remove: async (shelf: string, key: string) => stored.delete(`${shelf}/${key}`),
  getAll: async (shelf: string) => [...stored].filter(([key]) => key.startsWith(`${shelf}/`)).map(([, value]) => value),
  removeOthers: async () => undefined,
}));

const elsewhere = new Set<string>();
vi.mock('../../../src/store/run/tab-lock.ts', () => ({
  lockRun: () => undefined,
  lockQueue: () => undefined,
  heldIds: async () => [...elsewhere],
  isHeld: async (id: string) => elsewhere.has(id),
  tabAfterTab: (_: string, task: () => Promise<unknown>) => task(),
}));

followRun();
const page = () => pageStore.getState();
const record = () => runsStore.getState().runs.at(-1);
const configured = () => answer('configure', size);
const report = (...told: [Parameters<typeof progress>[1], Parameters<typeof progress>[2]?]) =>
  onEvent(progress(page().runId, ...told));
const tellState = (at: number, epochs: number) =>
  onEvent({ type: 'state', runId: page().runId ?? '', state: state(at, epochs) });
/** Lets what was written or read arrive. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

async function visit(): Promise<void> {
  forgetAsked();
  // A page that is left does not take its note back, as one does that puts its run aside.
  const note = stored.get('notes/last-run');
  runsStore.setState(initialRuns, true);
  savedAtStore.setState({ last: null });
  lastRunStore.setState({ offer: null, aside: null });
  const runId = newId();
  const task = taskOf(initialState.run);
  noteRows(runId, task);
  pageStore.setState({
    ...initialState,
    device,
    encoder: { name: initialState.run.model, config: readEncoderConfig(minilm), poolerCount: 0 },
    task,
    run: { ...initialState.run, training: { ...initialState.run.training, epochs: 2 } },
    runId,
    plan: { totalSteps: size.totalSteps, stepsPerEpoch: size.stepsPerEpoch },
  });
  await settle();
  if (note) stored.set('notes/last-run', note);
}

beforeEach(async () => {
  elsewhere.clear();
  stored.clear();
  isFull = false;
  await visit();
});

const step = (at: number) => ({ step: at, loss: 1, learningRate: 1, gradNorm: 1, milliseconds: 1 });
const epoch = (number: number) => ({ epoch: number, trainLoss: 1, test: { loss: 1, accuracy: 0.5, macroF1: 0.5 } });
const state = (at: number, epochs: number) => ({
  step: at,
  epochs,
  lossSum: 0,
  finished: false,
  best: null,
  trainable: new Map(),
  optimizer: { updates: at, firstMoments: new Map(), secondMoments: new Map() },
  logits: [[1, 2]],
  baseline: null,
});

/** The worker trains the first epoch and a step of the second, and is gone. */
async function trainAndLeave(): Promise<void> {
  report('training', { steps: [step(0)] });
  report('evaluating', { steps: [step(1)], epochs: [epoch(1)] });
  tellState(2, 1);
  report('training', { steps: [step(2)] });
  await settle();
}

test('a run is on record from its first step, and leaving it is asked about until it is kept', async () => {
  const loses = () => losesSteps(page(), runsStore.getState().current, savedAtStore.getState().last);
  expect(loses()).toBe(false);
  report('training', { steps: [step(0)] });
  expect(record()?.stepsDone).toBe(1);
  expect(loses()).toBe(true);
  report('paused');
  expect(loses()).toBe(true);
  tellState(1, 0);
  await settle();
  expect(loses()).toBe(false);
});

test('a run that the tab closed on is offered at the next visit, and goes on from its last epoch', async () => {
  await trainAndLeave();
  await visit();
  await loadRuns();
  await offerLastRun();
  expect(lastRunStore.getState().offer?.kept).toEqual({ step: 2, epochs: 1, ended: false });
  continueLastRun();
  await settle();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(lastAsk('configure')).toMatchObject({ state: { step: 2, epochs: 1 }, runId: record()?.id });
  await configured();
  expect(page().steps.map(({ step: at }) => at)).toEqual([0, 1]);
  expect(page().epochs).toHaveLength(1);
  expect(verbs()).toContain('train');
  expect(lastRunStore.getState().offer).toBeNull();
});

test('a run that another tab has is not offered', async () => {
  await trainAndLeave();
  elsewhere.add(record()?.id ?? '');
  await visit();
  await loadRuns();
  await offerLastRun();
  expect(lastRunStore.getState().offer).toBeNull();
});

test('without a kept state the run is offered to start anew, and what was dismissed is not offered again', async () => {
  report('training', { steps: [step(0)] });
  await settle();
  await visit();
  await loadRuns();
  await offerLastRun();
  expect(lastRunStore.getState().offer).toMatchObject({ kept: null });
  dismissOffer();
  await settle();
  await visit();
  await loadRuns();
  await offerLastRun();
  expect(lastRunStore.getState().offer).toBeNull();
});

test('a change of the settings puts a run aside, and is taken back with what was trained', async () => {
  await trainAndLeave();
  report('paused');
  tellState(3, 1);
  await settle();
  const { current } = runsStore.getState();
  changeRun((run) => ({ ...run, training: { ...run.training, epochs: 3 } }));
  await new Promise((resolve) => setTimeout(resolve, 300));
  await configured();
  expect(page().steps).toEqual([]);
  expect(lastRunStore.getState().aside).toBe(current);
  reopenLastRun();
  await new Promise((resolve) => setTimeout(resolve, 300));
  await configured();
  expect(runsStore.getState().current).toBe(current);
  expect(page()).toMatchObject({ phase: 'paused', run: { training: { epochs: 2 } } });
  expect(page().steps).toHaveLength(3);
});

test('a reopened run whose rows are others begins anew, and one whose settings change on its way does, too', async () => {
  await trainAndLeave();
  const { current } = runsStore.getState();
  await reopenRun(current ?? '');
  pageStore.setState({ task: { ...taskOf(page().run), trainRows: 2 } });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(lastAsk('configure')).toMatchObject({ state: undefined });
  await configured();
  expect(page().runId).not.toBe(current);
  expect(runsStore.getState()).toMatchObject({ current: null, reopened: { weights: 'other-rows' } });
  pageStore.setState({ task: taskOf(page().run) });
  await reopenRun(current ?? '');
  changeRun((run) => ({ ...run, training: { ...run.training, epochs: 3 } }));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(lastAsk('configure')).toMatchObject({ state: undefined, run: { training: { epochs: 3 } } });
  await configured();
  expect(runsStore.getState().current).toBeNull();
});

test('a run that is reopened twice goes on from where it was reopened last', async () => {
  await trainAndLeave();
  const { current } = runsStore.getState();
  await reopenRun(current ?? '');
  await new Promise((resolve) => setTimeout(resolve, 300));
  await reopenRun(current ?? '');
  await configured();
  expect(page().plan).toBeNull();
  await new Promise((resolve) => setTimeout(resolve, 300));
  await configured();
  expect(page()).toMatchObject({ runId: current, phase: 'paused' });
  expect(runsStore.getState()).toMatchObject({ current, reopened: { weights: 'here' } });
});

test('a full disk loses nothing of the run at work', async () => {
  isFull = true;
  await trainAndLeave();
  report('training', { steps: [step(3)] });
  expect(page().steps).toHaveLength(4);
  expect(savedAtStore.getState().last).toBeNull();
});

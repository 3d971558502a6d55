import { beforeEach, expect, test, vi } from 'vitest';
import { onEvent, onStopped } from '../../../src/store/events.ts';
import { firstRun, initialState, pageStore } from '../../../src/store/page/state.ts';
import { continueQueue, initialQueue, loadQueue, queueStore, startQueue } from '../../../src/store/queue/state.ts';
import { recoveryStore } from '../../../src/store/recovery/state.ts';
import { continueLastRun, followRun, lastRunStore, offerLastRun } from '../../../src/store/run/last-run.ts';
import { noteRows, savedAtStore } from '../../../src/store/runs/saved-state.ts';
import { initialRuns, loadRuns, runsStore } from '../../../src/store/runs/state.ts';
import { TrainerStopped } from '../../../src/workers/trainer/client.ts';
import { eventually } from '../../support/eventually.ts';
import { answer, forgetAsked, lastAsk, stopAll, verbs } from '../../support/fake-trainer.ts';
import { config, device, progress, sessionState, size, taskOf } from '../../support/reports.ts';

/** A queue of runs whose tab or worker goes in the middle of it. */

vi.mock('../../../src/workers/trainer/client.ts', async (original) => ({
  ...(await original<typeof import('../../../src/workers/trainer/client.ts')>()),
  callTrainer: (await import('../../support/fake-trainer.ts')).callTrainer,
}));

/** The browser's storage: what one visit writes, the next reads. */
const stored = new Map<string, unknown>();
vi.mock('../../../src/store/storage.ts', async (original) => ({
  ...(await original<typeof import('../../../src/store/storage.ts')>()),
  put: async (shelf: string, key: string, value: unknown) => {
    stored.set(`${shelf}/${key}`, structuredClone(value));
    return true;
  },
  get: async (shelf: string, key: string) => stored.get(`${shelf}/${key}`),
  remove: async (shelf: string, key: string) => stored.delete(`${shelf}/${key}`),
  getAll: async (shelf: string) => [...stored].filter(([key]) => key.startsWith(`${shelf}/`)).map(([, value]) => value),
  removeOthers: async () => undefined,
}));
vi.mock('../../../src/store/run/tab-lock.ts', () => ({
  lockRun: () => undefined,
  lockQueue: () => undefined,
  heldIds: async () => [],
  isHeld: async () => false,
  tabAfterTab: (_: string, task: () => Promise<unknown>) => task(),
}));

followRun();
const page = () => pageStore.getState();
const queue = () => queueStore.getState();
const names = () => queue().pending.map(({ name }) => name);
const soon = () => new Promise((resolve) => setTimeout(resolve, 300));
const step = (at: number) => ({ step: at, loss: 1, learningRate: 1, gradNorm: 1, milliseconds: 1 });
const report = (...told: [Parameters<typeof progress>[1], Parameters<typeof progress>[2]?]) =>
  onEvent(progress(page().runId, ...told));
const tellState = (runId: string | null, at: number, finished = false) =>
  onEvent({ type: 'state', runId: runId ?? '', state: { ...sessionState, step: at, finished } });

const runs = ['houlsby', 'attention-only'] as const;
const [one, other] = runs.map((type) => ({ ...firstRun, name: type, method: { ...firstRun.method, type } }));

function open(): void {
  forgetAsked();
  runsStore.setState(initialRuns, true);
  savedAtStore.setState({ last: null });
  lastRunStore.setState({ offer: null, aside: null });
  queueStore.setState(initialQueue, true);
  const task = taskOf(firstRun);
  pageStore.setState(
    { ...initialState, device, encoder: { name: firstRun.model, config, poolerCount: 0 }, task },
    true,
  );
}

/** Sets up what is waited for. */
async function setUp(): Promise<void> {
  await eventually(() => answer('configure', size));
  noteRows(page().runId ?? '', taskOf(firstRun));
}

/** The first run's first step is trained and saved. */
beforeEach(async () => {
  stored.clear();
  open();
  startQueue([one, other] as (typeof firstRun)[]);
  await setUp();
  report('training', { steps: [step(0)] });
  tellState(page().runId, 1);
  report('training', { steps: [step(1)] });
  await eventually(() => expect([...stored.keys()].filter((key) => key.startsWith('states/'))).not.toEqual([]));
});

test.each([
  ['the offer of the last run', continueLastRun],
  ['the queue', continueQueue],
])(
  'the tab closes: %s goes on with the run at work, from its saved state, and then with the others',
  async (_, goOn) => {
    const id = runsStore.getState().current;
    const left = new Map(stored);
    open();
    await soon();
    for (const [key, value] of left) stored.set(key, value);
    await Promise.all([loadRuns(), loadQueue()]);
    expect(queue()).toMatchObject({ at: id, running: false });
    await offerLastRun();
    goOn();
    await setUp();
    expect(lastAsk('configure')).toMatchObject({ runId: id, state: { step: 1 } });
    expect(verbs().filter((verb) => verb === 'train')).toHaveLength(1);
    expect(queue().running).toBe(true);
    report('done', { steps: [step(1)] });
    expect(names()).toEqual([other?.name]);
    await setUp();
    expect(lastAsk('configure')).toMatchObject({ run: { name: other?.name } });
    expect(verbs().filter((verb) => verb === 'train')).toHaveLength(2);
    expect(runsStore.getState().runs).toHaveLength(1);
  },
);

test('the device goes between two runs: the first, whose end is not saved, comes to its end once more', async () => {
  const id = runsStore.getState().current;
  report('done');
  expect(names()).toEqual([other?.name]);
  onEvent({ type: 'device-lost', reason: 'unplugged' });
  await setUp();
  expect(lastAsk('configure')).toMatchObject({ runId: id, state: { step: 1 } });
  report('done', { steps: [step(1)] });
  tellState(id, 2, true);
  await setUp();
  expect(names()).toEqual([other?.name]);
  expect(lastAsk('configure')).toMatchObject({ run: { name: other?.name } });
  expect(page().phase).toBe('training');
});

test('the device goes between two runs: where the end of the first is saved, the next is set up', async () => {
  const id = runsStore.getState().current;
  report('done');
  tellState(id, 2, true);
  await soon();
  onEvent({ type: 'device-lost', reason: 'unplugged' });
  // The set-up under way is broken off.
  await setUp();
  await setUp();
  expect(names()).toEqual([other?.name]);
  expect(page().phase).toBe('training');
});

test('between two runs the one that has ended stands for the queue: a visit that ends there is gone on with', async () => {
  const id = runsStore.getState().current;
  report('done');
  await setUp();
  expect(runsStore.getState().current).toBeNull();
  expect(stored.get('notes/last-run')).toEqual([{ id }]);
  report('training', { steps: [step(0)] });
  await eventually(() => expect(stored.get('notes/last-run')).toEqual([{ id: runsStore.getState().current }]));
  expect(runsStore.getState().current).not.toBe(id);
});

test('a run that has ended, but is not saved, comes to its end once more', async () => {
  queueStore.setState(initialQueue, true);
  report('done');
  onEvent({ type: 'device-lost', reason: 'unplugged' });
  await setUp();
  expect(lastAsk('configure')).toMatchObject({ state: { step: 1 } });
  expect(page().phase).toBe('training');
});

test('the worker goes while the next run is set up: that is no failure of the queue', async () => {
  report('done');
  await soon();
  const error = new TrainerStopped('');
  onStopped(error);
  await stopAll(error);
  await soon();
  expect(queue().running).toBe(true);
  expect(recoveryStore.getState().incident).toMatchObject({ stage: 'under-way' });
  expect(page().error).toBeNull();
});

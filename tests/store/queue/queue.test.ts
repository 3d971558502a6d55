import { beforeEach, expect, test, vi } from 'vitest';
import { onEvent } from '../../../src/store/events.ts';
import { firstRun, initialState, pageStore } from '../../../src/store/page/state.ts';
import { startQueue, stopQueue } from '../../../src/store/queue/state.ts';
import { initialRuns, runsStore } from '../../../src/store/runs/state.ts';
import { eventually } from '../../support/eventually.ts';
import { answer, forgetAsked, verbs } from '../../support/fake-trainer.ts';
import { config, device, progress, sessionState, size, taskOf } from '../../support/reports.ts';

/** Runs that are trained one after another. */

vi.mock('../../../src/workers/trainer/client.ts', async (original) => ({
  ...(await original<typeof import('../../../src/workers/trainer/client.ts')>()),
  callTrainer: (await import('../../support/fake-trainer.ts')).callTrainer,
}));
const saved: string[] = [];
vi.mock('../../../src/store/storage.ts', async (original) => ({
  ...(await original<typeof import('../../../src/store/storage.ts')>()),
  put: async (store: string, key: string) => {
    saved.push(`${store}/${key}`);
    return true;
  },
}));

const state = { ...sessionState, epochs: 1, finished: true };

beforeEach(() => {
  vi.useFakeTimers();
  forgetAsked();
  saved.length = 0;
  pageStore.setState(initialState, true);
  runsStore.setState(initialRuns, true);
  pageStore.setState({ device, encoder: { name: firstRun.model, config, poolerCount: 0 }, task: taskOf(firstRun) });
  return () => vi.useRealTimers();
});

test('each finished run is saved where it stands, though the next is on its way already', async () => {
  startQueue([
    { ...firstRun, name: 'one' },
    { ...firstRun, name: 'other', training: { ...firstRun.training, seed: 9 } },
  ]);
  vi.runAllTimers();
  await answer('configure', size);
  const runId = pageStore.getState().runId ?? '';
  const steps = [{ step: 0, loss: 1, learningRate: 1, gradNorm: 1, milliseconds: 1 }];
  onEvent(progress(runId, 'training', { steps }));
  onEvent(progress(runId, 'done'));
  expect(verbs()).toContain('reportState');
  expect(pageStore.getState().run.name).not.toBe('one');
  onEvent({ type: 'state', runId, state });
  stopQueue();
  vi.useRealTimers();
  await eventually(() => expect(saved).toContain(`states/${runId}~`));
});

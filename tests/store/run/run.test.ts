import { beforeEach, expect, test, vi } from 'vitest';
import { UserError } from '../../../src/base/message.ts';
import type { EncoderConfig } from '../../../src/model/encoder-config.ts';
import { datasetStore } from '../../../src/store/dataset/state.ts';
import { startDeviceCheck } from '../../../src/store/device/check.ts';
import { forgettingStore, startForgetting } from '../../../src/store/forgetting/state.ts';
import { canTrain, canTrainAgain } from '../../../src/store/page/selectors.ts';
import { firstRun, initialState, pageStore } from '../../../src/store/page/state.ts';
import { queueStore, startQueue, stopQueue, sweepRuns } from '../../../src/store/queue/state.ts';
import { changeRun, chooseTask, trainAgain } from '../../../src/store/run/actions.ts';
import { answer, asked, forgetAsked, lastAsk, refuse, settled, verbs } from '../../support/fake-trainer.ts';
import { device, size, taskOf } from '../../support/reports.ts';

vi.mock('../../../src/workers/trainer/client.ts', async (original) => ({
  ...(await original<typeof import('../../../src/workers/trainer/client.ts')>()),
  callTrainer: (await import('../../support/fake-trainer.ts')).callTrainer,
}));

beforeEach(() => {
  forgetAsked();
  vi.useFakeTimers();
  pageStore.setState({
    ...initialState,
    device,
    encoder: { name: initialState.run.model, config: {} as EncoderConfig, poolerCount: 0 },
    task: taskOf(initialState.run),
  });
});

const setSeed = (seed: number) => changeRun((run) => ({ ...run, training: { ...run.training, seed } }));

const configured = () => answer('configure', size);
const page = () => pageStore.getState();

test('what the worker set up before a change is not the run, and cannot be trained', async () => {
  setSeed(7);
  vi.runAllTimers();
  setSeed(8);
  await configured();
  expect(canTrain(page())).toBe(false);
  vi.runAllTimers();
  await configured();
  expect(canTrain(page())).toBe(true);
  expect(verbs().filter((verb) => verb === 'configure')).toHaveLength(2);
});

test('rows of a task that was left again are not taken for the run’s', async () => {
  chooseTask('sms_spam');
  chooseTask('trivia_topics');
  const task = { name: 'sms_spam', trainRows: 1, testRows: 1, labels: ['ham', 'spam'], examples: [] };
  await answer('loadTask', task);
  expect(page().task).toBeNull();
  await answer('loadTask', { ...task, name: 'trivia_topics' });
  expect(page().task?.name).toBe('trivia_topics');
  await configured();
  expect(canTrain(page())).toBe(true);
});

test('a queue whose run comes after another does not train that one', async () => {
  setSeed(7);
  vi.runAllTimers();
  startQueue([{ ...firstRun, data: { task: 'sms_spam' } }]);
  await configured();
  expect(verbs()).not.toContain('train');
  stopQueue();
});

test('a sweep over a person’s own rows trains', async () => {
  datasetStore.setState({ data: { name: 'mine.csv', rows: [{ text: 'a', label: 'a', line: 1 }], test: null } });
  startQueue(sweepRuns({ ...firstRun, data: { train: 'mine.csv' } }, [2, 8], ['houlsby']));
  await settled();
  await answer('loadRows', { name: 'mine.csv', trainRows: 1, testRows: 1, labels: ['a', 'b'], examples: [] });
  await configured();
  expect(page()).toMatchObject({ phase: 'training', run: { name: 'mine.csv, houlsby 2' } });
  expect(verbs().at(-1)).toBe('train');
  stopQueue();
});

test('a run that has ended is set up and trained once more', async () => {
  setSeed(7);
  vi.runAllTimers();
  await configured();
  pageStore.setState({ phase: 'done' });
  expect(canTrainAgain(page())).toBe(true);
  void trainAgain();
  expect(canTrain(page())).toBe(false);
  await configured();
  expect(verbs().slice(-2)).toEqual(['configure', 'train']);
  expect(page().phase).toBe('training');
  expect(page().plan).not.toBeNull();
});

test('a queue waits where a run cannot be set up, and says why', async () => {
  startQueue([{ ...firstRun, name: 'too large' }]);
  vi.runAllTimers();
  await refuse('configure', new UserError('no memory'));
  expect(queueStore.getState()).toMatchObject({ running: false, pending: [{ name: 'too large' }] });
  expect(page().error?.message).toBe('no memory');
});

test('a demonstration that cannot begin has ended', async () => {
  void startForgetting('trivia_topics', 'sms_spam', 4);
  await refuse('demonstrateForgetting', new UserError('offline'));
  expect(forgettingStore.getState().running).toBe(false);
  expect(page().error?.message).toBe('offline');
});

test('engines are compared on a person’s own rows, too', () => {
  pageStore.setState({ run: { ...firstRun, data: { train: 'mine.csv', testShare: 0.2 } } });
  void startDeviceCheck();
  expect(verbs()).toEqual(['compareEngines']);
  expect(lastAsk('compareEngines')).toMatchObject({ run: { data: { train: 'mine.csv', testShare: 0.2 } } });
});

test('many changes in a moment set the run up once', () => {
  setSeed(7);
  setSeed(8);
  vi.runAllTimers();
  expect(asked).toMatchObject([{ verb: 'configure', ask: { run: { training: { seed: 8 } } } }]);
});

test('a run that could not be set up after it was changed says nothing of it', async () => {
  startQueue([firstRun]);
  vi.runAllTimers();
  setSeed(8);
  vi.runAllTimers();
  await refuse('configure', new UserError('no memory'));
  expect(page().error).toBeNull();
  expect(queueStore.getState().running).toBe(true);
  await configured();
  expect(canTrain(page())).toBe(true);
  stopQueue();
});

test('every run that is set up has an id of its own', async () => {
  setSeed(7);
  vi.runAllTimers();
  await configured();
  const { runId } = page();
  expect(runId).not.toBeNull();
  setSeed(8);
  expect(page().runId).toBeNull();
  vi.runAllTimers();
  await configured();
  expect(page().runId).not.toBe(runId);
});

import { beforeEach, expect, test, vi } from 'vitest';
import type { EncoderConfig } from '../../../src/model/encoder-config.ts';
import type { ParameterCounts } from '../../../src/model/parameters.ts';
import { startDeviceCheck } from '../../../src/store/device/check.ts';
import { hear } from '../../../src/store/events.ts';
import { forgettingStore, startForgetting } from '../../../src/store/forgetting/state.ts';
import { canTrain, canTrainAgain } from '../../../src/store/page/selectors.ts';
import { firstRun, initialState, pageStore } from '../../../src/store/page/state.ts';
import { queueStore, startQueue, stopQueue, sweepRuns } from '../../../src/store/queue/state.ts';
import { changeRun, chooseTask, trainAgain } from '../../../src/store/run/actions.ts';
import type { Request } from '../../../src/worker/protocol.ts';
import { device, memory, taskOf } from '../../support/reports.ts';

const sent: Request[] = [];
vi.mock('../../../src/store/trainer.ts', () => ({ send: (request: Request) => sent.push(request) }));

beforeEach(() => {
  sent.length = 0;
  vi.useFakeTimers();
  pageStore.setState({
    ...initialState,
    device,
    encoder: { name: initialState.run.model, config: {} as EncoderConfig, poolerCount: 0 },
    task: taskOf(initialState.run),
  });
});

const setSeed = (seed: number) => changeRun((run) => ({ ...run, training: { ...run.training, seed } }));

const plan = { totalSteps: 2, stepsPerEpoch: 2, counts: {} as ParameterCounts, memory };
const configured = () => hear({ type: 'configured', resumed: false, ...plan });
const page = () => pageStore.getState();

test('what the worker set up before a change is not the run, and cannot be trained', () => {
  setSeed(7);
  vi.runAllTimers();
  setSeed(8);
  configured();
  expect(canTrain(page())).toBe(false);
  vi.runAllTimers();
  configured();
  expect(canTrain(page())).toBe(true);
  expect(sent.filter(({ type }) => type === 'configure')).toHaveLength(2);
});

test('rows of a task that was left again are not taken for the run’s', () => {
  chooseTask('sms_spam');
  chooseTask('trivia_topics');
  const task = { name: 'sms_spam', trainRows: 1, testRows: 1, labels: ['ham', 'spam'], examples: [] };
  hear({ type: 'task-ready', task });
  expect(page().task).toBeNull();
  hear({ type: 'task-ready', task: { ...task, name: 'trivia_topics' } });
  expect(page().task?.name).toBe('trivia_topics');
  configured();
  expect(canTrain(page())).toBe(true);
});

test('a queue whose run comes after another does not train that one', () => {
  setSeed(7);
  vi.runAllTimers();
  startQueue([{ ...firstRun, data: { task: 'sms_spam' } }]);
  configured();
  expect(sent.map(({ type }) => type)).not.toContain('train');
  stopQueue();
});

test('a sweep over a person’s own rows trains', () => {
  startQueue(sweepRuns({ ...firstRun, data: { train: 'mine.csv' } }, [2, 8], ['houlsby']));
  hear({ type: 'task-ready', task: { name: 'mine.csv', trainRows: 1, testRows: 1, labels: ['a', 'b'], examples: [] } });
  configured();
  expect(page()).toMatchObject({ phase: 'training', run: { name: 'mine.csv, houlsby 2' } });
  expect(sent.at(-1)?.type).toBe('train');
  stopQueue();
});

test('a run that has ended is set up and trained once more', () => {
  setSeed(7);
  vi.runAllTimers();
  configured();
  pageStore.setState({ phase: 'done' });
  expect(canTrainAgain(page())).toBe(true);
  trainAgain();
  expect(sent.slice(-2).map(({ type }) => type)).toEqual(['configure', 'train']);
  configured();
  expect(canTrain(page())).toBe(true);
});

test('a queue waits where a run cannot be set up, and says why', () => {
  startQueue([{ ...firstRun, name: 'too large' }]);
  vi.runAllTimers();
  hear({ type: 'error', during: 'configure', name: 'Error', message: 'no memory' });
  expect(queueStore.getState()).toMatchObject({ running: false, pending: [{ name: 'too large' }] });
  expect(page().error?.message).toBe('no memory');
});

test('a demonstration that cannot begin has ended', () => {
  startForgetting('trivia_topics', 'sms_spam', 4);
  hear({ type: 'error', during: 'forgetting', name: 'DownloadError', message: 'offline' });
  expect(forgettingStore.getState().running).toBe(false);
  expect(page().error?.message).toBe('offline');
});

test('engines are compared on a person’s own rows, too', () => {
  pageStore.setState({ run: { ...firstRun, data: { train: 'mine.csv', testShare: 0.2 } } });
  startDeviceCheck();
  expect(sent).toMatchObject([{ type: 'check-device', run: { data: { train: 'mine.csv', testShare: 0.2 } } }]);
});

test('many changes in a moment set the run up once', () => {
  setSeed(7);
  setSeed(8);
  vi.runAllTimers();
  expect(sent).toMatchObject([{ type: 'configure', run: { training: { seed: 8 } } }]);
});

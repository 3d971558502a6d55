import { beforeEach, describe, expect, test, vi } from 'vitest';
import { UserError } from '../../../src/base/message.ts';
import type { EncoderConfig } from '../../../src/model/encoder-config.ts';
import { adaptersStore, initialAdapters, measure, setStrength } from '../../../src/store/adapters/state.ts';
import { measuredOn, rowsOfAdapter, sameClasses } from '../../../src/store/adapters/task.ts';
import { datasetStore } from '../../../src/store/dataset/state.ts';
import { tryAdapter } from '../../../src/store/import/state.ts';
import { firstRun, initialState, pageStore } from '../../../src/store/page/state.ts';
import {
  chooseTask,
  openRun,
  resetRun,
  startTraining,
  trainAgain,
  trainSteps,
} from '../../../src/store/run/actions.ts';
import type { SavedAdapter } from '../../../src/store/runs/records.ts';
import type { Run } from '../../../src/training/run.ts';
import { asked, forgetAsked, refuse, settled } from '../../support/fake-trainer.ts';
import { device, taskOf } from '../../support/reports.ts';

vi.mock('../../../src/workers/trainer/client.ts', async (original) => ({
  ...(await original<typeof import('../../../src/workers/trainer/client.ts')>()),
  callTrainer: (await import('../../support/fake-trainer.ts')).callTrainer,
}));

beforeEach(() => {
  forgetAsked();
  datasetStore.setState({ data: null });
  adaptersStore.setState(initialAdapters, true);
  pageStore.setState({
    ...initialState,
    device,
    encoder: { name: initialState.run.model, config: {} as EncoderConfig, poolerCount: 0 },
    task: taskOf(initialState.run),
  });
});

const parts = ['noun', 'verb', 'adjective', 'adverb'];
const row = (label: string) => ({ text: label, label, line: 0 });
const own = { name: 'messy2.csv', rows: ['good', 'bad', 'good'].map(row), test: null };

const kept = (run: Partial<Run>, labels: string[]): SavedAdapter => ({
  id: 'a',
  name: 'a',
  run: { ...firstRun, ...run },
  startedAt: 0,
  labels,
  accuracy: null,
  testRows: 0,
  bytes: 4,
});

const brought = (labels: string[], run: Run | null = null): Parameters<typeof tryAdapter>[0] => ({
  format: 'adapterhub',
  name: 'elsewhere',
  method: firstRun.method,
  tensors: new Map(),
  labels,
  pooling: null,
  maxLength: null,
  base: null,
  notes: [],
  run,
});
const filedUnder = () => {
  const adapter = adaptersStore.getState().kept.at(-1);
  return adapter && rowsOfAdapter(adapter);
};

describe('what is trained or set up answers the sentence again', () => {
  test.each([
    ['Train', startTraining],
    ['Step', () => trainSteps(1)],
    ['Reset', resetRun],
    ['Train again', trainAgain],
    ['another task', () => chooseTask('sms_spam')],
    ['another run', () => openRun({ ...firstRun, data: { task: 'sms_spam' } })],
  ])('%s', (_, verb) => {
    const prediction = { text: '', tokens: [], labels: [], base: null, adapted: [] };
    pageStore.setState({ answering: { adapter: 'a', strength: 0.5 }, prediction });
    verb();
    expect(pageStore.getState()).toMatchObject({ answering: { adapter: null, strength: 1 }, prediction: null });
  });

  test('the strength of the run’s own adapter stays where it was put', () => {
    setStrength(0.5);
    trainSteps(1);
    expect(pageStore.getState().answering).toEqual({ adapter: null, strength: 0.5 });
  });
});

describe('an adapter is of the task whose classes it has', () => {
  test('one that was brought in is filed there, whatever is open', () => {
    tryAdapter(brought(parts));
    expect(filedUnder()).toMatchObject({ task: 'wordnet_parts' });
    datasetStore.setState({ data: own });
    tryAdapter(brought(['bad', 'good']));
    expect(filedUnder()).toEqual({ train: 'messy2.csv' });
  });

  test('of two tasks with the same classes, the open one', () => {
    pageStore.setState({ run: { ...firstRun, data: { task: 'wordnet_demo' } } });
    tryAdapter(brought(parts));
    expect(filedUnder()).toEqual({ task: 'wordnet_demo' });
  });

  test('one whose classes no rows have is filed under none', () => {
    tryAdapter(brought(['x', 'y']));
    expect(filedUnder()).toBeNull();
    pageStore.setState({ run: { ...firstRun, data: { train: 'messy2.csv' } } });
    tryAdapter(brought(['x', 'y']));
    expect(filedUnder()).toBeNull();
  });

  test('one that brings its run keeps the run’s rows, here or not', () => {
    tryAdapter(brought(['x', 'y'], { ...firstRun, data: { train: 'theirs.csv' } }));
    expect(filedUnder()).toEqual({ train: 'theirs.csv' });
  });

  test('one that an earlier version filed under the open task is found again', () => {
    expect(rowsOfAdapter(kept({ data: { task: 'trivia_topics' } }, parts))).toMatchObject({ task: 'wordnet_parts' });
  });

  test('classes are the same in any order, and not when one is missing', () => {
    expect(sameClasses(['a', 'b'], ['b', 'a'])).toBe(true);
    expect(sameClasses(['a', 'b'], ['a', 'b', 'c'])).toBe(false);
  });
});

describe('measuring', () => {
  test('uses the adapter’s own rows; where there are none, that is said, and is no error', async () => {
    const adapter = kept({ data: { task: 'trivia_topics' } }, ['x', 'y']);
    adaptersStore.setState({ kept: [adapter], held: ['a'] });
    await measure('a', 1);
    expect(adaptersStore.getState().unmeasurable).toEqual({ a: 'unknown-task' });
    expect(pageStore.getState().error).toBeNull();
    expect(asked).toEqual([]);
    adaptersStore.setState({ kept: [kept({ data: { task: 'trivia_topics' } }, parts)], held: ['a'] });
    void measure('a', 0.5);
    expect(adaptersStore.getState().unmeasurable).toEqual({});
    await settled();
    expect(asked).toMatchObject([{ verb: 'scoreAdapter', ask: { id: 'a', strength: 0.5 } }]);
  });

  test('needs own rows to be here, with the same classes', () => {
    const adapter = kept({ data: { train: 'messy2.csv' } }, ['good', 'bad']);
    expect(measuredOn(adapter)).toEqual({ why: 'no-rows' });
    datasetStore.setState({ data: own });
    expect(measuredOn(adapter)).toMatchObject({ run: { data: { train: 'messy2.csv' } } });
    expect(measuredOn({ ...adapter, labels: ['good', 'awful'] })).toEqual({ why: 'unknown-task' });
  });

  test('what the worker could not measure is told on the shelf', async () => {
    adaptersStore.setState({ kept: [kept({ data: { task: 'trivia_topics' } }, parts)], held: ['a'] });
    void measure('a', 1);
    await settled();
    await refuse('scoreAdapter', new UserError('Other classes.'));
    expect(pageStore.getState().error).toBeNull();
    expect(adaptersStore.getState().problem).toBe('Other classes.');
  });
});

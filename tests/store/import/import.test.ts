import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ImportedFolder } from '../../../src/files/import/imported.ts';
import { headBias, headWeight } from '../../../src/model/tensor-names.ts';
import { runOfAdapter } from '../../../src/store/import/state.ts';
import { firstRun, initialState, pageStore } from '../../../src/store/page/state.ts';
import { beginWith, dropStart, type Start, startOf, startStore } from '../../../src/store/run/start.ts';
import { readRun } from '../../../src/training/run.ts';

const tensor = (shape: number[], values: number[]) => ({ shape, data: Float32Array.from(values) });
const start: Start = {
  name: 'elsewhere',
  model: firstRun.model,
  method: firstRun.method,
  labels: ['yes', 'no'],
  tensors: new Map([
    ['adapter', tensor([1], [7])],
    [headWeight, tensor([2, 3], [1, 2, 3, 4, 5, 6])],
    [headBias, tensor([2], [8, 9])],
  ]),
};

beforeEach(() => beginWith(start));
afterEach(dropStart);

describe('a run that begins with a trained adapter', () => {
  test('takes its head in the order of the task’s classes', () => {
    const tensors = startOf(firstRun, { labels: ['no', 'yes'] });
    expect([...(tensors?.get(headWeight)?.data ?? [])]).toEqual([4, 5, 6, 1, 2, 3]);
    expect([...(tensors?.get(headBias)?.data ?? [])]).toEqual([9, 8]);
    expect([...(tensors?.get('adapter')?.data ?? [])]).toEqual([7]);
  });

  test.each([[['no', 'maybe']], [['no', 'yes', 'maybe']], [['yes']]])('gets a new head for %j', (labels) => {
    expect([...(startOf(firstRun, { labels })?.keys() ?? [])]).toEqual(['adapter']);
  });

  test('lets the adapter go when the method or the encoder is another', () => {
    const narrower = readRun({ ...firstRun, method: { type: 'houlsby', bottleneck: 2 } });
    expect(startOf(narrower, { labels: ['no', 'yes'] })).toBe(null);
    expect(startStore.getState().start).toBe(null);
    expect(startOf(firstRun, { labels: ['no', 'yes'] })).toBe(null);
  });
});

describe('the run that an adapter from elsewhere stands for', () => {
  const adapter: ImportedFolder = {
    format: 'adapterhub',
    name: 'elsewhere',
    method: readRun({ ...firstRun, method: { type: 'pfeiffer', bottleneck: 3 } }).method,
    tensors: new Map(),
    labels: ['no', 'yes'],
    pooling: 'cls',
    maxLength: null,
    base: null,
    notes: [],
    run: null,
  };
  const beside = readRun({ ...firstRun, data: { task: 'sms_spam' }, training: { epochs: 9, maxLength: 48 } });

  test('takes from the page what its files do not say', () => {
    pageStore.setState({ ...initialState, run: firstRun });
    const run = runOfAdapter(adapter);
    expect(run).toEqual({ ...firstRun, name: 'elsewhere', method: adapter.method, pooling: 'cls' });
  });

  test.each([
    ['', 'trivia_topics'],
    ['x'.repeat(1000), 'x'.repeat(200)],
  ])('has a name, whatever its file says', (name, expected) => {
    pageStore.setState({ ...initialState, run: firstRun });
    expect(runOfAdapter({ ...adapter, name }).name).toContain(expected);
  });

  test('takes the task and the training of the run file beside it, if the rows are here', () => {
    expect(runOfAdapter({ ...adapter, run: beside })).toMatchObject({ data: beside.data, training: beside.training });
    const foreign = readRun({ ...beside, data: { train: 'theirs.csv', test: 'test.csv' } });
    expect(runOfAdapter({ ...adapter, run: foreign })).toMatchObject({ data: firstRun.data });
  });
});

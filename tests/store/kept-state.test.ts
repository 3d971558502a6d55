import { beforeEach, expect, test, vi } from 'vitest';
import { hear } from '../../src/store/hear.ts';
import { replaceRows } from '../../src/store/own-data.ts';
import { initialState, pageStore } from '../../src/store/page.ts';
import type { RunRecord } from '../../src/store/records.ts';
import { initialRuns, runsStore } from '../../src/store/runs.ts';
import { readRun, taskName } from '../../src/training/run.ts';

const kept: { shelf: string; key: string }[] = [];
vi.mock('../../src/store/storage.ts', async (original) => ({
  ...(await original<typeof import('../../src/store/storage.ts')>()),
  keep: async (shelf: string, key: string) => {
    kept.push({ shelf, key });
    return true;
  },
}));

beforeEach(() => {
  pageStore.setState(initialState, true);
  runsStore.setState(initialRuns, true);
  kept.length = 0;
});

const state = {
  step: 1,
  epochs: 0,
  lossSum: 1,
  trainable: new Map(),
  optimizer: { updates: 1, firstMoments: new Map(), secondMoments: new Map() },
  testLogits: [],
  baseline: null,
};

test('where a run on own rows stands is kept, whatever the order of its fields', () => {
  replaceRows('mine.csv', [
    { text: 'a', label: 'x', line: 1 },
    { text: 'b', label: 'y', line: 2 },
  ]);
  const { run } = pageStore.getState();
  pageStore.setState({ task: { name: 'mine.csv', trainRows: 1, testRows: 1, labels: ['x', 'y'], examples: [] } });
  runsStore.setState({ runs: [{ id: 'this', run } as RunRecord], current: 'this' });
  // The worker reads a run before it sets it up.
  const asRead = readRun(run);
  expect(JSON.stringify(asRead)).not.toBe(JSON.stringify(run));
  hear({ type: 'state', run: asRead, state });
  expect(kept).toContainEqual({ shelf: 'states', key: 'this' });
});

test('where a run of other settings stands is not', () => {
  const { run } = pageStore.getState();
  pageStore.setState({
    task: { name: taskName(run), trainRows: 1, testRows: 1, labels: ['x', 'y'], examples: [] },
  });
  runsStore.setState({ runs: [{ id: 'this', run } as RunRecord], current: 'this' });
  hear({ type: 'state', run: readRun({ ...run, training: { ...run.training, seed: 8 } }), state });
  expect(kept).toEqual([]);
});

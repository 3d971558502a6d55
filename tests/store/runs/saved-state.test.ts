import { beforeEach, expect, test, vi } from 'vitest';
import { replaceRows } from '../../../src/store/dataset/actions.ts';
import { onEvent } from '../../../src/store/events.ts';
import { initialState, pageStore } from '../../../src/store/page/state.ts';
import type { RunRecord } from '../../../src/store/runs/records.ts';
import { noteRows } from '../../../src/store/runs/saved-state.ts';
import { initialRuns, runsStore, withStates } from '../../../src/store/runs/state.ts';
import { taskName } from '../../../src/training/run.ts';
import { eventually } from '../../support/eventually.ts';
import { sessionState } from '../../support/reports.ts';

const kept: { shelf: string; key: string }[] = [];
vi.mock('../../../src/store/storage.ts', async (original) => ({
  ...(await original<typeof import('../../../src/store/storage.ts')>()),
  put: async (shelf: string, key: string) => {
    kept.push({ shelf, key });
    return true;
  },
}));

beforeEach(() => {
  pageStore.setState(initialState, true);
  runsStore.setState(initialRuns, true);
  kept.length = 0;
});

test('where a run on own rows stands is kept', async () => {
  replaceRows('mine.csv', [
    { text: 'a', label: 'x', line: 1 },
    { text: 'b', label: 'y', line: 2 },
  ]);
  const { run } = pageStore.getState();
  const task = { name: 'mine.csv', trainRows: 1, testRows: 1, labels: ['x', 'y'], examples: [] };
  pageStore.setState({ task, runId: 'this' });
  noteRows('this', task);
  runsStore.setState({ runs: [{ id: 'this', run } as RunRecord], current: 'this' });
  onEvent({ type: 'state', runId: 'this', state: sessionState });
  const states = () => kept.flatMap(({ shelf, key }) => (shelf === 'states' ? [key] : []));
  await eventually(() => expect(states()).toHaveLength(1));
  // The next one is written to the other of two places: while it is, this one stands.
  onEvent({ type: 'state', runId: 'this', state: sessionState });
  await eventually(() => expect(states().sort()).toEqual(['this', 'this~']));
});

test('where a run of other settings stands is not, nor one whose record was deleted', () => {
  const { run } = pageStore.getState();
  pageStore.setState({
    task: { name: taskName(run), trainRows: 1, testRows: 1, labels: ['x', 'y'], examples: [] },
  });
  runsStore.setState({ runs: [{ id: 'this', run } as RunRecord], current: 'this' });
  pageStore.setState({ runId: 'this' });
  onEvent({ type: 'state', runId: 'before', state: sessionState });
  runsStore.setState({ current: null });
  onEvent({ type: 'state', runId: 'this', state: sessionState });
  expect(kept).toEqual([]);
});

test('of many large states, those of pinned and of the latest runs are kept', () => {
  const runs = Array.from({ length: 40 }, (_, i) => ({
    id: String(i),
    startedAt: i,
    pinned: i === 3,
    status: 'done',
    counts: { trainable: 5_000_000 },
  })) as RunRecord[];
  // 20 MB each, 512 MB in all.
  const latest = runs.slice(-24).map(({ id }) => id);
  expect(withStates(runs)).toEqual(['3', ...latest.reverse()]);
  expect(withStates(runs.slice(0, 4))).toEqual(['3', '2', '1', '0']);
});

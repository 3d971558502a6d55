import { expect, test } from 'vitest';
import { firstRun } from '../../../src/store/page/state.ts';
import { nextSorting, sortedRuns } from '../../../src/store/runs/columns.ts';
import type { RunRecord } from '../../../src/store/runs/records.ts';

const record = (name: string, accuracy: number | null, forward: number | null, pinned = false): RunRecord => ({
  id: name,
  name,
  run: firstRun,
  startedAt: 0,
  pinned,
  status: 'done',
  device: 'test',
  counts: { base: 1, adapter: 1, head: 1, trainable: 2, total: 3, ratioOfBase: 1, ratioOfAll: 2 / 3 },
  totalSteps: 1,
  stepsDone: 1,
  steps: [],
  epochs:
    accuracy === null ? [] : [{ epoch: 1, trainLoss: 1, test: { accuracy, macroF1: accuracy, loss: 1 - accuracy } }],
  final: null,
  baseline: [],
  baselines: null,
  outcome: null,
  milliseconds: 1,
  memoryBytes: 1,
  latency: forward === null ? null : { base: 1, adapted: forward, examples: 16, tokens: 32 },
});

const runs = [
  record('run 10', 0.5, 3),
  record('run 9', null, null),
  record('run 8', 0.9, 2),
  record('kept', 0.1, 9, true),
];
const names = (list: readonly RunRecord[]) => list.map(({ name }) => name);

test('unsorted, the newest comes first, below what is pinned', () => {
  expect(names(sortedRuns(runs, null))).toEqual(['kept', 'run 8', 'run 9', 'run 10']);
});

test('sorted either way, pinned runs stay on top and runs without a value come last', () => {
  expect(names(sortedRuns(runs, { column: 'accuracy', direction: 'descending' }))).toEqual([
    'kept',
    'run 8',
    'run 10',
    'run 9',
  ]);
  expect(names(sortedRuns(runs, { column: 'latency', direction: 'ascending' }))).toEqual([
    'kept',
    'run 8',
    'run 10',
    'run 9',
  ]);
  expect(names(sortedRuns(runs, { column: 'latency', direction: 'descending' })).at(-1)).toBe('run 9');
});

test('names sort with their numbers as numbers', () => {
  expect(names(sortedRuns(runs, { column: 'name', direction: 'ascending' })).slice(1)).toEqual([
    'run 8',
    'run 9',
    'run 10',
  ]);
});

test('a head sorts by its best end, then by the other, then no more; another head begins anew', () => {
  const once = nextSorting(null, 'accuracy');
  expect(once).toEqual({ column: 'accuracy', direction: 'descending' });
  const twice = nextSorting(once, 'accuracy');
  expect(twice).toEqual({ column: 'accuracy', direction: 'ascending' });
  expect(nextSorting(twice, 'accuracy')).toBeNull();
  expect(nextSorting(once, 'loss')).toEqual({ column: 'loss', direction: 'ascending' });
});

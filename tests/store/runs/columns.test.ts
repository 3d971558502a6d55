import { describe, expect, test } from 'vitest';
import type { TaskKind } from '../../../src/model/task-kind.ts';
import { firstRun } from '../../../src/store/page/state.ts';
import { accuracyOf, gainOf, nextSorting, secondOf, sortedRuns } from '../../../src/store/runs/columns.ts';
import { readRecord } from '../../../src/store/runs/record-schemas.ts';
import type { RunRecord } from '../../../src/store/runs/records.ts';
import type { AnyScores, Evaluation } from '../../../src/training/records/records.ts';
import { readRun } from '../../../src/training/run.ts';

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

describe('runs of other kinds', () => {
  const head = { learningRate: 0.1, batchSize: 8, epochs: 1, plannedEpochs: 1, steps: 4, validation: null };
  const of = (kind: TaskKind, test: AnyScores, base: AnyScores): RunRecord => ({
    ...record(kind, null, null),
    run: readRun({ ...firstRun, data: { train: 'rows.csv', kind } }),
    epochs: [{ epoch: 1, trainLoss: 1, test }],
    baselines: { sameBudget: null, best: { ...head, test: base } },
  });
  const labels = of(
    'multi-label',
    { loss: 1, microF1: 0.8, macroF1: 0.7, exact: 0.5 },
    { loss: 1, microF1: 0.5, macroF1: 0.4, exact: 0.3 },
  );
  const numbers = of('regression', { loss: 1, pearson: 0.9, spearman: -0.2 }, { loss: 1, pearson: 0.4, spearman: 0 });
  const words = of(
    'token',
    { loss: 1, accuracy: 0.6, macroF1: 0.5, entityF1: null },
    { loss: 1, accuracy: 0.7, macroF1: 0.5, entityF1: null },
  );

  test('are measured by what takes accuracy’s place', () => {
    const told = [labels, numbers, words].map((run) => [accuracyOf(run), secondOf(run), gainOf(run)?.toFixed(1)]);
    expect(told).toEqual([
      [0.8, 0.7, '30.0'],
      [0.9, -0.2, '0.5'],
      [0.6, 0.5, '-10.0'],
    ]);
    expect(names(sortedRuns([labels, numbers, words], { column: 'accuracy', direction: 'descending' }))).toEqual([
      'regression',
      'multi-label',
      'token',
    ]);
  });

  test('a correlation without a value comes last', () => {
    const none = of('regression', { loss: 1, pearson: null, spearman: null }, { loss: 1, pearson: 0.4, spearman: 0 });
    expect([accuracyOf(none), gainOf(none)]).toEqual([null, null]);
    const sorted = sortedRuns([none, numbers], { column: 'accuracy', direction: 'descending' });
    expect(sorted[0]).toBe(numbers);
  });

  test('come back from storage as they were', () => {
    const counts = { given: [[1, 0]], hits: [[1, 0]], exact: [1, 2] };
    const facts = { rows: 3, fixed: 1, broken: 0 };
    const outcomes: Record<string, Evaluation> = {
      'multi-label': {
        ...facts,
        kind: 'multi-label',
        labels: ['a'],
        there: [2],
        thresholds: [0.3, 0.6],
        adapted: counts,
        base: null,
        flipped: [{ text: 'x', label: [0], base: [], adapted: [0] }],
      },
      regression: {
        ...facts,
        kind: 'regression',
        labels: [],
        points: [{ target: 1, adapted: 2, base: null }],
        flipped: [{ text: 'x', label: 1, base: 3, adapted: 2 }],
      },
      token: {
        ...facts,
        kind: 'token',
        labels: ['O', 'B-X'],
        confusion: [[1, 0]],
        baseConfusion: null,
        flipped: [{ text: 'x y', word: 'y', label: 0, base: 1, adapted: 0, confidence: 0.9 }],
      },
    };
    for (const run of [labels, numbers, words]) {
      const whole = { ...run, outcome: outcomes[run.id] ?? null };
      expect(readRecord('runs', run.id, structuredClone(whole))).toEqual(whole);
    }
  });
});

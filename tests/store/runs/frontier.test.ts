import { describe, expect, test } from 'vitest';
import { methodSchema } from '../../../src/model/methods.ts';
import { firstRun } from '../../../src/store/page/state.ts';
import { withMethodType } from '../../../src/store/run/settings.ts';
import { frontierOf } from '../../../src/store/runs/frontier.ts';
import { runTitle, widthOf } from '../../../src/store/runs/naming.ts';
import type { RunRecord } from '../../../src/store/runs/records.ts';
import { canBeDrawn, drawnRuns } from '../../../src/store/runs/state.ts';
import type { Run } from '../../../src/training/run.ts';

let made = 0;
function record(run: Run, accuracy: number, more: Partial<RunRecord> = {}): RunRecord {
  const ratioOfAll = 0.01 * (1 + Number(widthOf(run)));
  return {
    id: String(made++),
    name: runTitle(run),
    run,
    startedAt: made,
    pinned: false,
    status: 'done',
    device: 'test',
    counts: { base: 1, adapter: 1, head: 1, trainable: 2, total: 3, ratioOfBase: 1, ratioOfAll },
    totalSteps: 1,
    stepsDone: 1,
    steps: [],
    epochs: [{ epoch: 1, trainLoss: 1, test: { accuracy, macroF1: accuracy, loss: 1 } }],
    final: null,
    baseline: [],
    baselines: null,
    outcome: null,
    milliseconds: 1,
    memoryBytes: 1,
    ...more,
  };
}
const withMethod = (method: object): Run =>
  ({ ...firstRun, method: methodSchema.parse({ ...firstRun.method, ...method }) }) as Run;
const wide = (bottleneck: number) => withMethod({ bottleneck });
const trained = (run: Run, training: Partial<Run['training']>): Run => ({
  ...run,
  training: { ...run.training, ...training },
});
const full = withMethodType(firstRun, 'full');
const sweep = [record(wide(1), 0.7), record(wide(4), 0.8), record(wide(16), 0.85)];
const accuracies = (frontier: ReturnType<typeof frontierOf>) =>
  frontier.lines.map(({ points }) => points.map(({ accuracy }) => accuracy));

describe('the frontier', () => {
  test('joins runs that differ in their width alone; others are loose', () => {
    const oneLayer = record(withMethod({ layers: [3] }), 0.5);
    const oneEpoch = record(trained(wide(16), { epochs: 1 }), 0.4);
    const fewerSites = record(withMethod({ bottleneck: 4, without: ['0.ffn'] }), 0.6);
    const otherRate = record(trained(wide(4), { learningRate: 0.02 }), 0.3);
    const others = [oneLayer, oneEpoch, fewerSites, otherRate];
    const frontier = frontierOf([...others.slice(0, 2), ...sweep, ...others.slice(2)], firstRun, 'playground');
    expect(accuracies(frontier)).toEqual([[0.7, 0.8, 0.85]]);
    expect(new Set(frontier.loose)).toEqual(new Set(others));
  });

  test('full fine-tuning has its line from a run of the same epochs and settings only', () => {
    const short = record(trained(full, { epochs: 1 }), 0.69);
    expect(frontierOf([...sweep, short], firstRun, 'playground')).toMatchObject({ full: null, loose: [short] });
    const whole = record(full, 0.9);
    expect(frontierOf([...sweep, short, whole], firstRun, 'playground').full?.accuracy).toBe(0.9);
    // Its own view is the same picture.
    expect(accuracies(frontierOf([...sweep, short, whole], full, 'playground'))).toEqual([[0.7, 0.8, 0.85]]);
  });

  test('seeds are a spread at one width, not two points of a line', () => {
    const other = record(trained(wide(4), { seed: 8 }), 0.9);
    const { lines, seeds } = frontierOf([...sweep, other], firstRun, 'playground');
    expect(lines[0]?.points.map(({ lowest, highest }) => [lowest, highest])).toEqual([
      [0.7, 0.7],
      [0.8, 0.9],
      [0.85, 0.85],
    ]);
    expect(lines[0]?.points[1]?.accuracy).toBeCloseTo(0.85);
    expect(seeds).toEqual([7, 8]);
  });

  test('LoRA of several ranks is one line where alpha goes with the rank', () => {
    const lora = (rank: number, alpha: number): Run => ({
      ...withMethodType(firstRun, 'lora'),
      method: methodSchema.parse({ type: 'lora', rank, alpha }),
    });
    const runs = [record(lora(2, 2), 0.6), record(lora(8, 8), 0.7), record(lora(4, 32), 0.1)];
    const { lines, loose } = frontierOf(runs, firstRun, 'playground');
    expect(lines[0]?.points).toHaveLength(2);
    expect(loose).toEqual([runs[2]]);
  });

  test('other rows, encoders, unfinished runs and other lessons are left out', () => {
    const elsewhere = [
      record({ ...wide(2), data: { task: 'sms_spam', limit: 2000, testLimit: 300 } }, 0.2),
      record({ ...wide(2), data: { ...firstRun.data, limit: 100 } as Run['data'] }, 0.2),
      record({ ...wide(2), model: 'another' }, 0.2),
      record(wide(2), 0.2, { status: 'unfinished' }),
      record(wide(2), 0.2, { origin: 'places' }),
    ];
    const frontier = frontierOf([...sweep, ...elsewhere], firstRun, 'playground');
    expect(frontier).toMatchObject({ loose: [] });
    expect(accuracies(frontier)).toEqual([[0.7, 0.8, 0.85]]);
    expect(frontierOf([...sweep, ...elsewhere], firstRun, 'quality')).toEqual({
      lines: [],
      loose: [],
      full: null,
      seeds: [],
    });
    expect(accuracies(frontierOf([...sweep, ...elsewhere], firstRun, 'places'))).toEqual([[0.2]]);
  });
});

describe('runs drawn beside the page’s', () => {
  test('are of its task, and of its lesson', () => {
    const same = record(wide(2), 0.5);
    const otherTask = record({ ...firstRun, data: { task: 'sms_spam' } }, 0.5);
    const ofLesson = record(wide(2), 0.5, { origin: 'cost' });
    const runs = [same, otherTask, ofLesson];
    const overlaid = runs.map(({ id }) => id);
    expect(drawnRuns({ runs, overlaid }, firstRun, 'playground')).toEqual([same]);
    expect(drawnRuns({ runs, overlaid }, firstRun, 'cost')).toEqual([ofLesson]);
    expect(canBeDrawn(otherTask, firstRun, 'playground')).toBe(false);
  });
});

import type { RunRecord } from '../../src/store/runs/records.ts';
import { readRun } from '../../src/training/run.ts';

/** A run's record as the page saves it, in the middle of its second epoch. */
export const runRecord = (id: string): RunRecord => ({
  id,
  name: `run ${id}`,
  run: readRun({
    name: `run ${id}`,
    data: { task: 'trivia_topics', limit: 32, testLimit: 16 },
    method: { type: 'houlsby', bottleneck: 4 },
    training: { epochs: 2 },
  }),
  origin: 'playground',
  startedAt: 1_795_747_708_156,
  pinned: false,
  status: 'unfinished',
  device: '2 threads',
  counts: { base: 100, adapter: 10, head: 2, trainable: 12, total: 112, ratioOfBase: 0.1, ratioOfAll: 12 / 112 },
  totalSteps: 4,
  stepsDone: 3,
  steps: [0, 1, 2].map((step) => ({
    step,
    loss: 1 / (step + 1),
    learningRate: 1e-3,
    gradNorm: Number.NaN,
    milliseconds: 5,
  })),
  epochs: [{ epoch: 1, trainLoss: 1, test: { loss: 1, accuracy: 0.5, macroF1: 0.4 } }],
  final: null,
  baseline: [],
  baselines: null,
  outcome: null,
  latency: null,
  milliseconds: 15,
  memoryBytes: 1000,
  memoryOf: 'run',
});

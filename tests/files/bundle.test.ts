import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { makeDataset } from '../../src/data/dataset.ts';
import {
  BundleError,
  checkBundle,
  dataFacts,
  datasetOfBundle,
  readBundle,
  writeBundle,
} from '../../src/files/bundle.ts';
import { trainingPlan } from '../../src/model/methods.ts';
import { trainableParameters } from '../../src/model/parameters.ts';
import { headBias, headWeight } from '../../src/model/tensor-names.ts';
import { type Bundle, noHistory, type SessionState, wholeRows } from '../../src/training/records/saved-run.ts';
import { readRun } from '../../src/training/run.ts';
import { measureOf } from '../../src/training/scores/measures.ts';

/** Bundles as version 1 wrote them, and bundles with validation rows. */

const earlier = (name: string) => readBundle(readFileSync(`tests/files/bundles/version-1-${name}.zip`), name);

test('a finished run of version 1 keeps its one baseline as the best one, and its last epoch as the final one', () => {
  const { run, history, state } = earlier('finished');
  expect(run.training.choose).toBe('last');
  expect(history.final).toEqual({ epoch: 2, test: history.epochs[1]?.test });
  expect(history.baseline).toEqual([]);
  const best = { learningRate: 0.003, batchSize: 32, epochs: 15, plannedEpochs: 15, steps: 45, validation: null };
  expect(history.baselines?.sameBudget).toBeNull();
  expect(history.baselines?.best).toMatchObject(best);
  expect(measureOf('single-label', history.baselines?.best.test ?? null)).toBeCloseTo(0.44, 6);
  expect(state).toMatchObject({ finished: true, best: null, step: 4 });
  expect(state.logits).toHaveLength(5);
  expect(state.baseline?.heads.best.get(headBias)?.data).toEqual(Float32Array.of(0.5, 0.5));
});

test('a run of version 1 that was paused trains its baselines anew when it goes on', () => {
  const { history, state } = earlier('paused');
  expect(history.final).toBeNull();
  expect(state).toMatchObject({ finished: false, epochs: 1, baseline: null });
});

const sizes = { layers: 1, hidden: 4, heads: 1, intermediate: 4, vocabulary: 9, positions: 8 };
const config = { family: 'bert' as const, ...sizes, tokenTypes: 2, layerNormEpsilon: 1e-12 };
const rows = (count: number) => Array.from({ length: count }, (_, i) => ({ text: `${i}`, label: `${i % 2}`, line: i }));
const sha256 = '0'.repeat(64);

/** A run after its second epoch, whose first one was the best so far. */
async function bundleOf(data: object, validation?: ReturnType<typeof rows>): Promise<Bundle> {
  const training = { epochs: 4, batchSize: 16, choose: 'best-epoch', patience: 2 };
  const run = readRun({ name: 'x', data, method: { type: 'houlsby', bottleneck: 2 }, training });
  const read = { train: rows(40), test: rows(6), ...(validation ? { validation } : {}) };
  const { validationShare } = run.data;
  const dataset = makeDataset(read, { name: 'x', validationShare, seed: run.training.seed });
  const wanted = trainableParameters(config, trainingPlan(run.method, 1), 2);
  const tensors = (value: number, of = wanted) =>
    new Map(
      of.map(({ name, shape }) => {
        const size = shape.reduce((a, b) => a * b, 1);
        return [name, { shape: [...shape], data: new Float32Array(size).fill(value) }];
      }),
    );
  const head = wanted.filter(({ name }) => name === headWeight || name === headBias);
  const scores = { loss: 1, accuracy: 0.5, macroF1: 0.5 };
  const trained = { learningRate: 0.01, batchSize: 16, epochs: 1, plannedEpochs: 4, steps: 3 };
  const record = { ...trained, validation: scores, test: null };
  const records = { sameBudget: record, best: { ...record, learningRate: 0.03 } };
  const logits = dataset.validation.map(() => [0.5, 1]);
  const steps = 2 * Math.ceil(dataset.train.length / 16);
  const state: SessionState = {
    step: steps,
    epochs: 2,
    lossSum: 0,
    finished: false,
    trainable: tensors(1),
    optimizer: { updates: steps, firstMoments: tensors(2), secondMoments: tensors(3) },
    best: { epoch: 1, loss: 0.5, trainable: tensors(4) },
    logits,
    baseline: { records, heads: { sameBudget: tensors(5, head), best: tensors(6, head) }, logits },
  };
  const history = {
    ...noHistory(),
    epochs: [1, 2].map((epoch) => ({ epoch, trainLoss: 1, validation: scores })),
    baseline: [{ epoch: 1, trainLoss: 1, validation: scores }],
    baselines: records,
  };
  const { labels } = dataset;
  const encoder = { config, sha256 };
  return { run, labels, encoder, data: await dataFacts(dataset), history, state, rows: wholeRows(dataset) };
}

test.each([
  [{ train: 'a.csv', validationShare: 0.25 }, undefined, 10],
  [{ train: 'a.csv', validation: 'b.csv' }, rows(7), 7],
])('a run with validation rows (%j) comes back whole, with the same rows', async (data, validation, count) => {
  const bundle = await bundleOf(data, validation);
  const back = readBundle(writeBundle(bundle), 'run.zip');
  expect(back).toEqual(bundle);
  if (!back.rows) throw new Error('no rows');
  const dataset = datasetOfBundle('x', back, back.rows);
  expect(dataset.validation).toHaveLength(count);
  await checkBundle(back, sha256, dataset);
  const others = { ...dataset, validation: dataset.validation.slice(1) };
  await expect(checkBundle(back, sha256, others)).rejects.toThrow('validation rows differ');
});

const best = { epoch: 3, loss: 1, trainable: null };
test.each([
  ['a best epoch that was not trained', { best }],
  ['no best epoch', { best: null }],
  ['more steps than epochs', { step: 99 }],
])('%s is refused', async (_, change: Partial<SessionState>) => {
  const bundle = await bundleOf({ train: 'a.csv', validationShare: 0.25 });
  const broken = writeBundle({ ...bundle, state: { ...bundle.state, ...change } });
  expect(() => readBundle(broken, 'run.zip')).toThrow(BundleError);
});

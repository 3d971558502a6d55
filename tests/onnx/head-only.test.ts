import { expect, test } from 'vitest';
import { scoresOf } from '../../src/training/records/records.ts';
import { Session } from '../../src/training/session.ts';
import { withTinyEncoder } from '../support/golden.ts';
import { withTinyOnWasm } from '../support/wasm.ts';
import { wordsDataset, wordsRun } from '../support/words.ts';

/** A run that trains the head alone is its own frozen baseline, on either engine, with validation rows and without. */

const engines = { webgpu: withTinyEncoder(), wasm: withTinyOnWasm() };

const half = wordsDataset.test.length / 2;
const withValidation = {
  ...wordsDataset,
  validation: wordsDataset.test.slice(0, half),
  test: wordsDataset.test.slice(half),
};
const choosing = { choose: 'best-epoch', patience: 1, weightDecay: 0.1, schedule: 'cosine' };

test.each([
  ['webgpu', wordsDataset, {}],
  ['wasm', wordsDataset, {}],
  ['webgpu', withValidation, choosing],
  ['wasm', withValidation, choosing],
] as const)('on %s', async (engine, dataset, choice) => {
  const { encoder, files } = engines[engine];
  const data = dataset.validation.length > 0 ? { train: 'words', validation: 'words' } : { task: 'words' };
  const run = wordsRun({ method: { type: 'head-only' }, data }, { epochs: 3, ...choice });
  const session = await Session.create({ encoder, tokenizer: files.tokenizer, dataset, run, now: () => 0 });
  const curves: Record<'epoch' | 'baseline', [number, number][]> = { epoch: [], baseline: [] };
  for await (const event of session.events()) {
    if (event.type === 'epoch' || event.type === 'baseline')
      curves[event.type].push([event.record.trainLoss, scoresOf(event.record).loss]);
    if (event.type !== 'final') continue;
    expect(event.baselines?.sameBudget?.test?.accuracy).toBe(event.record.test.accuracy);
    expect(event.baselines?.sameBudget?.epochs).toBe(event.record.epoch);
  }
  expect(curves.baseline).toHaveLength(curves.epoch.length);
  curves.epoch.flat().forEach((loss, i) => {
    expect(curves.baseline.flat()[i]).toBeCloseTo(loss, 5);
  });
  session.destroy();
});

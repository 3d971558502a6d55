import { expect, test } from 'vitest';
import { readRecordedRun } from '../../src/headless/recorded-run.ts';
import { verifyRun } from '../../src/headless/verify.ts';
import { goldenFolder } from '../support/golden.ts';
import { withTinyOnWasm } from '../support/wasm.ts';

const runs = Object.keys(import.meta.glob('../golden/runs/*/run.json')).map((path) => path.split('/')[3] ?? '');

const tiny = withTinyOnWasm();

test('there are recorded runs', () => {
  expect(runs.length).toBeGreaterThanOrEqual(16);
});

test.each(runs)('%s equals PyTorch', async (name) => {
  const recorded = await readRecordedRun(goldenFolder(`runs/${name}`));
  const { checks } = await verifyRun(recorded, tiny.encoder, tiny.files.tokenizer);
  expect(checks.length).toBeGreaterThan(15);
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
});

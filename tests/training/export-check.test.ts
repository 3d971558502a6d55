import { expect, test } from 'vitest';
import { Tokenizer } from '../../src/data/tokenizer/tokenizer.ts';
import type { Batch } from '../../src/engine/contract.ts';
import { checkExport, type ExportAgreement } from '../../src/training/experiments/export-check.ts';
import { readRun } from '../../src/training/run.ts';
import tokenizerJson from '../golden/models/tiny/tokenizer.json' with { type: 'json' };

const classes = 3;
const texts = Array.from({ length: 10 }, (_, i) => `a${' b'.repeat(i)}`);
const dataset = {
  name: 'check',
  labels: ['x', 'y', 'z'],
  train: [],
  validation: [],
  test: texts.map((text) => ({ text, label: 0 })),
};
const run = readRun({
  name: 'check',
  data: { task: 'sms_spam' },
  method: { type: 'head-only' },
  training: { batchSize: 4 },
});
const tokenizer = new Tokenizer(tokenizerJson);

/** Logits that depend on a row's length alone. */
const logitsOf =
  (change: (length: number, logits: number[]) => void = () => {}) =>
  async ({ lengths }: Batch): Promise<Float32Array> =>
    Float32Array.from(
      [...lengths].flatMap((length) => {
        const logits = Array.from({ length: classes }, (_, c) => Math.sin(length * (c + 1)));
        change(length, logits);
        return logits;
      }),
    );

async function check(
  change: (length: number, logits: number[]) => void,
  { most = texts.length, microBatches = 1 }: { most?: number; microBatches?: number } = {},
) {
  const parts = {
    engine: { evaluate: logitsOf() },
    exported: logitsOf(change),
    run: { ...run, training: { ...run.training, microBatches } },
    dataset,
    tokenizer,
    maxLength: 16,
  };
  const steps = checkExport(parts, most);
  const told: number[] = [];
  let next = await steps.next();
  while (!next.done) {
    told.push(next.value.done);
    next = await steps.next();
  }
  return { told, agreement: next.value as ExportAgreement };
}

test('no more rows are asked about at once than a step computes', async () => {
  expect((await check(() => {}, { microBatches: 2 })).told).toEqual([2, 4, 6, 8, 10]);
});

test('the same answers agree, and every batch is told of', async () => {
  const { told, agreement } = await check(() => {});
  expect(told).toEqual([4, 8, 10]);
  expect(agreement).toEqual({ rows: 10, largestDifference: 0, samePredictions: 1 });
});

test('no more rows are asked about than allowed', async () => {
  const { told, agreement } = await check(() => {}, { most: 5 });
  expect(told).toEqual([4, 5]);
  expect(agreement.rows).toBe(5);
});

test('one other logit is the largest difference, and may be another answer', async () => {
  const { agreement } = await check((length, logits) => {
    // Three tokens: only the shortest text.
    if (length === 3) logits[1] = (logits[1] ?? 0) + 4;
  });
  expect(agreement.largestDifference).toBeCloseTo(4, 6);
  expect(agreement.samePredictions).toBe(0.9);
});

test('what is no number is not passed over', async () => {
  const { agreement } = await check((length, logits) => {
    if (length === 5) logits[0] = Number.NaN;
  });
  expect(agreement.largestDifference).toBeNaN();
});

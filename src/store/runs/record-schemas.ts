import { z } from 'zod';
import type { NamedTensors } from '../../engine/contract.ts';
import { elementCount } from '../../model/parameters.ts';
import { type EarlierState, upgradeHistory } from '../../training/records/earlier-versions.ts';
import type { AnyScores, EpochRecord, Evaluation } from '../../training/records/records.ts';
import type { SessionState } from '../../training/records/saved-run.ts';
import { type Run, RunFileError, readRun } from '../../training/run.ts';
import { lessonIds } from '../lessons/origin.ts';
import type { Named } from './naming.ts';
import type { RunRecord, SavedAdapter, SavedState } from './records.ts';

/** What the browser's storage holds is outside input: records as they are read back, earlier versions' among them. */

/** A number; a run that diverged leaves such that are none, and infinite ones. */
const number = z.custom<number>((value) => typeof value === 'number');
const count = z.number().int().min(0);
const milliseconds = z.number();
const idSchema = z.string().min(1).max(100);
/** An average of averages is named after all that it is made of. */
const name = z.string().max(2 ** 16);
const labels = z.array(z.string().max(2 ** 24)).max(10_000);

/** A run's settings, an earlier version's too. */
export const runSchema = z.unknown().transform((value, context): Run => {
  try {
    return readRun(value);
  } catch (error) {
    if (!(error instanceof RunFileError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});

/** Scores of one class a row; those of words have more, and come first. */
const classScores = z.object({ loss: number, accuracy: number, macroF1: number });
const scores: z.ZodType<AnyScores> = z.union([
  classScores.extend({ entityF1: number.nullable() }),
  classScores,
  z.object({ loss: number, microF1: number, macroF1: number, exact: number }),
  z.object({ loss: number, pearson: number.nullable(), spearman: number.nullable() }),
]);
const step = z.object({ step: count, loss: number, learningRate: number, gradNorm: number, milliseconds });
const onTest = z.object({ epoch: count, trainLoss: number, test: scores });
const earlierTest = onTest.extend({ test: classScores });
const epoch: z.ZodType<EpochRecord> = z.union([
  z.object({ epoch: count, trainLoss: number, validation: scores }),
  onTest,
]);
const headRecord = z.object({
  learningRate: number.nullable(),
  batchSize: count,
  epochs: count,
  plannedEpochs: count,
  steps: count.nullable(),
  validation: scores.nullable(),
  test: scores.nullable(),
});
const baselines = z.object({ sameBudget: headRecord.nullable(), best: headRecord }).nullable();
const matrix = z.array(z.array(number));
const evaluation = {
  labels,
  on: z.enum(['validation', 'test']).optional(),
  rows: count,
  fixed: count,
  broken: count,
};
const places = z.array(count);
const thresholdCounts = z.object({ given: matrix, hits: matrix, exact: z.array(number) });
const outcome: z.ZodType<Evaluation> = z.union([
  z.object({
    ...evaluation,
    kind: z.enum(['single-label', 'token']).optional(),
    confusion: matrix,
    baseConfusion: matrix.nullable(),
    flipped: z.array(
      z.object({
        text: z.string(),
        second: z.string().optional(),
        word: z.string().optional(),
        label: count,
        base: count,
        adapted: count,
        confidence: number,
      }),
    ),
  }),
  z.object({
    ...evaluation,
    kind: z.literal('multi-label'),
    there: places,
    thresholds: z.array(number),
    adapted: thresholdCounts,
    base: thresholdCounts.nullable(),
    flipped: z.array(
      z.object({ text: z.string(), second: z.string().optional(), label: places, base: places, adapted: places }),
    ),
  }),
  z.object({
    ...evaluation,
    kind: z.literal('regression'),
    points: z.array(z.object({ target: number, adapted: number, base: number.nullable() })),
    flipped: z.array(
      z.object({ text: z.string(), second: z.string().optional(), label: number, base: number, adapted: number }),
    ),
  }),
]);
const spread = z.object({ from: milliseconds, to: milliseconds });
const latency = z.object({
  base: milliseconds,
  adapted: milliseconds,
  examples: count,
  tokens: count,
  spread: z.object({ base: spread, adapted: spread, rounds: count }).optional(),
  differs: z.boolean().optional(),
});

const everyVersion = {
  id: idSchema,
  name,
  renamed: z.boolean().optional(),
  run: runSchema,
  origin: z.enum(['playground', ...lessonIds]).optional(),
  startedAt: z.number(),
  pinned: z.boolean(),
  status: z.enum(['unfinished', 'done', 'failed']),
  device: z.string(),
  counts: z.object({
    base: count,
    adapter: count,
    head: count,
    trainable: count,
    total: count,
    ratioOfBase: number,
    ratioOfAll: number,
  }),
  totalSteps: count,
  stepsDone: count,
  steps: z.array(step).max(100_000),
  outcome: outcome.nullable(),
  latency: latency.nullable().optional(),
  milliseconds,
  memoryBytes: number,
  memoryOf: z.literal('run').optional(),
};
const presentRun = z.object({
  ...everyVersion,
  epochs: z.array(epoch).max(100_000),
  final: z.object({ epoch: count, test: scores }).nullable(),
  baseline: z.array(epoch).max(100_000),
  baselines,
});
/** One baseline, no validation rows. */
const earlierRun = z
  .object({
    ...everyVersion,
    epochs: z.array(earlierTest).max(100_000),
    baseline: z.array(z.object({ test: classScores.optional() })).max(100_000),
    baselines: z.undefined().optional(),
  })
  .transform((record): RunRecord => {
    const run: Run = { ...record.run, training: { ...record.run.training, choose: 'last' } };
    return { ...record, run, ...upgradeHistory(record, { finished: record.status === 'done' }) };
  });

const tensor = z
  .object({ shape: z.array(count).max(8), data: z.instanceof(Float32Array<ArrayBufferLike>) })
  .refine(({ shape, data }) => elementCount(shape) === data.length);
const tensors: z.ZodType<NamedTensors> = z.map(z.string().max(500), tensor);

/** Moments of a run that goes on; of one that has ended there are none. */
const fitting = (moments: NamedTensors, trainable: NamedTensors) =>
  moments.size === 0 || [...trainable].every(([key, { data }]) => moments.get(key)?.data.length === data.length);
const everyState = {
  step: count,
  epochs: count,
  lossSum: number,
  trainable: tensors,
  optimizer: z.object({ updates: count, firstMoments: tensors, secondMoments: tensors }),
};
const presentState: z.ZodType<SessionState> = z.object({
  ...everyState,
  finished: z.boolean(),
  best: z.object({ epoch: count, loss: number, trainable: tensors.nullable() }).nullable(),
  logits: matrix,
  baseline: z
    .object({
      records: z.object({ sameBudget: headRecord.nullable(), best: headRecord }),
      heads: z.object({ sameBudget: tensors.nullable(), best: tensors }),
      logits: matrix,
    })
    .nullable(),
});
const earlierState: z.ZodType<EarlierState> = z.object({
  ...everyState,
  testLogits: matrix,
  baseline: z.object({ head: tensors, learningRate: number, logits: matrix }).nullable(),
});

const named: z.ZodType<Named> = z.object({
  name,
  run: runSchema,
  renamed: z.boolean().optional(),
  get averageOf() {
    return z.tuple([named, named]).optional();
  },
});

export interface Records {
  runs: RunRecord;
  adapters: SavedAdapter;
  tensors: NamedTensors;
  states: SavedState;
}

const state = z.object({
  sequence: count.optional(),
  sha256: z.string().length(64).optional(),
  labels,
  trainRows: count,
  testRows: count,
  state: z
    .union([presentState, earlierState])
    .refine(
      ({ trainable, optimizer: { firstMoments, secondMoments } }) =>
        fitting(firstMoments, trainable) && fitting(secondMoments, trainable),
    ),
});

const recordSchemas: { [S in keyof Records]: z.ZodType<Records[S]> } = {
  runs: z.union([presentRun, earlierRun]),
  adapters: z.object({
    id: idSchema,
    name,
    renamed: z.boolean().optional(),
    averageOf: z.tuple([named, named]).optional(),
    run: runSchema,
    startedAt: z.number(),
    labels,
    accuracy: number.nullable(),
    testRows: count,
    bytes: count,
  }),
  tensors,
  // A state of an earlier version stays in its form until its run, which says what it lacks, is opened.
  states: state as unknown as z.ZodType<SavedState>,
};

/** The stores whose records are read by a schema. */
export const recordStores = Object.keys(recordSchemas) as (keyof Records)[];

/**
 * A record as it was read from storage or from a file, in today's form; undefined where it is damaged, or does not belong
 * under its key.
 */
export function readRecord<S extends keyof Records>(store: S, key: unknown, value: unknown): Records[S] | undefined {
  const record = parsed<Records[S]>(recordSchemas[store], value);
  if (record === undefined || !idSchema.safeParse(key).success) return undefined;
  return 'id' in record && record.id !== key ? undefined : record;
}

/** A value by its schema; undefined where it does not fit, however deep it is nested. */
export function parsed<T>(schema: z.ZodType<T>, value: unknown): T | undefined {
  try {
    const { data } = schema.safeParse(value);
    return data;
  } catch (error) {
    // Deeper than the stack.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

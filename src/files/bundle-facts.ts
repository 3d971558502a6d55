import { z } from 'zod';
import { msg, toEnglish } from '../base/message.ts';
import { encoderConfigSchema } from '../model/encoder-config.ts';
import type { TaskKind } from '../model/task-kind.ts';
import type { ScoresOf } from '../training/scores/scores.ts';

/** What bundle.json must look like, in today's version and in earlier ones. */

const count = z.number().int().min(0).max(1e12);
const number = z.number();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, toEnglish(msg`is no SHA-256 in hexadecimal`));
/** Scores of the kinds of tasks; which of them a run has, its run file says. */
export const scoreSchemas = {
  'single-label': z.object({ loss: number, accuracy: number, macroF1: number }),
  'multi-label': z.object({ loss: number, microF1: number, macroF1: number, exact: number }),
  regression: z.object({ loss: number, pearson: number.nullable(), spearman: number.nullable() }),
  token: z.object({ loss: number, accuracy: number, macroF1: number, entityF1: number.nullable() }),
} satisfies { [K in TaskKind]: z.ZodType<ScoresOf[K]> };
export const stepRecordSchema = z.object({
  step: count,
  loss: number,
  learningRate: number,
  gradNorm: number,
  milliseconds: number,
});
const epochRecord = z.object({ epoch: count, trainLoss: number });
const rowsFact = z.object({ rows: count.min(1), sha256 });

const commonFacts = z.object({
  format: z.literal('bottleneck-run'),
  labels: z.array(z.string()).max(1000),
  encoder: z.object({
    sha256,
    config: encoderConfigSchema,
  }),
});
const progress = z.object({ step: count, epochs: count, lossSum: number, updates: count });
const steps = z.array(stepRecordSchema).max(10_000_000);

const earlierRecords = z.array(epochRecord.extend({ test: scoreSchemas['single-label'] })).max(100_000);
/** The schema of earlier versions: one baseline, no validation rows. */
export const earlierFacts = commonFacts.extend({
  version: z.literal(1),
  data: z.object({ train: rowsFact, test: rowsFact }),
  progress: progress.extend({ baselineLearningRate: number.positive().nullable() }),
  history: z.object({ steps, epochs: earlierRecords, baseline: earlierRecords }),
});

/** Today's schema, for a kind of task. */
export function presentFacts<S>(scores: z.ZodType<S>) {
  const epochs = z
    .array(z.union([epochRecord.extend({ validation: scores }), epochRecord.extend({ test: scores })]))
    .max(100_000);
  const headRecord = z.object({
    learningRate: number.positive().nullable(),
    batchSize: count,
    epochs: count,
    plannedEpochs: count,
    steps: count.nullable(),
    validation: scores.nullable(),
    test: scores.nullable(),
  });
  const baselines = z.object({ sameBudget: headRecord.nullable(), best: headRecord }).nullable();
  return commonFacts.extend({
    version: z.literal(2),
    data: z.object({ train: rowsFact, validation: rowsFact.optional(), test: rowsFact }),
    progress: progress.extend({
      finished: z.boolean(),
      best: z.object({ epoch: count.min(1), loss: number }).nullable(),
      baselines,
    }),
    history: z.object({
      steps,
      epochs,
      baseline: epochs,
      final: z.object({ epoch: count, test: scores }).nullable(),
      baselines,
    }),
  });
}
export const headSchema = z.object({ format: z.literal('bottleneck-run'), version: z.literal([1, 2]) });
export type PresentFacts<S> = z.infer<ReturnType<typeof presentFacts<S>>>;
export type Facts<S> = z.infer<typeof earlierFacts> | PresentFacts<S>;

import type { Dataset } from '../../data/dataset.ts';
import type { Tokenizer } from '../../data/tokenizer/tokenizer.ts';
import type { Batch, Engine, LoadedEncoder, NamedTensors } from '../../engine/contract.ts';
import { rowsAtOnce } from '../../engine/micro-batches.ts';
import { headOnlyPlan } from '../../model/methods.ts';
import { outputsOf, type TaskKind } from '../../model/task-kind.ts';
import { epochBatches } from '../batches.ts';
import { engineSettings } from '../engine-settings.ts';
import { kindOf, type Run, rowLength } from '../run.ts';
import { learningRateAt } from '../schedule.ts';
import { type RowTask, TokenisedRows } from '../tokenised-rows.ts';
import { type Latency, timeForwards } from './latency.ts';

/** Two engines that check each other, and the cost of adapters at inference. */

export interface CheckParts {
  run: Run;
  dataset: Dataset<TaskKind>;
  tokenizer: Tokenizer;
}

export interface CrossCheckStep {
  step: number;
  losses: [number, number];
  gradNorms: [number, number];
}

export interface CrossCheckResult {
  steps: CrossCheckStep[];
  /** The largest differences over all steps, relative to the larger of the two. */
  lossDifference: number;
  gradNormDifference: number;
  /** The largest absolute difference of any trained weight after the last step. */
  weightDifference: number;
}

const relative = ([a, b]: [number, number]) => Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), Number.MIN_VALUE);

/** What the rows are labelled with, as `TokenisedRows` wants it. */
export const rowTaskOf = (run: Run, { labels }: Dataset<TaskKind>): RowTask<TaskKind> => ({
  kind: kindOf(run),
  outputs: outputsOf(kindOf(run), labels.length),
});

function firstBatches({ run, dataset, tokenizer }: CheckParts, encoder: LoadedEncoder, count: number): Batch[] {
  const { batchSize, seed } = run.training;
  const maxLength = rowLength(run, encoder.config);
  const rows = new TokenisedRows(dataset.train, { tokenizer, maxLength, atOnce: batchSize }, rowTaskOf(run, dataset));
  const batches = epochBatches(rows.ids, batchSize, seed, 0);
  return Array.from({ length: count }, (_, i) => rows.batch(batches[i % batches.length] ?? []));
}

function largestDifference(a: NamedTensors, b: NamedTensors): number {
  let most = 0;
  for (const [name, { data }] of a)
    data.forEach((value, i) => {
      most = Math.max(most, Math.abs(value - (b.get(name)?.data[i] ?? Number.NaN)));
    });
  return most;
}

/**
 * Trains the same batches on two engines from the same state, dropout included, and yields every step.
 * @param encoders the same weights on two engines
 */
export async function* crossCheck(
  encoders: readonly [LoadedEncoder, LoadedEncoder],
  parts: CheckParts,
  count: number,
): AsyncGenerator<CrossCheckStep, CrossCheckResult> {
  const { run, dataset } = parts;
  const settings = engineSettings(run, encoders[0].config, dataset.labels.length);
  const engines: Engine[] = [];
  try {
    const a = await encoders[0].createEngine(settings);
    engines.push(a);
    const b = await encoders[1].createEngine(settings);
    engines.push(b);
    b.writeTrainable(await a.readTrainable());
    const { learningRate, schedule } = run.training;
    const steps: CrossCheckStep[] = [];
    for (const [step, batch] of firstBatches(parts, encoders[0], count).entries()) {
      const rate = learningRateAt(step, count, { learningRate, schedule, warmupSteps: 0 });
      const [ours, theirs] = [await a.step(batch, rate), await b.step(batch, rate)];
      const record: CrossCheckStep = {
        step,
        losses: [ours.loss, theirs.loss],
        gradNorms: [ours.gradNorm, theirs.gradNorm],
      };
      steps.push(record);
      yield record;
    }
    return {
      steps,
      lossDifference: Math.max(...steps.map(({ losses }) => relative(losses))),
      gradNormDifference: Math.max(...steps.map(({ gradNorms }) => relative(gradNorms))),
      weightDifference: largestDifference(await a.readTrainable(), await b.readTrainable()),
    };
  } finally {
    for (const engine of engines) engine.destroy();
  }
}

/** Times the forward of the frozen encoder and of the run's method on the same batch, in turns. */
export async function measureLatency(
  encoder: LoadedEncoder,
  parts: CheckParts,
  { repeats, now }: { repeats: number; now: () => number },
): Promise<Latency> {
  const { run, dataset } = parts;
  const training = { ...run.training, batchSize: rowsAtOnce(run.training) };
  const [batch] = firstBatches({ ...parts, run: { ...run, training } }, encoder, 1);
  if (!batch) throw new Error('There are no training rows to time.');
  const settings = engineSettings(run, encoder.config, dataset.labels.length);
  const base = await encoder.createEngine({ ...settings, plan: headOnlyPlan });
  const adapted = await encoder.createEngine(settings);
  try {
    return await timeForwards(base, adapted, batch, { repeats, now });
  } finally {
    base.destroy();
    adapted.destroy();
  }
}

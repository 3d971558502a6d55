import { trainingPlan } from '../model/methods.ts';
import { scoresOf } from '../training/records.ts';
import type { Run } from '../training/run.ts';
import { lossPoints } from './history.ts';
import type { PageState } from './page.ts';

/** Notices what goes wrong with a run, and knows what usually helps. */

export const troubles = ['not-a-number', 'idle', 'diverging', 'collapse', 'overfitting', 'slow'] as const;
export type Trouble = (typeof troubles)[number];

export interface Advice {
  trouble: Trouble;
  /** What the sentences name; '' where a trouble names nothing of the kind. */
  values: { rate: string; label: string; epoch: string };
  /** What usually helps, as a change of the run. */
  fix: (run: Run) => Run;
}

const nothing: Advice['values'] = { rate: '', label: '', epoch: '' };

/** Steps before anything is said of the loss, and steps that are compared with each other. */
const patience = 40;
const window = 10;

const withRate = (factor: number) => (run: Run) => ({
  ...run,
  training: {
    ...run.training,
    learningRate: Math.min(1, Number((run.training.learningRate * factor).toPrecision(2))),
  },
});
const rateAfter = ({ training }: Run, factor: number) =>
  String(Number((training.learningRate * factor).toPrecision(2)));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The most pressing trouble of the run, or null. */
export function adviceFor(state: PageState): Advice | null {
  return notANumber(state) ?? idle(state) ?? byLoss(state) ?? collapse(state) ?? overfitting(state);
}

function notANumber({ phase, error, run }: PageState): Advice | null {
  if (phase !== 'failed' || !error?.message.includes('no longer a number')) return null;
  return { trouble: 'not-a-number', values: { ...nothing, rate: rateAfter(run, 0.1) }, fix: withRate(0.1) };
}

/** A method that adds adapters, with every one of them switched off. */
function idle({ encoder, run }: PageState): Advice | null {
  if (!encoder || !('bottleneck' in run.method)) return null;
  if (run.method.layers !== 'all' && Math.max(...run.method.layers) >= encoder.config.layers) return null;
  if (trainingPlan(run.method, encoder.config.layers).adapters.length > 0) return null;
  const fix = (other: Run): Run =>
    'bottleneck' in other.method ? { ...other, method: { ...other.method, without: [], layers: 'all' } } : other;
  return { trouble: 'idle', values: nothing, fix };
}

/** The loss climbs above guessing, or does not move away from it. */
function byLoss({ steps, task, run }: PageState): Advice | null {
  if (steps.length < patience || !task) return null;
  const guessing = Math.log(task.labels.length);
  const losses = steps.map(({ loss }) => loss);
  const [first, last] = [mean(losses.slice(0, window)), mean(losses.slice(-window))];
  const smoothed = lossPoints(steps, 0.9, losses.length).map((point) => point.smoothed);
  if (last > 1.15 * guessing && last > 1.3 * Math.min(...smoothed))
    return { trouble: 'diverging', values: { ...nothing, rate: rateAfter(run, 0.2) }, fix: withRate(0.2) };
  if (last > 0.97 * first && last > 0.9 * guessing)
    return { trouble: 'slow', values: { ...nothing, rate: rateAfter(run, 5) }, fix: withRate(5) };
  return null;
}

/** Nearly all answers are one class, though the rows are not. A run that has hardly begun always looks so. */
function collapse({ outcome, run, steps }: PageState): Advice | null {
  if (steps.length < patience) return null;
  if (!outcome || outcome.rows < 2 * outcome.labels.length) return null;
  const { confusion, labels, rows } = outcome;
  const answers = labels.map((_, column) => confusion.reduce((sum, row) => sum + (row[column] ?? 0), 0));
  const truth = confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
  const most = Math.max(...answers);
  if (most < 0.95 * rows || Math.max(...truth) > 0.8 * rows) return null;
  const label = labels[answers.indexOf(most)] ?? '';
  return { trouble: 'collapse', values: { ...nothing, label, rate: rateAfter(run, 0.3) }, fix: withRate(0.3) };
}

/** The loss on rows that are not trained on has risen for two epochs while the training loss went on falling. */
function overfitting({ epochs }: PageState): Advice | null {
  const losses = epochs.map((epoch) => scoresOf(epoch).loss);
  const best = losses.indexOf(Math.min(...losses));
  const last = epochs.at(-1);
  const bestEpoch = epochs[best];
  if (!last || !bestEpoch || epochs.length - best < 3) return null;
  if (scoresOf(last).loss < 1.05 * scoresOf(bestEpoch).loss || last.trainLoss > bestEpoch.trainLoss) return null;
  const fix = (run: Run) => ({ ...run, training: { ...run.training, epochs: bestEpoch.epoch } });
  return { trouble: 'overfitting', values: { ...nothing, epoch: String(bestEpoch.epoch) }, fix };
}

import { type AnyScores, hasClasses, scoresOf } from '../../training/records/records.ts';
import { baselineScores, standingOf, stepsAgainst } from '../../training/records/standing.ts';
import { kindOf, type Run } from '../../training/run.ts';
import { gained, measureOf } from '../../training/scores/measures.ts';
import { planOf } from '../page/selectors.ts';
import type { PageState } from '../page/state.ts';
import { withRate } from '../run/settings.ts';

/** Notices what goes wrong with a run, and knows what usually helps; at a run's end, says what came of it. */

export const troubles = ['not-a-number', 'idle', 'diverging', 'collapse', 'overfitting', 'slow', 'too-high'] as const;
export type Trouble = (typeof troubles)[number];

/** Values that the sentences name; '' where one names nothing of the kind. */
// Not an interface: as values of a sentence, it has to be a plain dictionary.
type Values = {
  rate: string;
  label: string;
  epoch: string;
};

export interface Advice {
  trouble: Trouble;
  values: Values;
  /** The usual remedy, as a change of the run. */
  fix: (run: Run) => Run;
}

export const verdicts = ['good', 'even', 'worse', 'few-steps', 'few-rows'] as const;

/** Result of a run that has ended. Shares and points are numbers: the page writes them. */
export interface Verdict {
  verdict: (typeof verdicts)[number];
  /** Accuracy, or the measure of its kind, over the frozen baseline's: of a share in points. */
  gain: number;
  /** Test rows, or words, that only the run gets right, and those that only the baseline does; of numbers, comes closer to. */
  fixed: number;
  broken: number;
  rows: number;
  steps: number;
  /** Epochs that `fix` trains for. */
  epochs: number;
  /** The usual remedy; null: nothing needs to be done, or no setting would do it. */
  fix: ((run: Run) => Run) | null;
}

const nothing: Values = { rate: '', label: '', epoch: '' };

/** Steps after the warm-up before a loss that stands still is spoken of, and steps that are compared with each other. */
const patience = 40;
const window = 10;
/** Steps that say where the loss is now, where it may have run away. */
const latest = 5;

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** The rate that the run's method usually wants on its task. */
const defaultRate = (run: Run): number => withRate(run, run.method.type).training.learningRate;

/** A run with its rate multiplied by a factor. */
function scaled(run: Run, factor: number): Run {
  const learningRate = Math.min(1, Number((run.training.learningRate * factor).toPrecision(2)));
  return { ...run, training: { ...run.training, learningRate } };
}

/** A lower rate: the usual one, where the run's is above it, and never more than a share of the run's. */
function lowered(run: Run, factor: number): Run {
  const usual = defaultRate(run);
  return run.training.learningRate * factor > usual ? withRate(run, run.method.type) : scaled(run, factor);
}

function withFix(trouble: Trouble, run: Run, fix: (run: Run) => Run, values: Partial<Values> = {}): Advice {
  return { trouble, values: { ...nothing, rate: String(fix(run).training.learningRate), ...values }, fix };
}

/** The most pressing trouble of the run, or null. */
export function adviceFor(state: PageState): Advice | null {
  return (
    notANumber(state) ?? idle(state) ?? diverging(state) ?? standsStill(state) ?? collapse(state) ?? overfitting(state)
  );
}

function notANumber({ phase, error, run }: PageState): Advice | null {
  if (phase !== 'failed' || error?.code !== 'diverged') return null;
  return withFix('not-a-number', run, (other) => lowered(other, 0.1));
}

/** A method that adds adapters, with every one of them switched off. */
function idle(state: PageState): Advice | null {
  const { run } = state;
  const plan = planOf(state);
  if (!plan || !('bottleneck' in run.method) || plan.adapters.length > 0) return null;
  const fix = (other: Run): Run =>
    'bottleneck' in other.method ? { ...other, method: { ...other.method, without: [], layers: 'all' } } : other;
  return { trouble: 'idle', values: nothing, fix };
}

/** The loss before anything was learnt: of guessing, or of the first batch where that is more. */
const lossAtFirst = ({ steps, task, run }: PageState): number =>
  Math.max(guessing(run, task?.labels.length ?? 2), steps[0]?.loss ?? 0);

/** The loss of guessing: each label by itself is a guess among two; of numbers it is not known. */
const guessing = (run: Run, labels: number): number =>
  ({
    'single-label': Math.log(Math.max(2, labels)),
    'multi-label': Math.log(2),
    regression: 0,
    token: Math.log(Math.max(2, labels)),
  })[kindOf(run)];

/**
 * The loss has shot up far above where it began, or the gradients' norm has, and the loss has not come down below guessing
 * since. Two steps are enough to see it. A run that learns does neither: with the rates that the tasks come with, no batch's
 * loss is ever a tenth above the first one's.
 */
function diverging(state: PageState): Advice | null {
  const { steps, task, run } = state;
  if (steps.length < 2 || !task) return null;
  const first = lossAtFirst(state);
  if (mean(steps.slice(-latest).map(({ loss }) => loss)) < 0.9 * first) return null;
  const defaultNorm = median(steps.slice(0, window).map(({ gradNorm }) => gradNorm));
  if (!steps.some(({ loss, gradNorm }) => loss > 1.5 * first || (gradNorm > 20 * defaultNorm && gradNorm > 10)))
    return null;
  return withFix('diverging', run, (other) => lowered(other, 0.2));
}

/** The loss does not move away from guessing though the warm-up is long over. */
function standsStill(state: PageState): Advice | null {
  const { steps, task, run, plan } = state;
  const last = steps.at(-1);
  if (!task || !last) return null;
  const warm = Math.round(run.training.warmup * (plan?.totalSteps ?? 0));
  if (last.step + 1 < warm + patience || steps.length < 2 * window) return null;
  const losses = steps.map(({ loss }) => loss);
  const [before, now] = [mean(losses.slice(0, window)), mean(losses.slice(-window))];
  if (now <= 0.97 * before || now <= 0.9 * guessing(run, task.labels.length)) return null;
  if (run.training.learningRate > 2 * defaultRate(run)) return withFix('too-high', run, (other) => lowered(other, 0.2));
  return withFix('slow', run, (other) => scaled(other, 5));
}

/** Nearly all answers are one class, though the rows are not. A run that has hardly begun always looks so. */
function collapse({ outcome, run, steps }: PageState): Advice | null {
  if (steps.length < patience) return null;
  if (!outcome || !hasClasses(outcome)) return null;
  const { confusion, labels } = outcome;
  const rows = confusion.flat().reduce((sum, count) => sum + count, 0);
  if (rows < 2 * labels.length) return null;
  const answers = labels.map((_, column) => confusion.reduce((sum, row) => sum + (row[column] ?? 0), 0));
  const truth = confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
  const most = Math.max(...answers);
  if (most < 0.95 * rows || Math.max(...truth) > 0.8 * rows) return null;
  const label = labels[answers.indexOf(most)] ?? '';
  return withFix('collapse', run, (other) => lowered(other, 0.3), { label });
}

/**
 * The loss on rows that are not trained on has risen for two epochs while the training loss went on falling, and the answers
 * are worse for it: by two points, or no better with a loss a quarter above its best. A loss that rises while the accuracy
 * holds only says that the answers grow surer; most runs end so.
 */
function overfitting({ epochs, run: { data } }: PageState): Advice | null {
  const scores = epochs.map(scoresOf);
  const losses = scores.map(({ loss }) => loss);
  const best = losses.indexOf(Math.min(...losses));
  const [last, bestEpoch, now, then] = [epochs.at(-1), epochs[best], scores.at(-1), scores[best]];
  if (!last || !bestEpoch || !now || !then || epochs.length - best < 3) return null;
  if (last.trainLoss > bestEpoch.trainLoss) return null;
  const measure = (one: AnyScores) => measureOf(kindOf({ data }), one) ?? 0;
  const lost = Math.max(...scores.map(measure)) - measure(now);
  const rise = now.loss / then.loss;
  const worse = (lost >= 0.02 && rise > 1.05) || (measure(now) <= measure(then) && rise > 1.25);
  if (!worse) return null;
  const fix = (run: Run) => ({ ...run, training: { ...run.training, epochs: bestEpoch.epoch } });
  return { trouble: 'overfitting', values: { ...nothing, epoch: String(bestEpoch.epoch) }, fix };
}

/** A run of fewer steps has not had its chance, and this many are proposed. */
const fewSteps = 100;
const enoughSteps = 200;
/** On fewer test rows a difference is hardly told from chance. */
const fewRows = 40;
const maxEpochs = 1000;

/**
 * The verdict on a run that has ended; null before that, and for a head alone, which is the baseline. A difference
 * counts where a sign test over the rows that only one side gets right finds it at 5 % (one-sided, by the normal
 * approximation).
 */
export function verdictOf({ phase, run, plan, epochs, final, outcome, baselines }: PageState): Verdict | null {
  const standing = standingOf({ epochs, final });
  const theirs = standing && baselineScores(baselines, standing.on);
  if (phase !== 'done' || !plan || !theirs || !baselines || !outcome || run.method.type === 'head-only') return null;
  if (hasClasses(outcome) && !outcome.baseConfusion) return null;
  const { fixed, broken, rows } = outcome;
  const kind = kindOf(run);
  const gain = gained(kind, measureOf(kind, standing.scores) ?? 0, measureOf(kind, theirs) ?? 0);
  const steps = plan.totalSteps;
  const wanted = Math.max(2 * run.training.epochs, Math.ceil(enoughSteps / Math.max(1, plan.stepsPerEpoch)));
  const more = Math.min(maxEpochs, wanted);
  const longer = (other: Run): Run => ({ ...other, training: { ...other.training, epochs: more } });
  const facts = { gain, fixed, broken, rows, steps, epochs: more, fix: null };
  const margin = 1.645 * Math.sqrt(fixed + broken);
  if (fixed > broken && fixed - broken >= margin) return { verdict: 'good', ...facts };
  const farFewer = stepsAgainst(steps, baselines)?.farFewer === true && broken > fixed;
  if (steps < fewSteps || farFewer) return { verdict: 'few-steps', ...facts, fix: longer };
  if (broken > fixed && broken - fixed >= margin) return { verdict: 'worse', ...facts, fix: longer };
  return { verdict: rows < fewRows ? 'few-rows' : 'even', ...facts };
}

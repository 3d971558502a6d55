import type { Dataset } from '../../src/data/dataset.ts';
import type { Scores } from '../../src/training/metrics.ts';
import {
  type EpochRecord,
  type FrozenBaselines,
  type HeadRecord,
  type StepRecord,
  scoresOf,
} from '../../src/training/records/records.ts';
import type { History } from '../../src/training/records/saved-run.ts';
import { isOwnBudgetBest } from '../../src/training/records/standing.ts';
import type { Run } from '../../src/training/run.ts';
import type { SessionEvent } from '../../src/training/session.ts';

/** What a headless run tells on the console, and writes down of itself. */

/** Milliseconds between two reports of steps on the console. */
const printInterval = 3000;

export const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

const describeScores = ({ loss, accuracy, macroF1 }: Scores) =>
  `loss ${loss.toFixed(4)}, accuracy ${percent(accuracy)}, macro-F1 ${percent(macroF1)}`;

const describeEpoch = (record: EpochRecord): string =>
  `epoch ${record.epoch}: train loss ${record.trainLoss.toFixed(4)}, ${record.validation ? 'validation' : 'test'} ${describeScores(scoresOf(record))}`;

/** Description of a baseline's training and its scores. */
function describeHead({ learningRate, epochs, plannedEpochs, steps, validation, test }: HeadRecord): string {
  const planned = plannedEpochs === epochs ? '' : ` of ${plannedEpochs} planned`;
  const scores = test ? `test ${describeScores(test)}` : validation ? `validation ${describeScores(validation)}` : '';
  return `rate ${learningRate}, ${epochs} epochs${planned}, ${steps} steps: ${scores}`;
}

function printBaselines(baselines: FrozenBaselines): void {
  const { sameBudget, best } = baselines;
  if (isOwnBudgetBest(baselines)) {
    console.log(`frozen baseline, at its best with the run's own budget: ${describeHead(best)}`);
    return;
  }
  if (sameBudget) console.log(`frozen baseline, same budget: ${describeHead(sameBudget)}`);
  console.log(`frozen baseline, at its best:  ${describeHead(best)}`);
}

/** A sentence on how epochs are scored and weights chosen. */
export function protocolOf({ data, training }: Run, { validation }: Dataset): string {
  if (validation.length === 0)
    return "Epochs are scored on the test rows; the last epoch's weights remain. The baseline's rate and epochs are chosen on training rows held out.";
  const source = data.validationShare === undefined ? '' : ' set aside from the training rows';
  const kept = training.choose === 'last' ? "the last epoch's weights remain" : 'the weights of the best epoch remain';
  const stop =
    training.patience === undefined ? '' : `, and a side stops after ${training.patience} epochs without a better one`;
  return `Epochs are scored on ${validation.length} validation rows${source}; ${kept}${stop}. Test rows are read once, at the end.`;
}

/** Writes a run's events into its history, and prints them. */
export class Recorder {
  readonly history: History;
  /** Steps of the baseline with the same budget. */
  baselineSteps: StepRecord[];
  baselineSeconds: number;
  readonly #totalSteps: number;
  readonly #now: () => number;
  #printedAt = 0;
  #baselineFrom = 0;

  constructor(
    before: { history: History; baselineSteps: StepRecord[]; baselineSeconds: number },
    { totalSteps, now }: { totalSteps: number; now: () => number },
  ) {
    this.history = before.history;
    this.baselineSteps = before.baselineSteps;
    this.baselineSeconds = before.baselineSeconds;
    this.#totalSteps = totalSteps;
    this.#now = now;
  }

  /** Its records for a checkpoint: baselines that are still in training begin anew. */
  kept(): { history: History; baselineSteps: StepRecord[] } {
    const { history, baselineSteps } = this;
    return history.baselines
      ? { history, baselineSteps }
      : { history: { ...history, baseline: [] }, baselineSteps: [] };
  }

  note(event: SessionEvent): void {
    const { history } = this;
    if (event.type === 'step') {
      history.steps.push(event.record);
      this.#printStep(event.record);
    }
    if (event.type === 'epoch') {
      history.epochs.push(event.record);
      console.log(`adapted, ${describeEpoch(event.record)}`);
    }
    if (event.type === 'baseline-step') this.baselineSteps.push(event.record);
    if (event.type === 'baseline') history.baseline.push(event.record);
    if (event.type === 'baselines') {
      history.baselines = event.record;
      this.baselineSeconds = (this.#now() - this.#baselineFrom) / 1000;
      console.log(`both frozen baselines took ${this.baselineSeconds.toFixed(1)} s`);
    }
    if (event.type === 'final') {
      history.final = event.record;
      history.baselines = event.baselines;
      console.log(`adapted, weights of epoch ${event.record.epoch}: test ${describeScores(event.record.test)}`);
      if (event.baselines) printBaselines(event.baselines);
    }
    if (event.type === 'phase' && event.phase === 'baseline') this.#baselineFrom = this.#now();
    if (event.type === 'phase' && (event.phase === 'evaluating' || event.phase === 'baseline'))
      console.log(`${event.phase} …`);
  }

  #printStep({ step, loss, learningRate, milliseconds }: StepRecord): void {
    if (this.#now() - this.#printedAt < printInterval && step + 1 < this.#totalSteps) return;
    this.#printedAt = this.#now();
    console.log(
      `step ${step + 1}/${this.#totalSteps}  loss ${loss.toFixed(4)}  lr ${learningRate.toExponential(2)}  ${milliseconds.toFixed(0)} ms`,
    );
  }
}

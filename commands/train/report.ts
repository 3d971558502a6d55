import type { Dataset } from '../../src/data/dataset.ts';
import type { TaskKind } from '../../src/model/task-kind.ts';
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
import { measured } from '../../src/training/scores/measures.ts';
import type { ScoresOf } from '../../src/training/scores/scores.ts';
import type { SessionEvent } from '../../src/training/session.ts';

/** What a headless run tells on the console, and writes down of itself. */

/** Milliseconds between two reports of steps on the console. */
const printInterval = 3000;

export const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

type AnyScores = ScoresOf[TaskKind];

const describeScores = (kind: TaskKind, scores: AnyScores) =>
  measured(kind, scores)
    .map(({ name, value, share }) => `${name} ${share ? percent(value) : value.toFixed(4)}`)
    .join(', ');

const describeEpoch = (kind: TaskKind, record: EpochRecord<AnyScores>): string =>
  `epoch ${record.epoch}: train loss ${record.trainLoss.toFixed(4)}, ${record.validation ? 'validation' : 'test'} ${describeScores(kind, scoresOf(record))}`;

/** Description of a baseline's training and its scores. */
function describeHead(kind: TaskKind, head: HeadRecord<AnyScores>): string {
  const { learningRate, epochs, plannedEpochs, steps, validation, test } = head;
  const planned = plannedEpochs === epochs ? '' : ` of ${plannedEpochs} planned`;
  const scores = test
    ? `test ${describeScores(kind, test)}`
    : validation
      ? `validation ${describeScores(kind, validation)}`
      : '';
  return `rate ${learningRate}, ${epochs} epochs${planned}, ${steps} steps: ${scores}`;
}

function printBaselines(kind: TaskKind, baselines: FrozenBaselines<AnyScores>): void {
  const { sameBudget, best } = baselines;
  if (isOwnBudgetBest(baselines)) {
    console.log(`frozen baseline, at its best with the run's own budget: ${describeHead(kind, best)}`);
    return;
  }
  if (sameBudget) console.log(`frozen baseline, same budget: ${describeHead(kind, sameBudget)}`);
  console.log(`frozen baseline, at its best:  ${describeHead(kind, best)}`);
}

/** A sentence on how epochs are scored and weights chosen. */
export function protocolOf({ data, training }: Run, { validation }: Pick<Dataset<TaskKind>, 'validation'>): string {
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
  readonly history: History<AnyScores>;
  /** Steps of the baseline with the same budget. */
  baselineSteps: StepRecord[];
  baselineSeconds: number;
  readonly #totalSteps: number;
  readonly #kind: TaskKind;
  readonly #now: () => number;
  #printedAt = 0;
  #baselineFrom = 0;

  constructor(
    before: { history: History<AnyScores>; baselineSteps: StepRecord[]; baselineSeconds: number },
    { totalSteps, kind, now }: { totalSteps: number; kind: TaskKind; now: () => number },
  ) {
    this.history = before.history;
    this.baselineSteps = before.baselineSteps;
    this.baselineSeconds = before.baselineSeconds;
    this.#totalSteps = totalSteps;
    this.#kind = kind;
    this.#now = now;
  }

  /** Its records for a checkpoint: baselines that are still in training begin anew. */
  kept(): { history: History<AnyScores>; baselineSteps: StepRecord[] } {
    const { history, baselineSteps } = this;
    return history.baselines
      ? { history, baselineSteps }
      : { history: { ...history, baseline: [] }, baselineSteps: [] };
  }

  note(event: SessionEvent<AnyScores>): void {
    const { history } = this;
    if (event.type === 'step') {
      history.steps.push(event.record);
      this.#printStep(event.record);
    }
    if (event.type === 'epoch') {
      history.epochs.push(event.record);
      console.log(`adapted, ${describeEpoch(this.#kind, event.record)}`);
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
      console.log(
        `adapted, weights of epoch ${event.record.epoch}: test ${describeScores(this.#kind, event.record.test)}`,
      );
      if (event.baselines) printBaselines(this.#kind, event.baselines);
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

import { stratumOf } from '../data/dataset.ts';
import { rowsSetAside } from '../data/rows/split.ts';
import type {
  Engine,
  EngineSettings,
  FeatureBatch,
  LoadedEncoder,
  NamedTensors,
  OptimizerState,
} from '../engine/contract.ts';
import { headOnlyPlan } from '../model/methods.ts';
import { notCounted } from '../model/shapes.ts';
import type { TaskKind } from '../model/task-kind.ts';
import { chunks, epochBatches } from './batches.ts';
import { type BestEpoch, betterOf, type Choice, isOutOfPatience } from './choice.ts';
import { cutFlat } from './evaluate.ts';
import type { Scores } from './metrics.ts';
import type { EpochRecord, FrozenBaselines, HeadRecord, StepRecord } from './records/records.ts';
import type { Run } from './run.ts';
import { runRateAt } from './schedule.ts';
import type { ScoresOf, Scoring } from './scores/scores.ts';

/**
 * The frozen baseline: the same encoder and the same kind of head, nothing else trained. Its features never change, so each
 * row is encoded once and the head trains on cached features. It is trained twice: exactly as the run is, epoch by epoch, so
 * that a run that trains the head alone equals it; and at the learning rate and the number of epochs that serve it best, which
 * are chosen on validation rows or, in a run without any, on rows held out of the training rows. The order of the rows, the
 * form of the schedule, weight decay and clipping are the run's own in both, and so are the batches where rows are few.
 */

/** Learning rates that are tried beside the run's own. */
const candidateRates = [0.003, 0.01, 0.03, 0.1];
/** Epochs that are tried at most, where the run has fewer. */
const candidateEpochs = 15;
/** Steps after which more epochs are not tried: a head on frozen features has settled by then. */
const enoughSteps = 4000;
/**
 * Steps that a candidate's epoch takes at most, as far as batches of `largestBatch` rows allow: the run's batches are doubled
 * until they are so few. Many candidates are trained while the run waits.
 */
const epochSteps = 64;
const largestBatch = 512;
/** Epochs without a lower loss after which a candidate is given up. */
const candidatePatience = 3;
/** Share of the training rows that candidates are judged on where there are no validation rows. */
const heldOut = 0.2;
/** Fewest held-out rows to judge on: with fewer, only the run's own budget is tried. */
const minJudges = 4;
/** Rows scored at once: features are small. */
const scoringBatch = 256;
/** Steps submitted at once: a head's step is short against the time that a device takes to answer. */
const burst = 16;

export interface FeatureRows {
  /** H */
  hidden: number;
  /** Pooled states, one a row; where words are labelled, those of a row's words end to end. (rows, H) */
  features: Float32Array[];
  /** What each row is compared with, as a batch's labels have it. */
  targets: number[][];
}

export type BaselineEvent<S = Scores> =
  | { type: 'work' }
  | { type: 'baseline-step'; record: StepRecord }
  | { type: 'baseline'; record: EpochRecord<S> };

export interface TrainedBaselines<S = Scores> {
  records: FrozenBaselines<S>;
  heads: { sameBudget: NamedTensors; best: NamedTensors };
}

export interface BaselineParts<K extends TaskKind = TaskKind> {
  /** Made by `createBaselineEngine`, not trained yet; it ends with the best head. */
  engine: Engine;
  run: Run;
  /** How answers are scored, by the kind of task. */
  scoring: Scoring<K>;
  /** Class names. */
  labels: readonly string[];
  train: FeatureRows;
  /** Token ids of the training rows, of which only the lengths count: they order the batches. */
  ids: readonly number[][];
  /** The rows that epochs are scored on, and whether they are validation or test rows. */
  scored: FeatureRows & { on: 'validation' | 'test' };
  /** Milliseconds, for step times. */
  now: () => number;
}

/** An engine that trains the head alone, as the run does; it also encodes rows with the frozen encoder. */
export const createBaselineEngine = (encoder: LoadedEncoder, settings: EngineSettings): Promise<Engine> =>
  encoder.createEngine({ ...settings, plan: headOnlyPlan, microBatches: 1 });

function featureBatch(
  kind: TaskKind,
  { hidden, features, targets }: FeatureRows,
  rows: readonly number[],
): FeatureBatch {
  const lists = rows.map((row) => features[row] ?? new Float32Array());
  const examples = lists.reduce((sum, { length }) => sum + length, 0) / hidden;
  const labels = rows.flatMap((row) => targets[row] ?? []);
  // Of rows without a word that is labelled: a step all the same, in which nothing is compared.
  if (examples === 0) return { examples: 1, features: new Float32Array(hidden), labels: Uint32Array.of(notCounted) };
  const flat = new Float32Array(examples * hidden);
  let at = 0;
  for (const list of lists) {
    flat.set(list, at);
    at += list.length;
  }
  const isReal = kind === 'multi-label' || kind === 'regression';
  return { examples, features: flat, labels: isReal ? Float32Array.from(labels) : Uint32Array.from(labels) };
}

const everyRow = ({ targets }: FeatureRows) => targets.map((_, row) => row);

const picked = ({ hidden, features, targets }: FeatureRows, rows: readonly number[]): FeatureRows => ({
  hidden,
  features: rows.map((row) => features[row] ?? new Float32Array()),
  targets: rows.map((row) => targets[row] ?? []),
});

/** Answers that rows ask for: their own, or their words'. */
const answersOf = ({ hidden, features }: FeatureRows, rows: readonly number[]) =>
  rows.reduce((sum, row) => sum + (features[row]?.length ?? 0) / hidden, 0);

/** Logits by the engine's current head, one list an answer, in the rows' order. (answers, C) */
export async function headLogits(engine: Engine, kind: TaskKind, rows: FeatureRows): Promise<number[][]> {
  const logits: number[][] = [];
  for (const some of chunks(everyRow(rows), scoringBatch)) {
    const answers = answersOf(rows, some);
    if (answers === 0) continue;
    const flat = await engine.evaluate(featureBatch(kind, rows, some));
    for (const one of cutFlat(flat, answers)) logits.push([...one]);
  }
  return logits;
}

/** Scores of a head's logits. */
export function headScores<K extends TaskKind>(
  { scoring, labels }: Pick<BaselineParts<K>, 'scoring' | 'labels'>,
  rows: FeatureRows,
  logits: readonly (readonly number[])[],
): ScoresOf[K] {
  const counts = everyRow(rows).map((row) => answersOf(rows, [row]));
  const targets = scoring.kind === 'token' ? rows.targets.flat().map((one) => [one]) : rows.targets;
  return scoring.score({ logits, targets, rows: counts }, labels);
}

interface Training extends Choice {
  batchSize: number;
  learningRate: number;
  /** Epochs that the schedule is laid out for. */
  plannedEpochs: number;
  /** Epochs after which training ends. */
  epochs: number;
  /** Rows to train on. */
  rows: readonly number[];
  /** Rows to score epochs on; null: none is scored. */
  judges: FeatureRows | null;
}

type How = Pick<Training, 'learningRate' | 'batchSize' | 'plannedEpochs'>;

const ownOf = ({ training: { learningRate, batchSize, epochs } }: Run): How => ({
  learningRate,
  batchSize,
  plannedEpochs: epochs,
});

/** Result of a training: the weights that remain, the epochs they took, and their scores. */
interface TrainedHead<S> {
  head: NamedTensors;
  epochs: number;
  steps: number;
  scores: S | null;
}

type HeadEvent<S> =
  | { type: 'work' }
  | { type: 'step'; record: StepRecord }
  | { type: 'epoch'; epoch: number; trainLoss: number; scores: S | null };

/** Trains heads on one engine, each from the same initial weights. */
class HeadTrainer<K extends TaskKind> {
  readonly #parts: BaselineParts<K>;
  readonly #start: { trainable: NamedTensors; optimizer: OptimizerState };

  private constructor(parts: BaselineParts<K>, start: { trainable: NamedTensors; optimizer: OptimizerState }) {
    this.#parts = parts;
    this.#start = start;
  }

  static async create<K extends TaskKind>(parts: BaselineParts<K>): Promise<HeadTrainer<K>> {
    const { engine } = parts;
    const start = { trainable: await engine.readTrainable(), optimizer: await engine.readOptimizer() };
    return new HeadTrainer(parts, start);
  }

  /** One training from the initial weights; a loss that is no number ends it at the last epoch before. */
  async *train(training: Training): AsyncGenerator<HeadEvent<ScoresOf[K]>, TrainedHead<ScoresOf[K]>> {
    const { engine, scoring } = this.#parts;
    const { kind } = scoring;
    const { choose, batchSize, epochs, rows, judges } = training;
    engine.writeTrainable(this.#start.trainable);
    engine.writeOptimizer(this.#start.optimizer);
    const perEpoch = Math.ceil(rows.length / batchSize);
    let kept: TrainedHead<ScoresOf[K]> = { head: this.#start.trainable, epochs: 0, steps: 0, scores: null };
    let best: BestEpoch | null = null;
    for (let epoch = 1; epoch <= epochs && !isOutOfPatience(best, epoch - 1, training); epoch++) {
      const trainLoss = yield* this.#epoch(training, epoch - 1);
      if (!Number.isFinite(trainLoss)) break;
      const head = await engine.readTrainable();
      const scores = judges && headScores(this.#parts, judges, await headLogits(engine, kind, judges));
      if (scores) best = betterOf(best, { epoch, loss: scores.loss, trainable: head }, training);
      if (choose === 'last' || best?.epoch === epoch) kept = { head, epochs: epoch, steps: epoch * perEpoch, scores };
      yield { type: 'epoch', epoch, trainLoss, scores };
    }
    return kept;
  }

  /** The steps of an epoch. @returns the mean loss, NaN where a step's was no number */
  async *#epoch(
    { batchSize, learningRate, plannedEpochs, rows }: Training,
    epoch: number,
  ): AsyncGenerator<HeadEvent<ScoresOf[K]>, number> {
    const { engine, scoring, run, train, ids, now } = this.#parts;
    const { kind } = scoring;
    const lengths = rows.map((row) => ids[row] ?? []);
    const batches = epochBatches(lengths, batchSize, run.training.seed, epoch).map((batch) =>
      batch.map((i) => rows[i] ?? 0),
    );
    const total = batches.length * plannedEpochs;
    let [step, sum] = [epoch * batches.length, 0];
    for (const some of chunks(batches, burst)) {
      const started = now();
      const reports = await Promise.all(
        some.map((batch, i) => {
          const rate = runRateAt(step + i, total, { ...run.training, learningRate });
          return engine
            .step(featureBatch(kind, train, batch), rate)
            .then((report) => ({ ...report, learningRate: rate }));
        }),
      );
      const milliseconds = (now() - started) / some.length;
      for (const [i, report] of reports.entries()) {
        if (!Number.isFinite(report.loss)) return Number.NaN;
        sum += report.loss * answersOf(train, some[i] ?? []);
        yield { type: 'step', record: { step, ...report, milliseconds } };
        step++;
      }
    }
    return sum / answersOf(train, rows);
  }
}

/** Runs a training without reporting its events, except for the pauses that it offers. */
async function* quietly<S>(
  events: AsyncGenerator<HeadEvent<S>, TrainedHead<S>>,
): AsyncGenerator<BaselineEvent<S>, TrainedHead<S>> {
  let paused = 0;
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
    if (value.type === 'epoch' || ++paused % burst === 0) yield { type: 'work' };
  }
}

/**
 * Trains both baselines, yielding between steps so that the caller may pause.
 * @returns their records (without test scores where there are validation rows: see `SessionEvent`) and heads
 */
export async function* trainBaselines<K extends TaskKind>(
  parts: BaselineParts<K>,
): AsyncGenerator<BaselineEvent<ScoresOf[K]>, TrainedBaselines<ScoresOf[K]>> {
  const { engine, run, train, scored } = parts;
  const { kind } = parts.scoring;
  const trainer = await HeadTrainer.create(parts);
  const sameBudget = yield* trainSameBudget(trainer, parts);
  const candidate = yield* chooseCandidate(trainer, parts, sameBudget);
  let best = candidate?.trained ?? sameBudget;
  if (candidate && scored.on === 'test') {
    // The candidate was judged on rows that it did not train on; with that choice made, all rows train.
    const { trained, ...how } = candidate;
    const again = { ...how, epochs: trained.epochs, rows: everyRow(train), judges: null };
    best = yield* quietly(trainer.train({ ...again, choose: 'last', patience: undefined }));
  }
  const recordOf = async (trained: TrainedHead<ScoresOf[K]>, { learningRate, batchSize, plannedEpochs }: How) => {
    engine.writeTrainable(trained.head);
    const scores = headScores(parts, scored, await headLogits(engine, kind, scored));
    const { epochs, steps } = trained;
    const on = { validation: null, test: null, [scored.on]: scores };
    return { learningRate, batchSize, epochs, plannedEpochs, steps, ...on } satisfies HeadRecord<ScoresOf[K]>;
  };
  const first = await recordOf(sameBudget, ownOf(run));
  const second = candidate ? await recordOf(best, candidate) : { ...first };
  engine.writeTrainable(best.head);
  return { records: { sameBudget: first, best: second }, heads: { sameBudget: sameBudget.head, best: best.head } };
}

/** The run's own protocol, on the head alone. */
async function* trainSameBudget<K extends TaskKind>(
  trainer: HeadTrainer<K>,
  { run, train, scored }: BaselineParts<K>,
): AsyncGenerator<BaselineEvent<ScoresOf[K]>, TrainedHead<ScoresOf[K]>> {
  const { epochs, choose, patience } = run.training;
  const rows = everyRow(train);
  const events = trainer.train({ ...ownOf(run), epochs, rows, judges: scored, choose, patience });
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
    if (value.type === 'step') yield { type: 'baseline-step', record: value.record };
    else if (value.type === 'epoch' && value.scores) {
      const { epoch, trainLoss, scores } = value;
      yield { type: 'baseline', record: { epoch, trainLoss, ...scoredOn(scored.on, scores) } };
    }
  }
}

const scoredOn = <S>(on: 'validation' | 'test', scores: S) =>
  on === 'validation' ? { validation: scores } : { test: scores };

interface Candidate<S> extends How {
  trained: TrainedHead<S>;
}

/** The training that leaves the lowest loss on rows that it did not train on; null where that is the run's own. */
async function* chooseCandidate<K extends TaskKind>(
  trainer: HeadTrainer<K>,
  { run, scoring: { kind }, labels, train, scored }: BaselineParts<K>,
  sameBudget: TrainedHead<ScoresOf[K]>,
): AsyncGenerator<BaselineEvent<ScoresOf[K]>, Candidate<ScoresOf[K]> | null> {
  const own = ownOf(run);
  const { epochs: ownEpochs, seed } = run.training;
  const names = train.targets.map(([label = 0]) => stratumOf(kind, labels, label));
  const outside = scored.on === 'validation' ? [] : rowsSetAside(names, heldOut, seed, 'baseline-choice');
  const judges = scored.on === 'validation' ? scored : picked(train, outside);
  if (judges.targets.length < minJudges) return null;
  const apart = new Set(outside);
  const rows = everyRow(train).filter((row) => !apart.has(row));

  let lowest = sameBudget.scores?.loss ?? Number.POSITIVE_INFINITY;
  if (scored.on === 'test') {
    const inside = { ...own, epochs: ownEpochs, rows, judges };
    const trained = yield* quietly(trainer.train({ ...inside, choose: 'last', patience: undefined }));
    lowest = trained.scores?.loss ?? Number.POSITIVE_INFINITY;
  }
  let best: Candidate<ScoresOf[K]> | null = null;
  let { batchSize } = own;
  while (rows.length > epochSteps * batchSize && 2 * batchSize <= largestBatch) batchSize *= 2;
  const perEpoch = Math.ceil(rows.length / batchSize);
  const epochs = Math.max(ownEpochs, Math.min(candidateEpochs, Math.ceil(enoughSteps / perEpoch)));
  for (const learningRate of new Set([own.learningRate, ...candidateRates])) {
    const how = { learningRate, batchSize, plannedEpochs: epochs };
    const training = { ...how, epochs, rows, judges, patience: candidatePatience };
    const trained = yield* quietly(trainer.train({ ...training, choose: 'best-epoch' }));
    const loss = trained.scores?.loss ?? Number.POSITIVE_INFINITY;
    if (loss < lowest) {
      lowest = loss;
      best = { ...how, trained };
    }
  }
  return best;
}

import { epochBatches, evaluationBatches, makeBatch } from '../data/batches.ts';
import type { Dataset, Example } from '../data/dataset.ts';
import type { Tokenizer } from '../data/tokenizer.ts';
import type { EncoderConfig } from '../model/encoder-config.ts';
import { trainingPlan } from '../model/methods.ts';
import { countParameters, type ParameterCounts } from '../model/parameters.ts';
import { type BaselineEvent, createBaselineEngine, trainBaseline } from './baseline.ts';
import type { Batch, Engine, EngineSettings, LoadedEncoder, NamedTensors } from './engine.ts';
import { score, softmax } from './metrics.ts';
import { outcomeOf } from './outcome.ts';
import type { EpochRecord, Outcome, Phase, Prediction, StepRecord } from './records.ts';
import type { Run } from './run.ts';
import { learningRateAt } from './schedule.ts';

/** Training cannot go on. The message says at which step and what to do; the weights are those of the last good epoch. */
export class TrainingError extends Error {
  override name = 'TrainingError';
}

export type SessionEvent =
  | { type: 'phase'; phase: Phase }
  | { type: 'step'; record: StepRecord }
  | { type: 'epoch'; record: EpochRecord }
  | { type: 'baseline-step'; record: StepRecord }
  | { type: 'baseline'; record: EpochRecord }
  /** A piece of work without a report of its own; here, too, the caller may pause. */
  | { type: 'work' };

export interface SessionParts {
  encoder: LoadedEncoder;
  tokenizer: Tokenizer;
  dataset: Dataset;
  run: Run;
  /** Milliseconds, for step times. */
  now: () => number;
}

/** AdamW's settings that no run changes. */
const adamw = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/**
 * What an engine is made for, by a run.
 * @throws MethodError if the method does not fit the encoder
 */
export function engineSettings(run: Run, config: EncoderConfig, classes: number): EngineSettings {
  const { weightDecay, clip, seed } = run.training;
  const plan = trainingPlan(run.method, config.layers);
  return { plan, classes, pooling: run.pooling, optimizer: { ...adamw, weightDecay, clip }, seed };
}

interface TokenisedRows {
  ids: number[][];
  labels: number[];
  /** The first row's number among all rows of the run. */
  from: number;
}

/**
 * One run from its start to its end: an async generator of events, pulled by whoever trains. Not pulling is pausing; since
 * order and masks follow from the seed and the step, a paused run gives the numbers of one that ran through.
 */
export class Session {
  readonly run: Run;
  readonly labels: readonly string[];
  readonly counts: ParameterCounts;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  readonly #parts: SessionParts;
  readonly #settings: EngineSettings;
  readonly #engine: Engine;
  readonly #baseline: Engine;
  /**
   * Steps handed over before the results of those ahead of them are back: 0 shows the weights between any two steps, 1 keeps
   * a device busy. The numbers are the same.
   */
  ahead = 0;
  #inFlight: Promise<StepRecord>[] = [];
  #finishedAt = Number.NEGATIVE_INFINITY;
  readonly #train: TokenisedRows;
  readonly #test: TokenisedRows;
  /** Pooled states of the frozen encoder, filled during the first epoch. */
  readonly #features: Float32Array[] = [];
  #baselineLogits: number[][] | null = null;
  #baselineRate: number | null = null;
  #lastGood: NamedTensors;
  #testLogits: number[][] = [];

  private constructor(parts: SessionParts, settings: EngineSettings, engines: [Engine, Engine], start: NamedTensors) {
    const { run, dataset, encoder } = parts;
    this.#parts = parts;
    this.#settings = settings;
    [this.#engine, this.#baseline] = engines;
    this.#lastGood = start;
    this.run = run;
    this.labels = dataset.labels;
    this.counts = countParameters(encoder.config, settings.plan, settings.classes, encoder.poolerCount);
    const tokenise = (rows: Example[], from: number): TokenisedRows => ({
      ids: rows.map(({ text }) => parts.tokenizer.encode(text, this.#maxLength)),
      labels: rows.map(({ label }) => label),
      from,
    });
    this.#train = tokenise(dataset.train, 0);
    this.#test = tokenise(dataset.test, dataset.train.length);
    this.stepsPerEpoch = Math.ceil(dataset.train.length / run.training.batchSize);
    this.totalSteps = this.stepsPerEpoch * run.training.epochs;
  }

  /** @throws MethodError if the method does not fit the encoder */
  static async create(parts: SessionParts): Promise<Session> {
    const { run, dataset, encoder } = parts;
    const settings = engineSettings(run, encoder.config, dataset.labels.length);
    const engine = await encoder.createEngine(settings);
    const baseline = await createBaselineEngine(encoder, settings);
    return new Session(parts, settings, [engine, baseline], await engine.readTrainable());
  }

  get #maxLength(): number {
    return Math.min(this.run.training.maxLength, this.#parts.encoder.config.positions);
  }

  /** The run's engine, for its memory and its tensors. */
  get engine(): Engine {
    return this.#engine;
  }

  /** The rate that the baseline's head was trained at, once chosen. */
  get baselineLearningRate(): number | null {
    return this.#baselineRate;
  }

  /** Logits of the test rows after the last epoch. */
  get testLogits(): readonly number[][] {
    return this.#testLogits;
  }

  /** True while steps are under way whose records `events()` has not given out yet. */
  get busy(): boolean {
    return this.#inFlight.length > 0;
  }

  /** What became of the test rows, as of the last evaluation; null before the first. */
  outcome(): Outcome | null {
    if (this.#testLogits.length === 0) return null;
    return outcomeOf(this.#parts.dataset.test, this.labels, this.#testLogits, this.#baselineLogits);
  }

  #batch({ ids, labels, from }: TokenisedRows, rows: readonly number[]): Batch {
    return makeBatch(
      rows.map((row) => ids[row] ?? []),
      rows.map((row) => labels[row] ?? 0),
      this.#parts.tokenizer.padId,
      this.#maxLength,
      rows.map((row) => from + row),
    );
  }

  /** The whole run: every epoch's steps and evaluation, the baseline after the first. To be called once. */
  async *events(): AsyncGenerator<SessionEvent> {
    const { epochs, batchSize, seed } = this.run.training;
    let step = 0;
    for (let epoch = 0; epoch < epochs; epoch++) {
      yield { type: 'phase', phase: 'training' };
      const batches = epochBatches(this.#train.ids, batchSize, seed, epoch);
      let lossSum = 0;
      for (const [i, rows] of batches.entries()) {
        const record = await this.#nextStep(batches, i, step);
        if (epoch === 0) await this.#cacheFeatures(rows);
        lossSum += record.loss * rows.length;
        step++;
        yield { type: 'step', record };
      }
      yield { type: 'phase', phase: 'evaluating' };
      this.#testLogits = yield* this.#evaluate();
      const test = score(this.#testLogits, this.#test.labels, this.labels.length);
      this.#lastGood = await this.#engine.readTrainable();
      yield { type: 'epoch', record: { epoch: epoch + 1, trainLoss: lossSum / this.#train.ids.length, test } };
      if (epoch === 0) yield* this.#trainBaseline();
    }
    yield { type: 'phase', phase: 'done' };
  }

  /** The record of an epoch's batch `at`, whose step is `step`; batches after it are handed over as far as `ahead` says. */
  async #nextStep(batches: readonly number[][], at: number, step: number): Promise<StepRecord> {
    const handed = at + this.#inFlight.length;
    for (const [i, rows] of batches.slice(handed, at + this.ahead + 1).entries()) {
      const record = this.#step(step + handed - at + i, rows);
      // Heard when its turn comes; a run that is dropped before that has nobody to tell.
      record.catch(() => undefined);
      this.#inFlight.push(record);
    }
    const [first] = this.#inFlight;
    if (!first) throw new Error(`step ${step} was not handed over`);
    try {
      const record = await first;
      this.#inFlight.shift();
      return record;
    } catch (error) {
      await Promise.allSettled(this.#inFlight);
      this.#inFlight = [];
      this.#engine.writeTrainable(this.#lastGood);
      throw error;
    }
  }

  async #step(step: number, rows: readonly number[]): Promise<StepRecord> {
    const { learningRate, schedule, warmup } = this.run.training;
    const warmupSteps = Math.round(warmup * this.totalSteps);
    const rate = learningRateAt(step, this.totalSteps, { learningRate, schedule, warmupSteps });
    const started = this.#parts.now();
    const { loss, gradNorm } = await this.#engine.step(this.#batch(this.#train, rows), rate);
    const finished = this.#parts.now();
    // A step that waited behind another began when that one was done.
    const milliseconds = finished - Math.max(started, this.#finishedAt);
    this.#finishedAt = finished;
    if (Number.isFinite(loss) && Number.isFinite(gradNorm))
      return { step, loss, learningRate: rate, gradNorm, milliseconds };
    throw new TrainingError(
      `Step ${step + 1}: the ${Number.isFinite(loss) ? 'gradient norm' : 'loss'} is no longer a number. The learning rate ` +
        `(${learningRate}) is probably too high: reset and train with a tenth of it, or set a gradient clip. ` +
        'The weights are back at the last full epoch.',
    );
  }

  async #cacheFeatures(rows: readonly number[]): Promise<void> {
    const pooled = await this.#baseline.encode(this.#batch(this.#train, rows));
    const width = this.#parts.encoder.config.hidden;
    rows.forEach((row, i) => {
      this.#features[row] = pooled.slice(i * width, (i + 1) * width);
    });
  }

  /** Logits of all test rows, in their order. */
  async *#evaluate(): AsyncGenerator<SessionEvent, number[][]> {
    const classes = this.labels.length;
    const logits: number[][] = [];
    for (const rows of evaluationBatches(this.#test.ids, this.run.training.batchSize)) {
      const flat = await this.#engine.evaluate(this.#batch(this.#test, rows));
      rows.forEach((row, i) => {
        logits[row] = [...flat.subarray(i * classes, (i + 1) * classes)];
      });
      yield { type: 'work' };
    }
    return logits;
  }

  async *#trainBaseline(): AsyncGenerator<SessionEvent> {
    yield { type: 'phase', phase: 'baseline' };
    const width = this.#parts.encoder.config.hidden;
    const testFeatures: Float32Array[] = [];
    for (const rows of evaluationBatches(this.#test.ids, this.run.training.batchSize)) {
      const pooled = await this.#baseline.encode(this.#batch(this.#test, rows));
      rows.forEach((row, i) => {
        testFeatures[row] = pooled.slice(i * width, (i + 1) * width);
      });
      yield { type: 'work' };
    }
    const train = { features: this.#features, labels: this.#train.labels };
    const test = { features: testFeatures, labels: this.#test.labels };
    const { encoder, now } = this.#parts;
    const training = trainBaseline(this.#baseline, encoder, this.#settings, { train, test, now });
    let next = await training.next();
    while (!next.done) {
      yield asSessionEvent(next.value);
      next = await training.next();
    }
    this.#baselineRate = next.value.learningRate;
    this.#baselineLogits = next.value.logits;
  }

  /** Probabilities for a text: of the adapted encoder as it is now and, once trained, of the frozen baseline. */
  async predict(text: string): Promise<Prediction> {
    const { tokenizer } = this.#parts;
    const batch = makeBatch([tokenizer.encode(text, this.#maxLength)], [0], tokenizer.padId, this.#maxLength);
    return {
      text,
      tokens: tokenizer.tokens(text, this.#maxLength),
      labels: [...this.labels],
      base: this.#baselineLogits ? softmax(await this.#baseline.evaluate(batch)) : null,
      adapted: softmax(await this.#engine.evaluate(batch)),
    };
  }

  destroy(): void {
    this.#engine.destroy();
    this.#baseline.destroy();
  }
}

function asSessionEvent(event: BaselineEvent): SessionEvent {
  if (event.type === 'work') return event;
  if (event.type === 'step') return { type: 'baseline-step', record: event.record };
  return { type: 'baseline', record: event.record };
}

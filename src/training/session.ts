import { chunks, epochBatches, evaluationBatches, makeBatch } from '../data/batches.ts';
import type { Dataset, Example } from '../data/dataset.ts';
import type { Tokenizer } from '../data/tokenizer.ts';
import type { EncoderConfig } from '../model/encoder-config.ts';
import { trainingPlan } from '../model/methods.ts';
import { countParameters, type ParameterCounts } from '../model/parameters.ts';
import { PersonError, said } from '../model/said.ts';
import { createBaselineEngine, trainBaseline } from './baseline.ts';
import type { Batch, Engine, EngineSettings, LoadedEncoder, NamedTensors } from './engine.ts';
import { type Latency, type LatencyOptions, timeForwards } from './latency.ts';
import { score, softmax } from './metrics.ts';
import { rowsAtOnce } from './micro-batches.ts';
import { outcomeOf } from './outcome.ts';
import type { EpochRecord, Outcome, Phase, Prediction, StepRecord } from './records.ts';
import { type Run, rowLength } from './run.ts';
import type { SessionState } from './saved-run.ts';
import { learningRateAt } from './schedule.ts';

/** Training cannot go on. The message says at which step and what to do; the weights are those of the last good epoch. */
export class TrainingError extends PersonError {
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
  /** Trained tensors to begin with; those that are absent begin as seeded. */
  start?: NamedTensors | null;
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
  const { weightDecay, clip, seed, microBatches } = run.training;
  const plan = trainingPlan(run.method, config.layers);
  return { plan, classes, pooling: run.pooling, optimizer: { ...adamw, weightDecay, clip }, seed, microBatches };
}

/** Rows of a run. They are cut into tokens when these are first asked for: setting a run up does not wait for it. */
class TokenisedRows {
  readonly labels: number[];
  /** The first row's number among all rows of the run. */
  readonly from: number;
  readonly #encode: () => number[][];
  #ids: number[][] | null = null;

  constructor(rows: readonly Example[], from: number, encode: (text: string) => number[]) {
    this.labels = rows.map(({ label }) => label);
    this.from = from;
    this.#encode = () => rows.map(({ text }) => encode(text));
  }

  get ids(): number[][] {
    this.#ids ??= this.#encode();
    return this.#ids;
  }
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
  /** Of the baseline's head; null until it is trained. */
  #baselineRate: number | null = null;
  #steps = 0;
  #epochs = 0;
  #lossSum = 0;
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
    const encode = (text: string) => parts.tokenizer.encode(text, this.#maxLength);
    this.#train = new TokenisedRows(dataset.train, 0, encode);
    this.#test = new TokenisedRows(dataset.test, dataset.train.length, encode);
    this.stepsPerEpoch = Math.ceil(dataset.train.length / run.training.batchSize);
    this.totalSteps = this.stepsPerEpoch * run.training.epochs;
  }

  /**
   * @param state where to go on, as `state()` gave it; absent: from the start
   * @throws MethodError if the method does not fit the encoder, TensorError if the state's tensors do not fit the method
   */
  static async create(parts: SessionParts, state?: SessionState): Promise<Session> {
    const { run, dataset, encoder } = parts;
    const settings = engineSettings(run, encoder.config, dataset.labels.length);
    const engine = await encoder.createEngine(settings);
    let baseline: Engine | null = null;
    try {
      baseline = await createBaselineEngine(encoder, settings);
      if (parts.start) engine.writeTrainable(parts.start);
      if (state) {
        engine.writeTrainable(state.trainable);
        engine.writeOptimizer(state.optimizer);
        if (state.baseline) baseline.writeTrainable(state.baseline.head);
      }
      const session = new Session(parts, settings, [engine, baseline], await engine.readTrainable());
      if (state) session.#goOnFrom(state);
      return session;
    } catch (error) {
      engine.destroy();
      baseline?.destroy();
      throw error;
    }
  }

  #goOnFrom({ step, epochs, lossSum, testLogits, baseline }: SessionState): void {
    this.#steps = step;
    this.#epochs = epochs;
    this.#lossSum = lossSum;
    this.#testLogits = testLogits;
    this.#baselineRate = baseline?.learningRate ?? null;
    this.#baselineLogits = baseline?.logits ?? null;
  }

  /** Where the run stands; to be asked for between two events, with no step under way (`busy`). */
  async state(): Promise<SessionState> {
    if (this.busy)
      throw new Error('the state is asked for while steps are under way; set `ahead` to 0 and pull them first');
    const [learningRate, logits] = [this.#baselineRate, this.#baselineLogits];
    const trained = learningRate !== null && logits !== null;
    return {
      step: this.#steps,
      epochs: this.#epochs,
      lossSum: this.#lossSum,
      trainable: await this.#engine.readTrainable(),
      optimizer: await this.#engine.readOptimizer(),
      testLogits: this.#testLogits,
      baseline: trained ? { head: await this.#baseline.readTrainable(), learningRate, logits } : null,
    };
  }

  get #maxLength(): number {
    return rowLength(this.run, this.#parts.encoder.config);
  }

  get dataset(): Dataset {
    return this.#parts.dataset;
  }

  /** Rows that an engine computes at once. */
  get #atOnce(): number {
    return rowsAtOnce(this.run.training);
  }

  /** The run's engine, for its memory and its tensors. */
  get engine(): Engine {
    return this.#engine;
  }

  /** The rate that the baseline's head was trained at, once chosen. */
  get baselineLearningRate(): number | null {
    return this.#baselineRate;
  }

  /** What the run's engine was made for. */
  get settings(): EngineSettings {
    return this.#settings;
  }

  /** Token ids and pieces of a text, cut as the run cuts its rows. */
  tokenise(text: string): { ids: number[]; tokens: string[] } {
    const { tokenizer } = this.#parts;
    return { ids: tokenizer.encode(text, this.#maxLength), tokens: tokenizer.tokens(text, this.#maxLength) };
  }

  /** Pooled states of the first test rows, as the run makes them now, and their classes. */
  async testStates(most: number): Promise<{ states: Float32Array[]; labels: number[] }> {
    const count = Math.min(most, this.#test.ids.length);
    const states: Float32Array[] = [];
    for (const rows of evaluationBatches(this.#test.ids.slice(0, count), this.#atOnce))
      await this.#encode(this.#engine, this.#test, rows, states);
    return { states, labels: this.#test.labels.slice(0, count) };
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

  /**
   * The whole run, or what is left of it: every epoch's steps and evaluation, the baseline after the first. To be called
   * once.
   */
  async *events(): AsyncGenerator<SessionEvent> {
    for (;;) {
      if (this.#epochs > 0 && this.#baselineRate === null) yield* this.#trainBaseline();
      if (this.#epochs === this.run.training.epochs) break;
      yield* this.#trainEpoch();
    }
    yield { type: 'phase', phase: 'done' };
  }

  /** What is left of the epoch under way, and its scores. */
  async *#trainEpoch(): AsyncGenerator<SessionEvent> {
    const { batchSize, seed } = this.run.training;
    const epoch = this.#epochs;
    yield { type: 'phase', phase: 'training' };
    const batches = epochBatches(this.#train.ids, batchSize, seed, epoch);
    const made = this.#steps - epoch * this.stepsPerEpoch;
    for (const [i, rows] of batches.slice(made).entries()) {
      const record = await this.#nextStep(batches, made + i, this.#steps);
      if (epoch === 0)
        for (const some of chunks(rows, this.#atOnce))
          await this.#encode(this.#baseline, this.#train, some, this.#features);
      this.#lossSum += record.loss * rows.length;
      this.#steps++;
      yield { type: 'step', record };
    }
    yield { type: 'phase', phase: 'evaluating' };
    this.#testLogits = yield* this.#evaluate();
    const test = score(this.#testLogits, this.#test.labels, this.labels.length);
    this.#lastGood = await this.#engine.readTrainable();
    const trainLoss = this.#lossSum / this.#train.ids.length;
    this.#epochs++;
    this.#lossSum = 0;
    yield { type: 'epoch', record: { epoch: this.#epochs, trainLoss, test } };
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
      Number.isFinite(loss)
        ? said`Step ${step + 1}: the gradient norm is no longer a number. The learning rate (${learningRate}) is probably too high: reset and train with a tenth of it, or set a gradient clip. The weights are back at the last full epoch.`
        : said`Step ${step + 1}: the loss is no longer a number. The learning rate (${learningRate}) is probably too high: reset and train with a tenth of it, or set a gradient clip. The weights are back at the last full epoch.`,
    );
  }

  /** Puts the pooled states of some rows in their places. */
  async #encode(engine: Engine, from: TokenisedRows, rows: readonly number[], to: Float32Array[]): Promise<void> {
    const pooled = await engine.encode(this.#batch(from, rows));
    const width = this.#parts.encoder.config.hidden;
    rows.forEach((row, i) => {
      to[row] = pooled.slice(i * width, (i + 1) * width);
    });
  }

  /** Logits of all test rows, in their order. */
  async *#evaluate(): AsyncGenerator<SessionEvent, number[][]> {
    const classes = this.labels.length;
    const logits: number[][] = [];
    for (const rows of evaluationBatches(this.#test.ids, this.#atOnce)) {
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
    // A restored run has not met the rows of the steps before.
    const unmet = this.#train.ids.flatMap((_, row) => (this.#features[row] ? [] : [row]));
    for (const rows of chunks(unmet, this.#atOnce)) {
      await this.#encode(this.#baseline, this.#train, rows, this.#features);
      yield { type: 'work' };
    }
    const testFeatures: Float32Array[] = [];
    for (const rows of evaluationBatches(this.#test.ids, this.#atOnce)) {
      await this.#encode(this.#baseline, this.#test, rows, testFeatures);
      yield { type: 'work' };
    }
    const train = { features: this.#features, labels: this.#train.labels };
    const test = { features: testFeatures, labels: this.#test.labels };
    const { encoder, now } = this.#parts;
    const baseline = yield* trainBaseline(this.#baseline, encoder, this.#settings, { train, test, now });
    this.#baselineRate = baseline.learningRate;
    this.#baselineLogits = baseline.logits;
  }

  /** Times a forward with and without what the run trains, on test rows of middling length; no step may be under way. */
  latency(options: Omit<LatencyOptions, 'now'>): Promise<Latency> {
    const batches = evaluationBatches(this.#test.ids, this.#atOnce);
    const { keys: _, ...batch } = this.#batch(this.#test, batches[Math.floor(batches.length / 2)] ?? []);
    return timeForwards(this.#baseline, this.#engine, batch, { ...options, now: this.#parts.now });
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

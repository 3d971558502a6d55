import { msg, UserError } from '../base/message.ts';
import type { Dataset, Example } from '../data/dataset.ts';
import type { Texts } from '../data/rows/texts.ts';
import type { TextTokens, Tokenizer } from '../data/tokenizer/tokenizer.ts';
import type { Engine, EngineSettings, LoadedEncoder, NamedTensors } from '../engine/contract.ts';
import { rowsAtOnce } from '../engine/micro-batches.ts';
import { countParameters, type ParameterCounts, withoutTokenTypes } from '../model/parameters.ts';
import type { TaskKind } from '../model/task-kind.ts';
import { epochBatches } from './batches.ts';
import { betterOf, isOutOfPatience } from './choice.ts';
import { engineSettings } from './engine-settings.ts';
import { type Latency, type LatencyOptions, timeForwards } from './experiments/latency.ts';
import type { TextAnswers } from './experiments/occlusion.ts';
import { FrozenSide, pausing } from './frozen-side.ts';
import { answerTexts, predictTexts } from './predict.ts';
import type {
  AnyScores,
  EpochRecord,
  Evaluation,
  FinalRecord,
  FrozenBaselines,
  Phase,
  Prediction,
  ScoredRows,
  StepRecord,
} from './records/records.ts';
import type { SessionState } from './records/saved-run.ts';
import { kindOf, type Run, rowLength, typedFor } from './run.ts';
import { runRateAt } from './schedule.ts';
import type { Answers, ScoresOf, Scoring } from './scores/scores.ts';
import { singleLabel } from './scores/single-label.ts';
import { TokenisedRows } from './tokenised-rows.ts';

/** Training cannot go on. The message says at which step and what to do; the weights are those of the last good epoch. */
export class TrainingError extends UserError {
  override name = 'TrainingError';
  override readonly code = 'diverged';
}

export type SessionEvent<S = AnyScores> =
  | { type: 'phase'; phase: Phase }
  | { type: 'step'; record: StepRecord }
  | { type: 'epoch'; record: EpochRecord<S> }
  | { type: 'baseline-step'; record: StepRecord }
  | { type: 'baseline'; record: EpochRecord<S> }
  /** Both baselines are trained. */
  | { type: 'baselines'; record: FrozenBaselines<S> }
  /** The run has ended; `baselines` with their test scores, which in a run with validation rows they have only now. */
  | { type: 'final'; record: FinalRecord<S>; baselines: FrozenBaselines<S> | null }
  /** A piece of work without a report of its own; here, too, the caller may pause. */
  | { type: 'work' };

export interface SessionParts<K extends TaskKind = TaskKind> {
  encoder: LoadedEncoder;
  tokenizer: Tokenizer;
  dataset: Dataset<K>;
  run: Run;
  /** How the rows' answers are scored, by the run's kind of task; absent: one class a row. */
  scoring?: Scoring<K>;
  /** Tensors to begin with; those that are absent begin at their seeded values. */
  start?: NamedTensors | null;
  /** Milliseconds, for step times. */
  now: () => number;
}

/**
 * One run from its start to its end: an async generator of events, pulled by whoever trains. Not pulling is pausing; since
 * order and masks follow from the seed and the step, a paused run gives the numbers of one that ran through.
 */
export class Session<K extends TaskKind = TaskKind> {
  readonly run: Run;
  readonly labels: readonly string[];
  readonly counts: ParameterCounts;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  readonly #parts: SessionParts<K>;
  readonly #scoring: Scoring<K>;
  readonly #settings: EngineSettings;
  readonly #engine: Engine;
  readonly #frozen: FrozenSide<K>;
  /**
   * Steps submitted before the results of those ahead of them are back: 0 shows the weights between any two steps, 1
   * keeps a device busy. The numbers are the same.
   */
  ahead = 0;
  #inFlight: Promise<StepRecord>[] = [];
  #finishedAt = Number.NEGATIVE_INFINITY;
  readonly #train: TokenisedRows<K>;
  readonly #validation: TokenisedRows<K> | null;
  readonly #test: TokenisedRows<K>;
  #steps = 0;
  #epochs = 0;
  #lossSum = 0;
  #finished = false;
  #best: SessionState<ScoresOf[K]>['best'] = null;
  #lastGood: NamedTensors;
  #logits: number[][] = [];

  private constructor(
    parts: SessionParts<K>,
    settings: EngineSettings,
    sides: { engine: Engine; frozen: FrozenSide<K>; scoring: Scoring<K> },
    start: NamedTensors,
  ) {
    const { run, dataset, encoder } = parts;
    this.#parts = parts;
    this.#settings = settings;
    this.#scoring = sides.scoring;
    this.#engine = sides.engine;
    this.#frozen = sides.frozen;
    this.#lastGood = start;
    this.run = run;
    this.labels = dataset.labels;
    this.counts = countParameters(encoder.config, settings.plan, settings.classes, encoder.poolerCount);
    const { train, validation, test } = dataset;
    const options = { ...this.#cut, atOnce: rowsAtOnce(run.training) };
    const task = { kind: sides.scoring.kind, outputs: settings.classes };
    this.#train = new TokenisedRows(train, { ...options, from: 0 }, task);
    this.#test = new TokenisedRows(test, { ...options, from: train.length }, task);
    const from = train.length + test.length;
    this.#validation = validation.length > 0 ? new TokenisedRows(validation, { ...options, from }, task) : null;
    this.stepsPerEpoch = Math.ceil(train.length / run.training.batchSize);
    this.totalSteps = this.stepsPerEpoch * run.training.epochs;
  }

  /**
   * @param state where to go on, as `state()` gave it; absent: from the start
   * @throws MethodError if the method does not fit the encoder, TensorError if the state's tensors do not fit the method
   */
  static async create<K extends TaskKind = 'single-label'>(
    parts: SessionParts<K>,
    state?: SessionState,
  ): Promise<Session<K>> {
    const { run, dataset, encoder } = parts;
    const scoring = parts.scoring ?? (singleLabel as unknown as Scoring<K>);
    if (scoring.kind !== kindOf(run)) throw new Error(`a run of ${kindOf(run)} is scored as ${scoring.kind}`);
    const settings = engineSettings(run, encoder.config, dataset.labels.length);
    const engine = await encoder.createEngine(settings);
    let frozen: FrozenSide<K> | null = null;
    try {
      // The run's own kind says which scores its state has.
      const from = state as SessionState<ScoresOf[K]> | undefined;
      frozen = await FrozenSide.create(encoder, { settings, scoring }, from?.baseline ?? null);
      const own = (tensors: NamedTensors) => withoutTokenTypes(encoder.config, tensors);
      if (parts.start) engine.writeTrainable(own(parts.start));
      if (state) {
        const { updates, firstMoments, secondMoments } = state.optimizer;
        engine.writeTrainable(own(state.trainable));
        engine.writeOptimizer({ updates, firstMoments: own(firstMoments), secondMoments: own(secondMoments) });
      }
      const session = new Session(parts, settings, { engine, frozen, scoring }, await engine.readTrainable());
      if (from) session.#goOnFrom(from);
      return session;
    } catch (error) {
      engine.destroy();
      frozen?.destroy();
      throw error;
    }
  }

  #goOnFrom({ step, epochs, lossSum, finished, best, logits }: SessionState<ScoresOf[K]>): void {
    this.#steps = step;
    this.#epochs = epochs;
    this.#lossSum = lossSum;
    this.#finished = finished;
    this.#best = best;
    this.#logits = logits;
  }

  /** The run's state; call between two events, with no step under way (`busy`). */
  async state(): Promise<SessionState<ScoresOf[K]>> {
    if (this.busy)
      throw new Error('the state is asked for while steps are under way; set `ahead` to 0 and pull them first');
    return {
      step: this.#steps,
      epochs: this.#epochs,
      lossSum: this.#lossSum,
      finished: this.#finished,
      trainable: await this.#engine.readTrainable(),
      optimizer: await this.#engine.readOptimizer(),
      best: this.#best,
      logits: this.#logits,
      baseline: this.#frozen.trained,
    };
  }

  get #cut() {
    const { tokenizer, encoder } = this.#parts;
    return { tokenizer, maxLength: rowLength(this.run, encoder.config) };
  }

  get dataset(): Dataset<K> {
    return this.#parts.dataset;
  }

  /** The run's engine, for its memory and its tensors. */
  get engine(): Engine {
    return this.#engine;
  }

  /** Both frozen baselines, once trained. */
  get baselines(): FrozenBaselines<ScoresOf[K]> | null {
    return this.#frozen.records;
  }

  /** The settings that the run's engine was made with. */
  get settings(): EngineSettings {
    return this.#settings;
  }

  /** Token ids, types and pieces of what the run reads of texts, cut as it cuts its rows. */
  tokenise(typed: Texts): TextTokens & { tokens: string[] } {
    const { tokenizer, maxLength } = this.#cut;
    const texts = typedFor(this.run, typed);
    return { ...tokenizer.encodeRow(texts, maxLength), tokens: tokenizer.tokens(texts, maxLength) };
  }

  /** The rows that epochs are scored on, and whether they are validation or test rows. */
  get #scored(): { rows: TokenisedRows<K>; examples: Example<K>[]; on: ScoredRows } {
    const { validation, test } = this.#parts.dataset;
    if (this.#validation && !this.#finished) return { rows: this.#validation, examples: validation, on: 'validation' };
    return { rows: this.#test, examples: test, on: 'test' };
  }

  /** The rows that epochs are scored on, and what makes states of them: the engine of the frozen encoder, and their width H. */
  get shown(): { rows: TokenisedRows<K>; kind: TaskKind; frozen: Engine; hidden: number } {
    const { hidden } = this.#parts.encoder.config;
    const rows = this.#validation ?? this.#test;
    return { rows, kind: this.#scoring.kind, frozen: this.#frozen.engine, hidden };
  }

  /** Logits of the rows that were scored last: of the test rows, once the run is finished. (rows, C) */
  get logits(): readonly number[][] {
    return this.#logits;
  }

  /** The same beside what is right. */
  get answers(): Answers {
    return this.#scored.rows.answered(this.#logits);
  }

  /** True while steps are under way whose records `events()` has not given out yet. */
  get busy(): boolean {
    return this.#inFlight.length > 0;
  }

  /** Evaluation on the rows that were scored last; null before the first. */
  outcome(): Evaluation | null {
    if (this.#logits.length === 0) return null;
    const { examples, on } = this.#scored;
    const base = this.#frozen.trained?.logits ?? null;
    return { ...this.#scoring.evaluate({ ...this.answers, examples, labels: this.labels, base }), on };
  }

  /**
   * The whole run, or what is left of it: every epoch's steps and evaluation, the baselines after the first, the test rows at
   * the end. Call once.
   */
  async *events(): AsyncGenerator<SessionEvent<ScoresOf[K]>> {
    while (!this.#finished) {
      if (this.#epochs > 0 && !this.#frozen.trained) yield* this.#trainBaselines();
      const { training } = this.run;
      if (this.#epochs === training.epochs || isOutOfPatience(this.#best, this.#epochs, training))
        yield* this.#finish();
      else yield* this.#trainEpoch();
    }
    yield { type: 'phase', phase: 'done' };
  }

  /** Trains the rest of the epoch under way, and scores it. */
  async *#trainEpoch(): AsyncGenerator<SessionEvent<ScoresOf[K]>> {
    const { batchSize, seed } = this.run.training;
    const epoch = this.#epochs;
    yield { type: 'phase', phase: 'training' };
    const batches = epochBatches(this.#train.ids, batchSize, seed, epoch);
    const made = this.#steps - epoch * this.stepsPerEpoch;
    for (const [i, rows] of batches.slice(made).entries()) {
      const record = await this.#nextStep(batches, made + i, this.#steps);
      if (epoch === 0) await this.#frozen.meet(this.#train, rows);
      this.#lossSum += record.loss * this.#train.answers(rows);
      this.#steps++;
      yield { type: 'step', record };
    }
    yield { type: 'phase', phase: 'evaluating' };
    const { rows, on } = this.#scored;
    this.#logits = yield* pausing(rows.logits(this.#engine));
    const scores = this.#score(this.#logits, rows);
    this.#lastGood = await this.#engine.readTrainable();
    const trainLoss = this.#lossSum / this.#train.answers(this.#train.every);
    this.#epochs++;
    this.#lossSum = 0;
    const record = { epoch: this.#epochs, trainLoss };
    if (on === 'validation') {
      const { epoch } = record;
      const candidate = { epoch, loss: scores.loss, trainable: this.#lastGood };
      this.#best = betterOf(this.#best, candidate, this.run.training);
      yield { type: 'epoch', record: { ...record, validation: scores } };
    } else yield { type: 'epoch', record: { ...record, test: scores } };
  }

  #score(logits: readonly number[][], rows: TokenisedRows<K>): ScoresOf[K] {
    return this.#scoring.score(rows.answered(logits), this.labels);
  }

  /** Restores the weights that remain; with validation rows, the test rows are read here, once, for both sides. */
  async *#finish(): AsyncGenerator<SessionEvent<ScoresOf[K]>> {
    const { choose } = this.run.training;
    const epoch = choose === 'best-epoch' ? (this.#best?.epoch ?? this.#epochs) : this.#epochs;
    if (this.#best?.trainable && epoch < this.#epochs) this.#engine.writeTrainable(this.#best.trainable);
    if (this.#validation) {
      yield { type: 'phase', phase: 'evaluating' };
      const logits = yield* pausing(this.#test.logits(this.#engine));
      this.#frozen.trained = yield* this.#frozen.test(this.#test, this.labels);
      this.#logits = logits;
    }
    this.#finished = true;
    if (this.#best) this.#best = { ...this.#best, trainable: null };
    const record = { epoch, test: this.#score(this.#logits, this.#test) };
    yield { type: 'final', record, baselines: this.baselines };
  }

  /** The record of an epoch's batch `at`, whose step is `step`; up to `ahead` batches after it are submitted. */
  async #nextStep(batches: readonly number[][], at: number, step: number): Promise<StepRecord> {
    const handed = at + this.#inFlight.length;
    for (const [i, rows] of batches.slice(handed, at + this.ahead + 1).entries()) {
      const record = this.#step(step + handed - at + i, rows);
      // The error surfaces when its turn comes; a run that is dropped before that has nobody to report it to.
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
    const { learningRate } = this.run.training;
    const rate = runRateAt(step, this.totalSteps, this.run.training);
    const started = this.#parts.now();
    const { loss, gradNorm } = await this.#engine.step(this.#train.batch(rows), rate);
    const finished = this.#parts.now();
    // A step that waited behind another began when that one was done.
    const milliseconds = finished - Math.max(started, this.#finishedAt);
    this.#finishedAt = finished;
    if (Number.isFinite(loss) && Number.isFinite(gradNorm))
      return { step, loss, learningRate: rate, gradNorm, milliseconds };
    throw new TrainingError(
      Number.isFinite(loss)
        ? msg`Step ${step + 1}: the gradient norm is no longer a number. The learning rate (${learningRate}) is probably too high: reset and train with a tenth of it, or set a gradient clip. The weights are back at the last full epoch.`
        : msg`Step ${step + 1}: the loss is no longer a number. The learning rate (${learningRate}) is probably too high: reset and train with a tenth of it, or set a gradient clip. The weights are back at the last full epoch.`,
    );
  }

  async *#trainBaselines(): AsyncGenerator<SessionEvent<ScoresOf[K]>> {
    yield { type: 'phase', phase: 'baseline' };
    const { rows, on } = this.#scored;
    const parts = { train: this.#train, scored: rows, on };
    const record = yield* this.#frozen.train(this.run, this.labels, parts, this.#parts.now);
    yield { type: 'baselines', record };
  }

  /** Times a forward with and without what the run trains, on test rows of middling length; no step may be under way. */
  latency(options: Omit<LatencyOptions, 'now'>): Promise<Latency> {
    const batches = this.#test.batches();
    const { keys: _, ...batch } = this.#test.batch(batches[Math.floor(batches.length / 2)] ?? []);
    return timeForwards(this.#frozen.engine, this.#engine, batch, { ...options, now: this.#parts.now });
  }

  /** What is said of what the run reads of texts: by the adapted encoder as it is now and, once trained, by the frozen baseline. */
  predict(typed: Texts): Promise<Prediction> {
    return predictTexts(typedFor(this.run, typed), this.#answering);
  }

  /** The classes that the run gives several texts, each by itself. Of tasks with one class a row alone. */
  async predictAll(texts: readonly string[]): Promise<TextAnswers> {
    const said = await answerTexts(texts, { ...this.#answering, atOnce: rowsAtOnce(this.run.training) });
    // The frozen engine may have been lent before the last of them.
    return this.#frozen.answers ? said : { ...said, base: null };
  }

  get #answering() {
    const frozen = this.#frozen;
    const base = frozen.answers ? frozen.engine : null;
    return { scoring: this.#scoring, labels: this.labels, adapted: this.#engine, base, ...this.#cut };
  }

  destroy(): void {
    this.#engine.destroy();
    this.#frozen.destroy();
  }
}

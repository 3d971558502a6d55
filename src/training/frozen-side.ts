import type { Batch, Engine, EngineSettings, LoadedEncoder, NamedTensors } from '../engine/contract.ts';
import type { TaskKind } from '../model/task-kind.ts';
import { createBaselineEngine, type FeatureRows, headLogits, trainBaselines } from './baseline.ts';
import { softmax } from './metrics.ts';
import type { EpochRecord, FrozenBaselines, ScoredRows, StepRecord } from './records/records.ts';
import type { SessionState } from './records/saved-run.ts';
import type { Run } from './run.ts';
import type { ScoresOf, Scoring } from './scores/scores.ts';
import type { TokenisedRows } from './tokenised-rows.ts';

type Trained<S> = NonNullable<SessionState<S>['baseline']>;

type FrozenEvent<S> =
  | { type: 'work' }
  | { type: 'baseline-step'; record: StepRecord }
  | { type: 'baseline'; record: EpochRecord<S> };

/** Turns the yields of work without reports of its own into events at which a caller may pause. */
export async function* pausing<T>(work: AsyncGenerator<void, T>): AsyncGenerator<{ type: 'work' }, T> {
  for (;;) {
    const { done, value } = await work.next();
    if (done) return value;
    yield { type: 'work' };
  }
}

/** The frozen side of a run: the encoder as it was, the features that it makes of the rows, and the baselines on them. */
export class FrozenSide<K extends TaskKind> {
  /** The engine on the frozen encoder. Its head is the best baseline's, once that is trained. */
  readonly engine: Engine;
  /** Null until both baselines are trained. */
  trained: Trained<ScoresOf[K]> | null = null;
  readonly #scoring: Scoring<K>;
  /** H */
  readonly #hidden: number;
  /** Pooled states of the training rows that have been encoded so far. */
  readonly #features: Float32Array[] = [];
  /** True while the engine temporarily has another head. */
  #lent = false;

  private constructor(engine: Engine, scoring: Scoring<K>, hidden: number) {
    this.engine = engine;
    this.#scoring = scoring;
    this.#hidden = hidden;
  }

  /** @param trained where a run goes on */
  static async create<K extends TaskKind>(
    encoder: LoadedEncoder,
    { settings, scoring }: { settings: EngineSettings; scoring: Scoring<K> },
    trained: Trained<ScoresOf[K]> | null,
  ): Promise<FrozenSide<K>> {
    const engine = await createBaselineEngine(encoder, settings);
    const side = new FrozenSide(engine, scoring, encoder.config.hidden);
    side.trained = trained;
    if (trained) side.engine.writeTrainable(trained.heads.best);
    return side;
  }

  get records(): FrozenBaselines<ScoresOf[K]> | null {
    return this.trained?.records ?? null;
  }

  /** Encodes training rows in passing, so that the baselines need not wait for them. */
  async meet(train: TokenisedRows<K>, rows: readonly number[]): Promise<void> {
    for await (const _ of train.encode(this.engine, rows, this.#hidden, this.#features));
  }

  /** Encodes rows with the frozen encoder. */
  async *#encode(
    rows: TokenisedRows<K>,
    to: Float32Array[] = [],
  ): AsyncGenerator<FrozenEvent<ScoresOf[K]>, FeatureRows> {
    yield* pausing(rows.encode(this.engine, rows.every, this.#hidden, to));
    return { hidden: this.#hidden, features: to, targets: rows.targets };
  }

  /** Trains both baselines. A restored run has not encoded the rows of its earlier steps: they are encoded first. */
  async *train(
    run: Run,
    labels: readonly string[],
    rows: { train: TokenisedRows<K>; scored: TokenisedRows<K>; on: ScoredRows },
    now: () => number,
  ): AsyncGenerator<FrozenEvent<ScoresOf[K]>, FrozenBaselines<ScoresOf[K]>> {
    const { engine } = this;
    const scoring = this.#scoring;
    const train = yield* this.#encode(rows.train, this.#features);
    const scored = { ...(yield* this.#encode(rows.scored)), on: rows.on };
    const parts = { engine, run, scoring, labels, train, ids: rows.train.ids, scored, now };
    const trained = yield* trainBaselines(parts);
    this.trained = { ...trained, logits: await headLogits(engine, scoring.kind, scored) };
    return trained.records;
  }

  /** Both baselines with their scores on the test rows, and the best one's logits of them. */
  async *test(
    test: TokenisedRows<K>,
    labels: readonly string[],
  ): AsyncGenerator<FrozenEvent<ScoresOf[K]>, Trained<ScoresOf[K]> | null> {
    if (!this.trained) return null;
    const { records, heads } = this.trained;
    const { kind } = this.#scoring;
    const rows = yield* this.#encode(test);
    const of = async (head: NamedTensors) => {
      this.engine.writeTrainable(head);
      return headLogits(this.engine, kind, rows);
    };
    const tested = (logits: number[][]) => this.#scoring.score(test.answered(logits), labels);
    this.#lent = true;
    const own = heads.sameBudget && (await of(heads.sameBudget));
    const logits = await of(heads.best);
    this.#lent = false;
    const sameBudget = records.sameBudget && own ? { ...records.sameBudget, test: tested(own) } : null;
    return { records: { sameBudget, best: { ...records.best, test: tested(logits) } }, heads, logits };
  }

  /** Whether the best baseline answers: it does not before it is trained and while its engine has another head. */
  get #answers(): boolean {
    return this.trained !== null && !this.#lent;
  }

  /** The best baseline's probabilities for a batch of one row; null where it does not answer. */
  async predict(batch: Batch): Promise<number[] | null> {
    return this.#answers ? softmax(await this.engine.evaluate(batch)) : null;
  }

  /** The same for several rows; null, too, where it has stopped answering before the last of them. (rows, C) */
  async predictAll(rows: TokenisedRows): Promise<number[][] | null> {
    const answers = this.#answers ? await rows.probabilities(this.engine) : null;
    return this.#answers ? answers : null;
  }

  destroy(): void {
    this.engine.destroy();
  }
}

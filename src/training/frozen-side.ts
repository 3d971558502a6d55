import type { Batch, Engine, EngineSettings, LoadedEncoder, NamedTensors } from '../engine/contract.ts';
import { createBaselineEngine, type FeatureRows, headLogits, trainBaselines } from './baseline.ts';
import { score, softmax } from './metrics.ts';
import type { EpochRecord, FrozenBaselines, ScoredRows, StepRecord } from './records/records.ts';
import type { SessionState } from './records/saved-run.ts';
import type { Run } from './run.ts';
import type { TokenisedRows } from './tokenised-rows.ts';

type Trained = NonNullable<SessionState['baseline']>;

type FrozenEvent =
  | { type: 'work' }
  | { type: 'baseline-step'; record: StepRecord }
  | { type: 'baseline'; record: EpochRecord };

/** Turns the yields of work without reports of its own into events at which a caller may pause. */
export async function* pausing<T>(work: AsyncGenerator<void, T>): AsyncGenerator<{ type: 'work' }, T> {
  for (;;) {
    const { done, value } = await work.next();
    if (done) return value;
    yield { type: 'work' };
  }
}

/** The frozen side of a run: the encoder as it was, the features that it makes of the rows, and the baselines on them. */
export class FrozenSide {
  /** The engine on the frozen encoder. Its head is the best baseline's, once that is trained. */
  readonly engine: Engine;
  /** Null until both baselines are trained. */
  trained: Trained | null = null;
  /** Pooled states of the training rows that have been encoded so far. */
  readonly #features: Float32Array[] = [];
  /** True while the engine temporarily has another head. */
  #lent = false;

  private constructor(engine: Engine) {
    this.engine = engine;
  }

  /** @param trained where a run goes on */
  static async create(encoder: LoadedEncoder, settings: EngineSettings, trained: Trained | null): Promise<FrozenSide> {
    const side = new FrozenSide(await createBaselineEngine(encoder, settings));
    side.trained = trained;
    if (trained) side.engine.writeTrainable(trained.heads.best);
    return side;
  }

  get records(): FrozenBaselines | null {
    return this.trained?.records ?? null;
  }

  /** Encodes training rows in passing, so that the baselines need not wait for them. */
  async meet(train: TokenisedRows, rows: readonly number[]): Promise<void> {
    for await (const _ of train.encode(this.engine, rows, this.#features));
  }

  /** Encodes rows with the frozen encoder. */
  async *#encode(rows: TokenisedRows, to: Float32Array[] = []): AsyncGenerator<FrozenEvent, FeatureRows> {
    yield* pausing(rows.encode(this.engine, rows.every, to));
    return { features: to, labels: rows.labels };
  }

  /** Trains both baselines. A restored run has not encoded the rows of its earlier steps: they are encoded first. */
  async *train(
    run: Run,
    labels: readonly string[],
    rows: { train: TokenisedRows; scored: TokenisedRows; on: ScoredRows },
    now: () => number,
  ): AsyncGenerator<FrozenEvent, FrozenBaselines> {
    const { engine } = this;
    const train = yield* this.#encode(rows.train, this.#features);
    const scored = { ...(yield* this.#encode(rows.scored)), on: rows.on };
    const parts = { engine, run, labels, train, ids: rows.train.ids, scored, now };
    const trained = yield* trainBaselines(parts);
    this.trained = { ...trained, logits: await headLogits(engine, scored) };
    return trained.records;
  }

  /** Both baselines with their scores on the test rows, and the best one's logits of them. */
  async *test(test: TokenisedRows, classes: number): AsyncGenerator<FrozenEvent, Trained | null> {
    if (!this.trained) return null;
    const { records, heads } = this.trained;
    const rows = yield* this.#encode(test);
    const of = async (head: NamedTensors) => {
      this.engine.writeTrainable(head);
      return headLogits(this.engine, rows);
    };
    const tested = (logits: number[][]) => score(logits, test.labels, classes);
    this.#lent = true;
    const own = heads.sameBudget && (await of(heads.sameBudget));
    const logits = await of(heads.best);
    this.#lent = false;
    const sameBudget = records.sameBudget && own ? { ...records.sameBudget, test: tested(own) } : null;
    return { records: { sameBudget, best: { ...records.best, test: tested(logits) } }, heads, logits };
  }

  /** The best baseline's probabilities for a batch of one row; null before it is trained and while it is lent. */
  async predict(batch: Batch): Promise<number[] | null> {
    return this.trained && !this.#lent ? softmax(await this.engine.evaluate(batch)) : null;
  }

  destroy(): void {
    this.engine.destroy();
  }
}

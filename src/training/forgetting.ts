import { chunks, epochOrder, evaluationBatches, makeBatch } from '../data/batches.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Tokenizer } from '../data/tokenizer.ts';
import type { Engine, LoadedEncoder, NamedTensors } from './engine.ts';
import { argMax } from './metrics.ts';
import { rowsAtOnce } from './micro-batches.ts';
import { type Run, rowLength } from './run.ts';
import { learningRateAt } from './schedule.ts';
import { engineSettings } from './session.ts';

/**
 * What becomes of task A when task B is learnt after it: with adapters, A's own stay as they are; with full fine-tuning,
 * B's training moves the weights that A stands on.
 */

export type ForgettingWay = 'adapters' | 'full';

export interface ForgettingPoint {
  way: ForgettingWay;
  /** Which task is being trained. */
  stage: 'first' | 'second';
  /** Steps trained so far, both tasks together. */
  step: number;
  /** Accuracy on the test rows of the first task, and of the second once it is begun. */
  first: number;
  second: number | null;
  /** Whether the first task's logits are, bit for bit, those from before the second task was begun. */
  untouched: boolean;
}

export interface ForgettingParts {
  encoder: LoadedEncoder;
  tokenizer: Tokenizer;
  first: Dataset;
  second: Dataset;
  /** Settings of the adapter's run and of full fine-tuning's; their tasks are not looked at. */
  runs: Record<ForgettingWay, Run>;
  steps: number;
}

/** How often accuracy is measured in each stage. */
const measurements = 4;

/** One task on one engine: its rows, and how to train and to measure it. */
class Learner {
  readonly engine: Engine;
  readonly #parts: ForgettingParts;
  readonly #run: Run;
  readonly #classes: number;
  readonly #train: { ids: number[]; label: number }[];
  readonly #test: { ids: number[]; label: number }[];

  private constructor(engine: Engine, parts: ForgettingParts, run: Run, dataset: Dataset) {
    this.engine = engine;
    this.#parts = parts;
    this.#run = run;
    this.#classes = dataset.labels.length;
    const encode = ({ text, label }: { text: string; label: number }) => ({
      ids: parts.tokenizer.encode(text, this.#maxLength),
      label,
    });
    this.#train = dataset.train.map(encode);
    this.#test = dataset.test.map(encode);
  }

  static async create(parts: ForgettingParts, run: Run, dataset: Dataset): Promise<Learner> {
    const settings = engineSettings(run, parts.encoder.config, dataset.labels.length);
    return new Learner(await parts.encoder.createEngine(settings), parts, run, dataset);
  }

  get #maxLength(): number {
    return rowLength(this.#run, this.#parts.encoder.config);
  }

  #batch(rows: readonly { ids: number[]; label: number }[]) {
    const { padId } = this.#parts.tokenizer;
    return makeBatch(
      rows.map(({ ids }) => ids),
      rows.map(({ label }) => label),
      padId,
      this.#maxLength,
    );
  }

  async step(step: number): Promise<void> {
    const { batchSize, seed, learningRate, warmup } = this.#run.training;
    const { steps } = this.#parts;
    const perEpoch = Math.ceil(this.#train.length / batchSize);
    const order = epochOrder(this.#train.length, seed, Math.floor(step / perEpoch));
    const rows = chunks(order, batchSize)[step % perEpoch] ?? [];
    const schedule = { learningRate, schedule: 'linear', warmupSteps: Math.round(warmup * steps) } as const;
    const batch = this.#batch(rows.flatMap((row) => this.#train[row] ?? []));
    await this.engine.step(batch, learningRateAt(step, steps, schedule));
  }

  /** Logits of all test rows. */
  async logits(): Promise<number[][]> {
    const logits: number[][] = [];
    const ids = this.#test.map((row) => row.ids);
    for (const batch of evaluationBatches(ids, rowsAtOnce(this.#run.training))) {
      const flat = await this.engine.evaluate(this.#batch(batch.flatMap((row) => this.#test[row] ?? [])));
      batch.forEach((row, i) => {
        logits[row] = [...flat.subarray(i * this.#classes, (i + 1) * this.#classes)];
      });
    }
    return logits;
  }

  accuracy(logits: readonly number[][]): number {
    return this.#test.filter(({ label }, row) => argMax(logits[row] ?? []) === label).length / this.#test.length;
  }
}

/** The tensors of the encoder itself among a run's. */
const encoderTensors = (tensors: NamedTensors): NamedTensors =>
  new Map([...tensors].filter(([name]) => name.startsWith('bert.') && !/\.(adapters|loras)\./.test(name)));

const equal = (one: readonly number[][], other: readonly number[][]) =>
  one.every((row, i) => row.every((value, j) => Object.is(value, other[i]?.[j])));

/** Trains task A, then task B, one way after the other; yields a measurement now and then, and null between steps. */
export async function* demonstrateForgetting(parts: ForgettingParts): AsyncGenerator<ForgettingPoint | null> {
  for (const way of ['adapters', 'full'] as const) {
    const first = await Learner.create(parts, parts.runs[way], parts.first);
    const second = await Learner.create(parts, parts.runs[way], parts.second);
    try {
      yield* oneWay(way, first, second, parts.steps);
    } finally {
      first.engine.destroy();
      second.engine.destroy();
    }
  }
}

async function* oneWay(
  way: ForgettingWay,
  first: Learner,
  second: Learner,
  steps: number,
): AsyncGenerator<ForgettingPoint | null> {
  const every = Math.ceil(steps / measurements);
  const due = (step: number) => (step + 1) % every === 0 || step + 1 === steps;
  const point = { way, second: null, untouched: true };
  yield { ...point, stage: 'first', step: 0, first: first.accuracy(await first.logits()) };
  for (let step = 0; step < steps; step++) {
    await first.step(step);
    yield due(step) ? { ...point, stage: 'first', step: step + 1, first: first.accuracy(await first.logits()) } : null;
  }
  const before = await first.logits();
  // Full fine-tuning has one encoder for both tasks; adapters have a frozen one and each their own.
  second.engine.writeTrainable(encoderTensors(await first.engine.readTrainable()));
  for (let step = 0; step < steps; step++) {
    await second.step(step);
    if (!due(step)) {
      yield null;
      continue;
    }
    first.engine.writeTrainable(encoderTensors(await second.engine.readTrainable()));
    const logits = await first.logits();
    yield {
      way,
      stage: 'second',
      step: steps + step + 1,
      first: first.accuracy(logits),
      second: second.accuracy(await second.logits()),
      untouched: equal(before, logits),
    };
  }
}

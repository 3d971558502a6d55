import type { Dataset } from '../../data/dataset.ts';
import type { Tokenizer } from '../../data/tokenizer/tokenizer.ts';
import type { Engine, LoadedEncoder, NamedTensors } from '../../engine/contract.ts';
import { rowsAtOnce } from '../../engine/micro-batches.ts';
import { tensorPart } from '../../model/tensor-names.ts';
import { chunks, epochOrder } from '../batches.ts';
import { engineSettings } from '../engine-settings.ts';
import { resultOf } from '../evaluate.ts';
import { argMax } from '../metrics.ts';
import { type Run, rowLength } from '../run.ts';
import { runRateAt } from '../schedule.ts';
import { TokenisedRows } from '../tokenised-rows.ts';

/**
 * Forgetting of task A when task B is learnt after it: with adapters, A's own stay as they are; with full fine-tuning,
 * B's training moves the weights that A depends on.
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
  /** Settings of the adapter's run and of full fine-tuning's; their tasks are ignored. */
  runs: Record<ForgettingWay, Run>;
  steps: number;
}

/** Number of accuracy measurements in each stage. */
const measurements = 4;

/** One task on one engine: its rows, and how to train and to measure it. */
class Learner {
  readonly engine: Engine;
  readonly #steps: number;
  readonly #run: Run;
  readonly #train: TokenisedRows;
  readonly #test: TokenisedRows;

  private constructor(engine: Engine, { encoder, tokenizer, steps }: ForgettingParts, run: Run, dataset: Dataset) {
    this.engine = engine;
    this.#steps = steps;
    this.#run = run;
    const options = { tokenizer, maxLength: rowLength(run, encoder.config), atOnce: rowsAtOnce(run.training) };
    this.#train = new TokenisedRows(dataset.train, options);
    this.#test = new TokenisedRows(dataset.test, options);
  }

  static async create(parts: ForgettingParts, run: Run, dataset: Dataset): Promise<Learner> {
    const settings = engineSettings(run, parts.encoder.config, dataset.labels.length);
    return new Learner(await parts.encoder.createEngine(settings), parts, run, dataset);
  }

  async step(step: number): Promise<void> {
    const { batchSize, seed, learningRate, warmup } = this.#run.training;
    const perEpoch = Math.ceil(this.#train.count / batchSize);
    const order = epochOrder(this.#train.count, seed, Math.floor(step / perEpoch));
    const rows = chunks(order, batchSize)[step % perEpoch] ?? [];
    const rate = runRateAt(step, this.#steps, { learningRate, schedule: 'linear', warmup });
    await this.engine.step(this.#train.batch(rows), rate);
  }

  /** Logits of all test rows. */
  logits(): Promise<number[][]> {
    return resultOf(this.#test.logits(this.engine));
  }

  accuracy(logits: readonly number[][]): number {
    const { labels, count } = this.#test;
    return labels.filter((label, row) => argMax(logits[row] ?? []) === label).length / count;
  }
}

/** The tensors of the encoder itself among a run's. */
const encoderTensors = (tensors: NamedTensors): NamedTensors =>
  new Map([...tensors].filter(([name]) => tensorPart(name) === 'base'));

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

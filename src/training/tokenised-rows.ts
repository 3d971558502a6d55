import type { Example, LabelOf } from '../data/dataset.ts';
import type { Tokenizer } from '../data/tokenizer/tokenizer.ts';
import type { Batch, Engine } from '../engine/contract.ts';
import { wordTargets } from '../engine/labels.ts';
import { notCounted } from '../model/shapes.ts';
import type { TaskKind } from '../model/task-kind.ts';
import { batchOfRows, chunks, evaluationBatches, makeBatch } from './batches.ts';
import { cutFlat, logitsOf, resultOf } from './evaluate.ts';
import { argMax, softmax } from './metrics.ts';
import type { Answers } from './scores/scores.ts';

/** How texts are cut into tokens. */
interface Cut {
  tokenizer: Tokenizer;
  /** Tokens of a row at most. */
  maxLength: number;
}

interface RowOptions extends Cut {
  /** Number of rows that an engine computes at once. */
  atOnce: number;
  /** Index of the first row among all of the run, where an engine may cache what never changes; absent: no caching. */
  from?: number;
}

/** What rows are labelled with. */
export interface RowTask<K extends TaskKind> {
  kind: K;
  /** Classes, or 1 where a number is asked for. */
  outputs: number;
}

/** A text as a batch of its own. */
export const textBatch = (text: string, { tokenizer, maxLength }: Cut): Batch =>
  makeBatch([tokenizer.encode(text, maxLength)], [0], tokenizer.padId, maxLength);

/** Texts without labels as rows. @param atOnce number of rows that an engine computes at once */
export const textRows = (texts: readonly string[], options: Cut & { atOnce: number }): TokenisedRows =>
  new TokenisedRows(
    texts.map((text) => ({ text })),
    options,
  );

interface CutRow {
  ids: number[];
  /** As `batchOfRows` takes them. */
  labels: readonly number[];
}

/** A row's labels where each of its tokens has none, or the row only one. */
const labelsOf: { [K in Exclude<TaskKind, 'token'>]: (label: LabelOf[K], outputs: number) => number[] } = {
  'single-label': (label) => [label],
  'multi-label': (label, outputs) => {
    const has = new Set(label);
    return Array.from({ length: outputs }, (_, at) => Number(has.has(at)));
  },
  regression: (label) => [label],
};

type UnlabelledRow<K extends TaskKind> = Omit<Example<K>, 'label'> & { label?: LabelOf[K] };

/** Rows of a run. They are tokenised at their first use: setting a run up does not wait for it. */
export class TokenisedRows<K extends TaskKind = 'single-label'> {
  readonly #rows: readonly UnlabelledRow<K>[];
  readonly #options: RowOptions;
  readonly #task: RowTask<TaskKind>;
  #cut: CutRow[] | null = null;

  /**
   * @param rows without a label: 0, where nothing is compared
   * @param task absent: one class a row
   */
  constructor(rows: readonly UnlabelledRow<K>[], options: RowOptions, task?: RowTask<K>) {
    this.#rows = rows;
    this.#options = options;
    this.#task = task ?? { kind: 'single-label', outputs: 1 };
  }

  get count(): number {
    return this.#rows.length;
  }

  /** The indices of all rows. */
  get every(): number[] {
    return this.#rows.map((_, row) => row);
  }

  /** Class of each row, where it has one. */
  get labels(): number[] {
    return this.#rows.map(({ label = 0 }) => Number(label));
  }

  get ids(): number[][] {
    return this.#cutRows.map(({ ids }) => ids);
  }

  get #cutRows(): CutRow[] {
    this.#cut ??= this.#rows.map((row) => this.#cutRow(row));
    return this.#cut;
  }

  #cutRow({ text, words = [], label = 0 }: UnlabelledRow<TaskKind>): CutRow {
    const { tokenizer, maxLength } = this.#options;
    const { kind, outputs } = this.#task;
    if (kind === 'token') {
      const { ids, wordIds } = tokenizer.encodeWords(words, maxLength);
      return { ids, labels: wordTargets(wordIds, label as LabelOf['token']) };
    }
    return { ids: tokenizer.encode(text, maxLength), labels: labelsOf[kind](label as never, outputs) };
  }

  /** Places of a row's tokens that are labelled; null where rows are. */
  #counted(row: number): number[] | null {
    if (this.#task.kind !== 'token') return null;
    const { labels = [] } = this.#cutRows[row] ?? {};
    return labels.flatMap((label, at) => (label === notCounted ? [] : [at]));
  }

  /** What a row is compared with, without what is not counted: see `Answers`. */
  #targets(row: number): number[][] {
    const { labels = [] } = this.#cutRows[row] ?? {};
    return this.#counted(row)?.map((at) => [labels[at] ?? 0]) ?? [[...labels]];
  }

  /** The same of each row, end to end. */
  get targets(): number[][] {
    return this.every.map((row) => this.#targets(row).flat());
  }

  /** Number of answers that rows ask for: their own, or their words'. */
  answers(rows: readonly number[]): number {
    return rows.reduce((sum, row) => sum + (this.#counted(row)?.length ?? 1), 0);
  }

  /** Logits beside what is right. @param logits of all rows, as `logits` gives them */
  answered(logits: readonly (readonly number[])[]): Answers {
    const targets = this.every.map((row) => this.#targets(row));
    return { logits, targets: targets.flat(), rows: targets.map(({ length }) => length) };
  }

  batch(rows: readonly number[]): Batch {
    const { tokenizer, maxLength, from } = this.#options;
    const cut = rows.map((row) => this.#cutRows[row] ?? { ids: [], labels: [] });
    const labels = { kind: this.#task.kind, labels: cut.map((row) => row.labels) };
    const batch = batchOfRows(cut, labels, tokenizer.padId, maxLength);
    return from === undefined ? batch : { ...batch, keys: Uint32Array.from(rows, (row) => from + row) };
  }

  /** Batches of like length. */
  batches(): number[][] {
    return evaluationBatches(this.ids, this.#options.atOnce);
  }

  /** What an engine gave for a row's tokens, of those alone that are labelled. @param flat of the row, or (T, width) */
  #ofCounted(row: number, flat: Float32Array, width: number): Float32Array {
    const counted = this.#counted(row);
    if (!counted) return flat.slice();
    const picked = new Float32Array(counted.length * width);
    for (const [i, at] of counted.entries()) picked.set(flat.subarray(at * width, (at + 1) * width), i * width);
    return picked;
  }

  /**
   * Writes the pooled states of some rows to their indices of a list, piece by piece; an entry that is there stays as
   * it is.
   * @param hidden H
   * @param to one state a row (H); where words are labelled, those of its words (words, H)
   */
  async *encode(engine: Engine, rows: readonly number[], hidden: number, to: Float32Array[]): AsyncGenerator<void> {
    const missing = rows.filter((row) => !to[row]);
    for (const some of chunks(missing, this.#options.atOnce)) {
      const states = cutFlat(await engine.encode(this.batch(some)), some.length);
      some.forEach((row, i) => {
        to[row] = this.#ofCounted(row, states[i] ?? new Float32Array(), hidden);
      });
      yield;
    }
  }

  /** Pooled states of some rows, as an engine makes them now. (rows, H) */
  async states(engine: Engine, rows: readonly number[], hidden: number): Promise<Float32Array[]> {
    const states: Float32Array[] = [];
    for await (const _ of this.encode(engine, rows, hidden, states));
    return rows.map((row) => states[row] ?? new Float32Array(hidden));
  }

  /** The likeliest class of some rows, where a row has one of them. (rows) */
  async answersOf(engine: Pick<Engine, 'evaluate'>, rows: readonly number[]): Promise<number[]> {
    const logits = await resultOf(logitsOf(engine, chunks(rows, this.#options.atOnce), (some) => this.batch(some)));
    return rows.map((row) => argMax(logits[row] ?? []));
  }

  /** Probabilities of the classes for all rows in their order, where a row has one of them. (rows, C) */
  async probabilities(this: TokenisedRows, engine: Pick<Engine, 'evaluate'>): Promise<number[][]> {
    return (await resultOf(this.logits(engine))).map(softmax);
  }

  /** Logits of all rows in their order, one list an answer, piece by piece. (answers, C) */
  async *logits(engine: Pick<Engine, 'evaluate'>): AsyncGenerator<void, number[][]> {
    const { outputs, kind } = this.#task;
    const logits = yield* logitsOf(engine, this.batches(), (rows) => this.batch(rows));
    if (kind !== 'token') return logits;
    return logits.flatMap((flat, row) => {
      const counted = this.#ofCounted(row, Float32Array.from(flat), outputs);
      return counted.length === 0 ? [] : cutFlat(counted, counted.length / outputs).map((one) => [...one]);
    });
  }
}

import type { Tokenizer } from '../data/tokenizer/tokenizer.ts';
import type { Batch, Engine } from '../engine/contract.ts';
import { chunks, evaluationBatches, makeBatch } from './batches.ts';
import { cutFlat, logitsOf } from './evaluate.ts';

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

/** A text as a batch of its own. */
export const textBatch = (text: string, { tokenizer, maxLength }: Cut): Batch =>
  makeBatch([tokenizer.encode(text, maxLength)], [0], tokenizer.padId, maxLength);

/** Rows of a run. They are tokenised at their first use: setting a run up does not wait for it. */
export class TokenisedRows {
  readonly labels: number[];
  readonly #texts: string[];
  readonly #options: RowOptions;
  #ids: number[][] | null = null;

  /** @param rows without a label: 0, where nothing is compared */
  constructor(rows: readonly { text: string; label?: number }[], options: RowOptions) {
    this.labels = rows.map(({ label = 0 }) => label);
    this.#texts = rows.map(({ text }) => text);
    this.#options = options;
  }

  get count(): number {
    return this.labels.length;
  }

  /** The indices of all rows. */
  get every(): number[] {
    return this.labels.map((_, row) => row);
  }

  get ids(): number[][] {
    const { tokenizer, maxLength } = this.#options;
    this.#ids ??= this.#texts.map((text) => tokenizer.encode(text, maxLength));
    return this.#ids;
  }

  batch(rows: readonly number[]): Batch {
    const { tokenizer, maxLength, from } = this.#options;
    return makeBatch(
      rows.map((row) => this.ids[row] ?? []),
      rows.map((row) => this.labels[row] ?? 0),
      tokenizer.padId,
      maxLength,
      from === undefined ? undefined : rows.map((row) => from + row),
    );
  }

  /** Batches of like length. */
  batches(): number[][] {
    return evaluationBatches(this.ids, this.#options.atOnce);
  }

  /**
   * Writes the pooled states of some rows to their indices of a list, piece by piece; an entry that is there stays as
   * it is.
   * @param to one state a row (H)
   */
  async *encode(engine: Engine, rows: readonly number[], to: Float32Array[]): AsyncGenerator<void> {
    const missing = rows.filter((row) => !to[row]);
    for (const some of chunks(missing, this.#options.atOnce)) {
      const states = cutFlat(await engine.encode(this.batch(some)), some.length);
      some.forEach((row, i) => {
        to[row] = (states[i] ?? new Float32Array()).slice();
      });
      yield;
    }
  }

  /** Logits of all rows in their order, piece by piece. (rows, C) */
  logits(engine: Pick<Engine, 'evaluate'>): AsyncGenerator<void, number[][]> {
    return logitsOf(engine, this.batches(), (rows) => this.batch(rows));
  }
}

import { chunks, evaluationBatches, makeBatch } from '../data/batches.ts';
import type { Example } from '../data/dataset.ts';
import type { Tokenizer } from '../data/tokenizer.ts';
import type { Batch, Engine } from './engine.ts';

export interface RowOptions {
  tokenizer: Tokenizer;
  /** Tokens of a row at most. */
  maxLength: number;
  /** Rows that an engine computes at once. */
  atOnce: number;
  /** The first row's number among all rows of the run. */
  from: number;
}

/** Rows of a run. They are cut into tokens when these are first asked for: setting a run up does not wait for it. */
export class TokenisedRows {
  readonly labels: number[];
  readonly #texts: string[];
  readonly #options: RowOptions;
  #ids: number[][] | null = null;

  constructor(rows: readonly Example[], options: RowOptions) {
    this.labels = rows.map(({ label }) => label);
    this.#texts = rows.map(({ text }) => text);
    this.#options = options;
  }

  get count(): number {
    return this.labels.length;
  }

  /** The numbers of all rows. */
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
      rows.map((row) => from + row),
    );
  }

  /** Batches of like length, of the first rows or of all. */
  batches(most = this.count): number[][] {
    return evaluationBatches(this.ids.slice(0, most), this.#options.atOnce);
  }

  /**
   * Puts the pooled states of some rows in their places of a list, piece by piece; a place that is filled stays as it is.
   * @param to one state a row (H)
   */
  async *encode(engine: Engine, rows: readonly number[], to: Float32Array[]): AsyncGenerator<void> {
    const missing = rows.filter((row) => !to[row]);
    for (const some of chunks(missing, this.#options.atOnce)) {
      const pooled = await engine.encode(this.batch(some));
      const width = pooled.length / some.length;
      some.forEach((row, i) => {
        to[row] = pooled.slice(i * width, (i + 1) * width);
      });
      yield;
    }
  }

  /** Logits of all rows in their order, piece by piece. (rows, C) */
  async *logits(engine: Engine): AsyncGenerator<void, number[][]> {
    const logits: number[][] = [];
    for (const rows of this.batches()) {
      const flat = await engine.evaluate(this.batch(rows));
      const classes = flat.length / rows.length;
      rows.forEach((row, i) => {
        logits[row] = [...flat.subarray(i * classes, (i + 1) * classes)];
      });
      yield;
    }
    return logits;
  }
}

import type { Example, LabelOf } from '../data/dataset.ts';
import type { Tokenizer } from '../data/tokenizer/tokenizer.ts';
import type { Batch, Engine } from '../engine/contract.ts';
import { wordTargets } from '../engine/labels.ts';
import { notCounted } from '../model/shapes.ts';
import type { TaskKind } from '../model/task-kind.ts';
import { batchOfRows, chunks, evaluationBatches, type TokenRow } from './batches.ts';
import { cutFlat, logitsOf, resultOf } from './evaluate.ts';
import type { Answers } from './scores/scores.ts';

/** How texts are cut into tokens. */
export interface Cut {
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

interface CutRow extends TokenRow {
  ids: number[];
  /** As `batchOfRows` takes them. */
  labels: readonly number[];
  /** Words of the tokens that are labelled, where words are. */
  words?: readonly number[];
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

/** Labels that stand where a row has none: nothing is compared with them. */
const placeholders: { [K in TaskKind]: (words: readonly string[]) => LabelOf[K] } = {
  'single-label': () => 0,
  'multi-label': () => [],
  regression: () => 0,
  token: (words) => words.map(() => 0),
};

type UnlabelledRow<K extends TaskKind> = Omit<Example<K>, 'label'> & { label?: LabelOf[K] };

/** Rows of a run. They are tokenised at their first use: setting a run up does not wait for it. */
export class TokenisedRows<K extends TaskKind = 'single-label'> {
  readonly #rows: readonly UnlabelledRow<K>[];
  readonly #options: RowOptions;
  readonly #task: RowTask<TaskKind>;
  #cut: CutRow[] | null = null;

  /**
   * @param rows without a label: of something that stands for one, where nothing is compared
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

  #cutRow({ words = [], label, ...texts }: UnlabelledRow<TaskKind>): CutRow {
    const { tokenizer, maxLength } = this.#options;
    const { kind, outputs } = this.#task;
    label ??= placeholders[kind](words);
    if (kind === 'token') {
      const { ids, wordIds } = tokenizer.encodeWords(words, maxLength);
      const labels = wordTargets(wordIds, label as LabelOf['token']);
      return { ids, labels, words: labels.flatMap((one, at) => (one === notCounted ? [] : [wordIds[at] ?? 0])) };
    }
    return { ...tokenizer.encodeRow(texts, maxLength), labels: labelsOf[kind](label as never, outputs) };
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

  /** Indices of a row's words that are labelled and not cut off, where words are. */
  wordsAt(row: number): readonly number[] {
    return this.#cutRows[row]?.words ?? [];
  }

  /** Number of answers that rows ask for: their own, or their words'. */
  answers(rows: readonly number[]): number {
    return rows.reduce((sum, row) => sum + (this.#counted(row)?.length ?? 1), 0);
  }

  /** Logits beside what is right. @param logits of all rows, as `logits` gives them */
  answered(logits: readonly (readonly number[])[]): Answers {
    const targets = this.every.map((row) => this.#targets(row));
    const answers = { logits, targets: targets.flat(), rows: targets.map(({ length }) => length) };
    if (this.#task.kind !== 'token') return answers;
    const words = this.every.flatMap((row) => this.wordsAt(row).map((word) => this.#rows[row]?.words?.[word] ?? ''));
    return { ...answers, words };
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

  /** What an engine makes of some rows now: a state a row (H), or those of its words (words, H). */
  async states(engine: Engine, rows: readonly number[], hidden: number): Promise<Float32Array[]> {
    const states: Float32Array[] = [];
    for await (const _ of this.encode(engine, rows, hidden, states));
    return rows.map((row) => states[row] ?? new Float32Array(hidden));
  }

  /** Logits of some rows, one list an answer. (answers, C) */
  async answersTo(engine: Pick<Engine, 'evaluate'>, rows: readonly number[]): Promise<number[][]> {
    const logits = await resultOf(logitsOf(engine, chunks(rows, this.#options.atOnce), (some) => this.batch(some)));
    return rows.flatMap((row) => this.#answersIn(row, logits[row] ?? []));
  }

  /** Logits of all rows in their order, one list an answer, piece by piece. (answers, C) */
  async *logits(engine: Pick<Engine, 'evaluate'>): AsyncGenerator<void, number[][]> {
    const logits = yield* logitsOf(engine, this.batches(), (rows) => this.batch(rows));
    return logits.flatMap((flat, row) => this.#answersIn(row, flat));
  }

  /** What an engine gave for a row, one list an answer. (answers, C) */
  #answersIn(row: number, flat: number[]): number[][] {
    const { outputs, kind } = this.#task;
    if (kind !== 'token') return [flat];
    const counted = this.#ofCounted(row, Float32Array.from(flat), outputs);
    return counted.length === 0 ? [] : cutFlat(counted, counted.length / outputs).map((one) => [...one]);
  }
}

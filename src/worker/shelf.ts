import { evaluationBatches, makeBatch } from '../data/batches.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Tokenizer } from '../data/tokenizer.ts';
import { atStrength } from '../training/adapters.ts';
import type { Engine, LoadedEncoder, NamedTensors } from '../training/engine.ts';
import { type Scores, score, softmax } from '../training/metrics.ts';
import type { Prediction } from '../training/records.ts';
import type { Run } from '../training/run.ts';
import { engineSettings } from '../training/session.ts';

/** A trained adapter with its head. */
export interface TrainedAdapter {
  run: Run;
  labels: string[];
  tensors: NamedTensors;
}

interface Held extends TrainedAdapter {
  engine: Engine;
  /** The tensors before training. */
  start: NamedTensors;
  /** What the engine's tensors are scaled to. */
  strength: number;
}

/** Held at once; each has buffers of its own. The one that was used longest ago makes room. */
const mostHeld = 6;

/** Several trained adapters on one loaded encoder, each ready to answer at any strength. */
export class Shelf {
  readonly #encoder: LoadedEncoder;
  readonly #tokenizer: Tokenizer;
  readonly #held = new Map<string, Held>();

  constructor(encoder: LoadedEncoder, tokenizer: Tokenizer) {
    this.#encoder = encoder;
    this.#tokenizer = tokenizer;
  }

  /** Takes an adapter, or its newer tensors. */
  async hold(id: string, { run, labels, tensors }: TrainedAdapter): Promise<void> {
    const known = this.#held.get(id);
    if (known && JSON.stringify(known.run) === JSON.stringify(run)) {
      known.engine.writeTrainable(tensors);
      Object.assign(known, { tensors, strength: 1 });
      return;
    }
    this.release(id);
    for (const oldest of [...this.#held.keys()].slice(0, Math.max(0, this.#held.size - mostHeld + 1)))
      this.release(oldest);
    const engine = await this.#encoder.createEngine(engineSettings(run, this.#encoder.config, labels.length));
    try {
      const start = await engine.readTrainable();
      engine.writeTrainable(tensors);
      this.#held.set(id, { run, labels, tensors, engine, start, strength: 1 });
    } catch (error) {
      engine.destroy();
      throw error;
    }
  }

  #take(id: string, strength: number): Held {
    const held = this.#held.get(id);
    if (!held) throw new Error('This adapter is no longer loaded. Choose it again.');
    // Used last: let go last.
    this.#held.delete(id);
    this.#held.set(id, held);
    if (held.strength !== strength) held.engine.writeTrainable(atStrength(held.tensors, held.start, strength));
    held.strength = strength;
    return held;
  }

  #lengthOf({ run }: TrainedAdapter): number {
    return Math.min(run.training.maxLength, this.#encoder.config.positions);
  }

  runOf(id: string): Run | null {
    return this.#held.get(id)?.run ?? null;
  }

  async predict(id: string, text: string, strength: number): Promise<Prediction> {
    const held = this.#take(id, strength);
    const length = this.#lengthOf(held);
    const ids = this.#tokenizer.encode(text, length);
    const adapted = softmax(await held.engine.evaluate(makeBatch([ids], [0], this.#tokenizer.padId, length)));
    return { text, tokens: this.#tokenizer.tokens(text, length), labels: held.labels, base: null, adapted };
  }

  /** @throws where the rows have other classes than the adapter's head */
  async score(id: string, { test, labels: classNames }: Dataset, strength: number): Promise<Scores> {
    const held = this.#take(id, strength);
    const classOf = classNames.map((name) => held.labels.indexOf(name));
    if (held.labels.length !== classNames.length || classOf.includes(-1))
      throw new Error(
        `${held.run.name} tells ${held.labels.join(', ')} apart; the rows have other classes. It can be tried, not measured.`,
      );
    const length = this.#lengthOf(held);
    const rows = test.map(({ text }) => this.#tokenizer.encode(text, length));
    const classes = held.labels.length;
    const logits: number[][] = [];
    for (const batch of evaluationBatches(rows, held.run.training.batchSize)) {
      const ids = batch.map((row) => rows[row] ?? []);
      const flat = await held.engine.evaluate(
        makeBatch(
          ids,
          ids.map(() => 0),
          this.#tokenizer.padId,
          length,
        ),
      );
      batch.forEach((row, i) => {
        logits[row] = [...flat.subarray(i * classes, (i + 1) * classes)];
      });
    }
    return score(
      logits,
      test.map(({ label }) => classOf[label] ?? 0),
      classes,
    );
  }

  release(id: string): void {
    this.#held.get(id)?.engine.destroy();
    this.#held.delete(id);
  }

  destroy(): void {
    for (const id of [...this.#held.keys()]) this.release(id);
  }
}

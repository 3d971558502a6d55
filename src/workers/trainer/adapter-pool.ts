import { msg, UserError } from '../../base/message.ts';
import type { Dataset } from '../../data/dataset.ts';
import type { Texts } from '../../data/rows/texts.ts';
import type { Tokenizer } from '../../data/tokenizer/tokenizer.ts';
import type { Bases } from '../../device/bases.ts';
import type { Engine, NamedTensors } from '../../engine/contract.ts';
import { rowsAtOnce } from '../../engine/micro-batches.ts';
import type { EncoderConfig } from '../../model/encoder-config.ts';
import { withoutTokenTypes } from '../../model/parameters.ts';
import { outputsOf, type TaskKind } from '../../model/task-kind.ts';
import { atStrength } from '../../training/adapters.ts';
import { engineSettings } from '../../training/engine-settings.ts';
import { resultOf } from '../../training/evaluate.ts';
import type { TextAnswers } from '../../training/experiments/occlusion.ts';
import { answerTexts, predictTexts } from '../../training/predict.ts';
import type { AnyScores, Prediction } from '../../training/records/records.ts';
import { kindOf, rowLength, typedFor } from '../../training/run.ts';
import { scoringOf } from '../../training/scores/scoring.ts';
import { TokenisedRows } from '../../training/tokenised-rows.ts';
import type { TrainedAdapter } from './api.ts';

interface Held extends TrainedAdapter {
  engine: Engine;
  /** The tensors before training. */
  start: NamedTensors;
  /** Strength that the engine's tensors are scaled to. */
  strength: number;
}

/** Adapters ready at once, each with buffers of its own. The least recently used one makes room. */
const maxHeld = 6;

/** The encoder that adapters are loaded on. */
interface PoolEncoder {
  loaded: { config: EncoderConfig };
  /** Each adapter answers on the weights that it was trained on. */
  bases: Pick<Bases, 'in'>;
  tokenizer: Tokenizer;
}

/** Several trained adapters on one loaded encoder, each ready to answer at any strength. */
export class AdapterPool {
  readonly #config: EncoderConfig;
  readonly #bases: Pick<Bases, 'in'>;
  readonly #tokenizer: Tokenizer;
  readonly #held = new Map<string, Held>();
  /** Adapters that had to make room, or come from an earlier pool: loaded when they are used. */
  readonly #waiting: Map<string, TrainedAdapter>;

  /** @param earlier a pool of the same encoder on another device or in other bits, whose adapters are taken over */
  constructor({ loaded, bases, tokenizer }: PoolEncoder, earlier: AdapterPool | null = null) {
    this.#config = loaded.config;
    this.#bases = bases;
    this.#tokenizer = tokenizer;
    this.#waiting = new Map(earlier ? earlier.#adapters() : []);
  }

  /** All adapters, without their resources on the device. */
  #adapters(): [string, TrainedAdapter][] {
    const held = [...this.#held].map(([id, { run, labels, tensors }]): [string, TrainedAdapter] => [
      id,
      { run, labels, tensors },
    ]);
    return [...this.#waiting, ...held];
  }

  /** Loads an adapter, or its newer tensors. */
  async load(id: string, { run, labels, tensors: given }: TrainedAdapter): Promise<void> {
    const tensors = withoutTokenTypes(this.#config, given);
    const known = this.#held.get(id);
    if (known && JSON.stringify(known.run) === JSON.stringify(run)) {
      known.engine.writeTrainable(tensors);
      Object.assign(known, { tensors, strength: 1 });
      return;
    }
    this.#putAside(id);
    for (const oldest of [...this.#held.keys()].slice(0, Math.max(0, this.#held.size - maxHeld + 1)))
      this.#putAside(oldest);
    const base = await this.#bases.in(run.frozenBits);
    const engine = await base.createEngine(engineSettings(run, this.#config, labels.length));
    try {
      const start = await engine.readTrainable();
      engine.writeTrainable(tensors);
      this.#held.set(id, { run, labels, tensors, engine, start, strength: 1 });
      this.#waiting.delete(id);
    } catch (error) {
      engine.destroy();
      throw error;
    }
  }

  async #take(id: string, strength: number): Promise<Held> {
    const waiting = this.#waiting.get(id);
    if (waiting) await this.load(id, waiting);
    const held = this.#held.get(id);
    if (!held) throw new UserError('This adapter is no longer loaded. Choose it again.');
    // Most recently used: makes room last.
    this.#held.delete(id);
    this.#held.set(id, held);
    if (held.strength !== strength) held.engine.writeTrainable(atStrength(held.tensors, held.start, strength));
    held.strength = strength;
    return held;
  }

  #cutOf({ run }: TrainedAdapter) {
    return { tokenizer: this.#tokenizer, maxLength: rowLength(run, this.#config) };
  }

  find(id: string): Pick<TrainedAdapter, 'run' | 'labels'> | null {
    return this.#held.get(id) ?? this.#waiting.get(id) ?? null;
  }

  async predict(id: string, typed: Texts, strength: number): Promise<Prediction> {
    const held = await this.#take(id, strength);
    return predictTexts(typedFor(held.run, typed), await this.#answering(held));
  }

  /** The classes that it gives several texts, each by itself. Of tasks with one class a row alone. */
  async predictAll(id: string, texts: readonly string[], strength: number): Promise<TextAnswers> {
    const held = await this.#take(id, strength);
    return answerTexts(texts, { ...(await this.#answering(held)), atOnce: rowsAtOnce(held.run.training) });
  }

  async #answering(held: Held) {
    const scoring = await scoringOf(kindOf(held.run));
    return { scoring, labels: held.labels, adapted: held.engine, base: null, ...this.#cutOf(held) };
  }

  /** @throws where the rows have other classes than the adapter's head */
  async score(
    id: string,
    { test, labels: classNames }: Pick<Dataset<TaskKind>, 'test' | 'labels'>,
    strength: number,
  ): Promise<AnyScores> {
    const held = await this.#take(id, strength);
    const classOf = classNames.map((name) => held.labels.indexOf(name));
    if (held.labels.length !== classNames.length || classOf.includes(-1))
      throw new UserError(
        msg`${held.run.name} tells ${held.labels.join(', ')} apart; the rows have other classes. It can be tried, not measured.`,
      );
    const kind = kindOf(held.run);
    const own = (label: number) => (kind === 'regression' ? label : (classOf[label] ?? 0));
    const labelled = test.map(({ label, ...example }) => ({
      ...example,
      label: Array.isArray(label) ? label.map(own) : own(label),
    }));
    const task = { kind, outputs: outputsOf(kind, held.labels.length) };
    const rows = new TokenisedRows(labelled, { ...this.#cutOf(held), atOnce: rowsAtOnce(held.run.training) }, task);
    const { score } = await scoringOf(kind);
    return score(rows.answered(await resultOf(rows.logits(held.engine))), held.labels);
  }

  /** Frees an adapter's resources on the device; it can be used as before. */
  #putAside(id: string): void {
    const held = this.#held.get(id);
    if (!held) return;
    const { run, labels, tensors, engine } = held;
    engine.destroy();
    this.#held.delete(id);
    this.#waiting.set(id, { run, labels, tensors });
  }

  release(id: string): void {
    this.#putAside(id);
    this.#waiting.delete(id);
  }

  destroy(): void {
    for (const id of [...this.#held.keys()]) this.release(id);
  }
}

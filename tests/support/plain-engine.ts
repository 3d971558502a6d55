import type { Texts } from '../../src/data/rows/texts.ts';
import type { Tokenizer } from '../../src/data/tokenizer/tokenizer.ts';
import type {
  Batch,
  Engine,
  EngineSettings,
  FeatureBatch,
  LoadedEncoder,
  NamedTensors,
  OptimizerState,
} from '../../src/engine/contract.ts';
import type { EncoderConfig } from '../../src/model/encoder-config.ts';
import { headBias, headWeight } from '../../src/model/tensor-names.ts';
import { normals } from './numbers.ts';

/**
 * A small model in plain arithmetic, for tests of the loop around an engine: the frozen encoder is the mean of fixed word
 * vectors, an adapter is a vector added to it, the head is linear; AdamW trains both.
 */

const width = 6;
const offset = 'adapter.offset';
const config: EncoderConfig = {
  family: 'bert',
  layers: 1,
  hidden: width,
  heads: 1,
  intermediate: width,
  vocabulary: 64,
  positions: 32,
  tokenTypes: 1,
  layerNormEpsilon: 1e-12,
};

/** Words as numbers; no special tokens. */
export const plainTokenizer = {
  padId: 0,
  encodeRow: ({ text }: Texts, most: number) => ({ ids: text.split(' ').slice(0, most).map(Number) }),
  tokens: ({ text }: Texts, most: number) => text.split(' ').slice(0, most),
} as unknown as Tokenizer;

type Values = NamedTensors;
const copyOf = (values: Values): NamedTensors =>
  new Map([...values].map(([name, { shape, data }]) => [name, { shape: [...shape], data: data.slice() }]));

/** Requests to an engine: rows by their keys, in the order of asking. */
export interface Asked {
  evaluated: number[];
  encoded: number[];
  steps: number;
}

class PlainEngine implements Engine {
  readonly name = 'wasm';
  readonly device = 'plain';
  readonly #settings: EngineSettings;
  readonly #asked: Asked;
  readonly #words: Float64Array;
  readonly #trainable: Values = new Map();
  readonly #moments: [Values, Values] = [new Map(), new Map()];
  #updates = 0;
  #gradients: Values = new Map();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(settings: EngineSettings, asked: Asked) {
    this.#settings = settings;
    this.#asked = asked;
    this.#words = normals(config.vocabulary * width, 1);
    const shapes: [string, number[]][] = [
      ...(settings.plan.adapters.length > 0 ? [[offset, [width]] as [string, number[]]] : []),
      [headWeight, [settings.classes, width]],
      [headBias, [settings.classes]],
    ];
    for (const [name, shape] of shapes) {
      const size = shape.reduce((a, b) => a * b, 1);
      this.#trainable.set(name, { shape, data: new Float32Array(size) });
      for (const moments of this.#moments) moments.set(name, { shape, data: new Float32Array(size) });
    }
  }

  #values(name: string): Float32Array {
    return this.#trainable.get(name)?.data ?? new Float32Array(width);
  }

  #states(batch: Batch | FeatureBatch): Float64Array[] {
    return Array.from({ length: batch.examples }, (_, i) => {
      if ('features' in batch) return Float64Array.from(batch.features.subarray(i * width, (i + 1) * width));
      const count = batch.lengths[i] ?? 1;
      const state = new Float64Array(width);
      for (let at = 0; at < count; at++) {
        const id = (batch.ids[i * batch.length + at] ?? 0) % config.vocabulary;
        for (let h = 0; h < width; h++) state[h] = (state[h] ?? 0) + (this.#words[id * width + h] ?? 0) / count;
      }
      return Float64Array.from(Float32Array.from(state), (value, h) => value + (this.#values(offset)[h] ?? 0));
    });
  }

  #logits(state: Float64Array): number[] {
    const [weight, bias] = [this.#values(headWeight), this.#values(headBias)];
    return [...bias].map((b, c) => state.reduce((sum, value, h) => sum + value * (weight[c * width + h] ?? 0), b));
  }

  /** One thing at a time, as real engines do. */
  #alone<T>(work: () => T): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  step(batch: Batch | FeatureBatch, learningRate: number): Promise<{ loss: number; gradNorm: number }> {
    return this.#alone(() => {
      this.#asked.steps++;
      this.#gradients = new Map(
        [...this.#trainable].map(([name, { shape, data }]) => [name, { shape, data: new Float32Array(data.length) }]),
      );
      const gradient = (name: string) => this.#gradients.get(name)?.data ?? new Float32Array(width);
      let loss = 0;
      this.#states(batch).forEach((state, i) => {
        const logits = this.#logits(state);
        const sum = logits.reduce((total, value) => total + Math.exp(value), 0);
        const label = batch.labels[i] ?? 0;
        loss += (Math.log(sum) - (logits[label] ?? 0)) / batch.examples;
        logits.forEach((value, c) => {
          const d = (Math.exp(value) / sum - (c === label ? 1 : 0)) / batch.examples;
          gradient(headBias)[c] = (gradient(headBias)[c] ?? 0) + d;
          for (let h = 0; h < width; h++) {
            const at = c * width + h;
            gradient(headWeight)[at] = (gradient(headWeight)[at] ?? 0) + d * (state[h] ?? 0);
            gradient(offset)[h] = (gradient(offset)[h] ?? 0) + d * (this.#values(headWeight)[at] ?? 0);
          }
        });
      });
      this.#updates++;
      const { beta1, beta2, epsilon, weightDecay } = this.#settings.optimizer;
      let squares = 0;
      for (const [name, { shape, data }] of this.#trainable) {
        const [m, v] = this.#moments.map((moments) => moments.get(name)?.data ?? new Float32Array());
        if (!m || !v) continue;
        gradient(name).forEach((g, i) => {
          squares += g * g;
          m[i] = beta1 * (m[i] ?? 0) + (1 - beta1) * g;
          v[i] = beta2 * (v[i] ?? 0) + (1 - beta2) * g * g;
          const step = (m[i] ?? 0) / (1 - beta1 ** this.#updates);
          const scale = Math.sqrt((v[i] ?? 0) / (1 - beta2 ** this.#updates)) + epsilon;
          const decay = shape.length > 1 ? learningRate * weightDecay * (data[i] ?? 0) : 0;
          data[i] = (data[i] ?? 0) - decay - (learningRate * step) / scale;
        });
      }
      return { loss, gradNorm: Math.sqrt(squares) };
    });
  }

  evaluate(batch: Batch | FeatureBatch): Promise<Float32Array> {
    return this.#alone(() => {
      if ('ids' in batch) this.#asked.evaluated.push(...(batch.keys ?? []));
      return Float32Array.from(this.#states(batch).flatMap((state) => this.#logits(state)));
    });
  }

  encode(batch: Batch): Promise<Float32Array> {
    return this.#alone(() => {
      this.#asked.encoded.push(...(batch.keys ?? []));
      return Float32Array.from(this.#states(batch).flatMap((state) => [...state]));
    });
  }

  readTrainable = () => this.#alone(() => copyOf(this.#trainable));
  writeTrainable(tensors: NamedTensors): void {
    for (const [name, { data }] of tensors) this.#trainable.get(name)?.data.set(data);
  }
  readGradients = () => this.#alone(() => copyOf(this.#gradients));
  readOptimizer = () =>
    this.#alone(() => {
      const [first, second] = this.#moments;
      return { updates: this.#updates, firstMoments: copyOf(first), secondMoments: copyOf(second) };
    });
  writeOptimizer({ updates, firstMoments, secondMoments }: OptimizerState): void {
    this.#updates = updates;
    for (const [i, tensors] of [firstMoments, secondMoments].entries())
      for (const [name, { data }] of tensors) this.#moments[i]?.get(name)?.data.set(data);
  }
  hashFrozen = async () => '';
  memory = () => ({ frozen: 0, trainable: 0, optimizer: 0, activations: 0, scratch: 0, cache: 0 });
  sharedHeapBytes = () => null;
  destroy(): void {}
}

/** The encoder, and what its engines are asked: the run's comes first, then its frozen baseline's. */
export function plainEncoder(): { encoder: LoadedEncoder; asked: Asked[] } {
  const asked: Asked[] = [];
  const encoder: LoadedEncoder = {
    config,
    poolerCount: 0,
    createEngine: async (settings) => {
      const mine = { evaluated: [], encoded: [], steps: 0 };
      asked.push(mine);
      return new PlainEngine(settings, mine);
    },
    destroy: () => undefined,
  };
  return { encoder, asked };
}

import type { InferenceSession } from 'onnxruntime-web/wasm';
import { sha256Hex } from '../base/sha256.ts';
import type { EncoderWeights, NamedTensors } from '../engine/contract.ts';
import type { EncoderConfig } from '../model/encoder-config.ts';
import { headOnlyPlan } from '../model/methods.ts';
import { baseParameters } from '../model/parameters.ts';
import { createSession, type Runtime, releaseSession } from './runtime.ts';
import { frozenEncoderGraph, frozenLayersGraph } from './training-graph.ts';

interface Shared {
  session: Promise<InferenceSession>;
  users: number;
}

/** An encoder's weights, and the sessions of its frozen layers: every engine made on it shares them. */
export class FrozenEncoder {
  readonly config: EncoderConfig;
  readonly weights: NamedTensors;
  readonly #runtime: Runtime;
  #whole: Promise<InferenceSession> | null = null;
  /** Sessions of the lowest layers, by the number of layers. */
  readonly #lowest = new Map<number, Shared>();

  constructor(runtime: Runtime, { config, weights }: EncoderWeights) {
    this.#runtime = runtime;
    this.config = config;
    this.weights = weights;
  }

  get #graphParts() {
    return { proto: this.#runtime.proto, config: this.config, plan: headOnlyPlan, parameters: [] };
  }

  /** The session from tokens to pooled states. Each run's baseline needs it, so it lives as long as the encoder. */
  whole(): Promise<InferenceSession> {
    this.#whole ??= createSession(this.#runtime, frozenEncoderGraph(this.#graphParts), this.weights).catch(
      (error: unknown) => {
        this.#whole = null;
        throw error;
      },
    );
    return this.#whole;
  }

  /** The session from tokens to the states above the lowest layers. `leave` it when it is no longer needed. */
  take(layers: number): Promise<InferenceSession> {
    const known = this.#lowest.get(layers);
    if (known) {
      known.users++;
      return known.session;
    }
    const session = createSession(this.#runtime, frozenLayersGraph(this.#graphParts, layers), this.weights);
    this.#lowest.set(layers, { session, users: 1 });
    return session;
  }

  leave(layers: number): void {
    const shared = this.#lowest.get(layers);
    if (!shared || --shared.users > 0) return;
    this.#lowest.delete(layers);
    // A session that could not be made has already thrown at whoever took it.
    shared.session.then(releaseSession, () => {});
  }

  get bytes(): number {
    return [...this.weights.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  }

  /** SHA-256 of the weights that sessions are made from, in the order of `baseParameters`. */
  async hash(): Promise<string> {
    const whole = new Uint8Array(this.bytes);
    let at = 0;
    for (const { name } of baseParameters(this.config)) {
      const data = this.weights.get(name)?.data ?? new Float32Array();
      whole.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
      at += data.byteLength;
    }
    return sha256Hex(whole);
  }

  destroy(): void {
    this.#whole?.then(releaseSession, () => {});
    this.#whole = null;
  }
}

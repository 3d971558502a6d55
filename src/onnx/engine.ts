import type { InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import type { EncoderConfig } from '../model/encoder-config.ts';
import { baseParameters, trainableParameters } from '../model/parameters.ts';
import { Reach } from '../model/reach.ts';
import { BatchError, checkBatch, checkTensors } from '../training/checks.ts';
import type {
  Batch,
  Engine,
  EngineSettings,
  FeatureBatch,
  LoadedEncoder,
  MemoryBytes,
  NamedTensors,
  OptimizerState,
  StepReport,
} from '../training/engine.ts';
import { dropoutMask } from './dropout.ts';
import { type Feeds, labelFeeds, type PackedTokens, tokenFeeds } from './feeds.ts';
import { createSession, type Runtime } from './runtime.ts';
import { Trainable } from './trainable.ts';
import { frozenEncoderGraph, gradientName, headGraph, maskName, trainingGraph } from './training-graph.ts';

/** The engine on onnxruntime-web: forward and backward are one ONNX graph, run on the processor. */

interface EncoderParts {
  config: EncoderConfig;
  weights: NamedTensors;
  poolerCount: number;
}

/** An encoder and the session that runs it frozen, shared by every engine that trains nothing in it. */
class FrozenEncoder {
  readonly config: EncoderConfig;
  readonly weights: NamedTensors;
  readonly #runtime: Runtime;
  #session: Promise<InferenceSession> | null = null;

  constructor(runtime: Runtime, { config, weights }: EncoderParts) {
    this.#runtime = runtime;
    this.config = config;
    this.weights = weights;
  }

  session(): Promise<InferenceSession> {
    const plan = { adapters: [], loras: [], base: 'none' } as const;
    const parts = { proto: this.#runtime.proto, config: this.config, plan: { ...plan, adapters: [], loras: [] } };
    this.#session ??= createSession(this.#runtime, frozenEncoderGraph({ ...parts, parameters: [] }), this.weights);
    return this.#session;
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
    const digest = await crypto.subtle.digest('SHA-256', whole);
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  destroy(): void {
    this.#session?.then((session) => session.release());
    this.#session = null;
  }
}

/**
 * Makes an encoder ready; engines made on it share its frozen weights.
 * @param parts every tensor of `baseParameters(config)`, named without `bert.`
 */
export function loadEncoder(runtime: Runtime, parts: EncoderParts): LoadedEncoder {
  const frozen = new FrozenEncoder(runtime, parts);
  const { config, poolerCount } = parts;
  return {
    config,
    poolerCount,
    createEngine: async (settings) => {
      const engine = new WasmEngine(runtime, frozen, settings);
      await engine.ready();
      return engine;
    },
    destroy: () => frozen.destroy(),
  };
}

const floats = (tensor: Tensor | undefined): Float32Array =>
  (tensor?.data as Float32Array | undefined) ?? new Float32Array();

export class WasmEngine implements Engine {
  readonly name = 'wasm';
  readonly device: string;
  readonly #runtime: Runtime;
  readonly #frozen: FrozenEncoder;
  readonly #settings: EngineSettings;
  readonly #trainable: Trainable;
  readonly #reach: Reach;
  #main: Promise<InferenceSession> | null = null;
  #head: Promise<InferenceSession> | null = null;
  #updates = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(runtime: Runtime, frozen: FrozenEncoder, settings: EngineSettings) {
    const parameters = trainableParameters(frozen.config, settings.plan, settings.classes);
    this.#runtime = runtime;
    this.device = `onnxruntime-web, ${runtime.threads} ${runtime.threads === 1 ? 'thread' : 'threads'}`;
    this.#frozen = frozen;
    this.#settings = settings;
    this.#trainable = new Trainable(runtime.ort, parameters, settings.seed, frozen.weights);
    this.#reach = new Reach(parameters.map(({ name }) => name));
  }

  /** Makes the session that steps will need. */
  async ready(): Promise<void> {
    await (this.#reach.encoder ? this.#mainSession() : this.#headSession());
  }

  get #graphParts() {
    const { config } = this.#frozen;
    return { proto: this.#runtime.proto, config, plan: this.#settings.plan, parameters: this.#trainable.parameters };
  }

  /** Tokens to gradients, of an encoder in which something trains. */
  #mainSession(): Promise<InferenceSession> {
    this.#main ??= createSession(
      this.#runtime,
      trainingGraph(this.#graphParts, this.#settings.classes),
      this.#frozen.weights,
    );
    return this.#main;
  }

  /** Pooled states to the head's gradients. */
  #headSession(): Promise<InferenceSession> {
    this.#head ??= createSession(this.#runtime, headGraph(this.#graphParts, this.#settings.classes), new Map());
    return this.#head;
  }

  /** One thing after another, in the order asked for. */
  #inTurn<T>(work: () => Promise<T> | T): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  #masks(tokens: PackedTokens, training: boolean): Feeds {
    const { plan, seed } = this.#settings;
    const { Tensor } = this.#runtime.ort;
    const width = this.#frozen.config.hidden;
    const feeds: Feeds = {};
    plan.adapters.forEach(({ dropout: probability }, site) => {
      if (probability === 0) return;
      const { packed } = tokens;
      const update = this.#updates;
      feeds[maskName(site)] = training
        ? new Tensor('float32', dropoutMask({ seed, update, site, probability, width, packed }), [packed.length, width])
        : new Tensor('float32', Float32Array.of(1), [1, 1]);
    });
    return feeds;
  }

  async #frozenPooled(batch: Batch): Promise<Float32Array> {
    const { feeds } = tokenFeeds(this.#runtime.ort, batch, this.#settings.pooling);
    const { pooled } = await (await this.#frozen.session()).run(feeds, ['pooled']);
    return floats(pooled);
  }

  /** Runs the graph that a batch needs. */
  async #run(
    batch: Batch | FeatureBatch,
    training: boolean,
    outputs: string[],
  ): Promise<InferenceSession.OnnxValueMapType> {
    const { config } = this.#frozen;
    const { classes, pooling } = this.#settings;
    const { ort } = this.#runtime;
    const { examples } = checkBatch(batch, config, classes);
    const common = { ...this.#trainable.feeds, ...labelFeeds(ort, batch.labels, classes, training) };
    if (this.#reach.encoder) {
      if ('features' in batch) throw new BatchError('features stand for a frozen encoder; here the encoder trains');
      const tokens = tokenFeeds(ort, batch, pooling);
      const feeds = { ...common, ...tokens.feeds, ...this.#masks(tokens, training) };
      return (await this.#mainSession()).run(feeds, outputs);
    }
    const features = 'features' in batch ? batch.features : await this.#frozenPooled(batch);
    const pooled = new ort.Tensor('float32', features, [examples, config.hidden]);
    return (await this.#headSession()).run({ ...common, pooled }, outputs);
  }

  step(batch: Batch | FeatureBatch, learningRate: number): Promise<StepReport> {
    return this.#inTurn(async () => {
      const names = this.#trainable.parameters.map(({ name }) => name);
      const results = await this.#run(batch, true, ['losses', ...names.map(gradientName)]);
      for (const name of names) this.#trainable.gradients.set(name, floats(results[gradientName(name)] as Tensor));
      const gradNorm = this.#trainable.gradientNorm();
      this.#updates++;
      this.#trainable.update(this.#settings.optimizer, { norm: gradNorm, learningRate, update: this.#updates });
      const losses = floats(results.losses as Tensor);
      return { loss: losses.reduce((sum, loss) => sum + loss, 0) / batch.examples, gradNorm };
    });
  }

  evaluate(batch: Batch | FeatureBatch): Promise<Float32Array> {
    return this.#inTurn(async () => {
      const { logits } = await this.#run(batch, false, ['logits']);
      return floats(logits as Tensor);
    });
  }

  encode(batch: Batch): Promise<Float32Array> {
    return this.#inTurn(async () => {
      if (this.#reach.encoder) {
        const { pooled } = await this.#run(batch, false, ['pooled']);
        return floats(pooled as Tensor);
      }
      checkBatch(batch, this.#frozen.config, this.#settings.classes);
      return this.#frozenPooled(batch);
    });
  }

  readTrainable(): Promise<NamedTensors> {
    return this.#inTurn(() => this.#trainable.read(this.#trainable.values));
  }

  writeTrainable(tensors: NamedTensors): void {
    checkTensors(this.#trainable.parameters, tensors);
    const copy = structuredClone(tensors);
    this.#inTurn(() => this.#trainable.write(this.#trainable.values, copy));
  }

  readGradients(): Promise<NamedTensors> {
    return this.#inTurn(() => this.#trainable.read(this.#trainable.gradients));
  }

  readOptimizer(): Promise<OptimizerState> {
    return this.#inTurn(() => ({
      updates: this.#updates,
      firstMoments: this.#trainable.read(this.#trainable.firstMoments),
      secondMoments: this.#trainable.read(this.#trainable.secondMoments),
    }));
  }

  writeOptimizer(state: OptimizerState): void {
    checkTensors(this.#trainable.parameters, state.firstMoments);
    checkTensors(this.#trainable.parameters, state.secondMoments);
    const { updates, firstMoments, secondMoments } = structuredClone(state);
    this.#inTurn(() => {
      this.#trainable.write(this.#trainable.firstMoments, firstMoments);
      this.#trainable.write(this.#trainable.secondMoments, secondMoments);
      this.#updates = updates;
    });
  }

  hashFrozen(): Promise<string> {
    return this.#inTurn(() => this.#frozen.hash());
  }

  /** `activations`: onnxruntime's heap, which all engines share, less one copy of the encoder. */
  memory(): MemoryBytes {
    const bytes = 4 * this.#trainable.count;
    const frozen = this.#frozen.bytes;
    const activations = Math.max(0, this.#runtime.heapBytes() - frozen);
    return { frozen, trainable: 2 * bytes, optimizer: 2 * bytes, activations, scratch: 0, cache: 0 };
  }

  destroy(): void {
    const [main, head] = [this.#main, this.#head];
    this.#main = null;
    this.#head = null;
    this.#inTurn(async () => {
      await (await main)?.release();
      await (await head)?.release();
    });
  }
}

import type { InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { createSerialQueue } from '../base/serial.ts';
import { BatchError } from '../engine/batch-error.ts';
import { checkBatch, checkFrozenBits, checkTensors } from '../engine/checks.ts';
import type {
  Batch,
  EncoderWeights,
  Engine,
  EngineSettings,
  FeatureBatch,
  LoadedEncoder,
  MemoryBytes,
  NamedTensors,
  OptimizerState,
  StepReport,
} from '../engine/contract.ts';
import { lossTerms, meanOf } from '../engine/labels.ts';
import { type BatchSizes, cutBatch, largerOf } from '../engine/micro-batches.ts';
import { computedMemory } from '../engine/run-memory.ts';
import { trainableParameters } from '../model/parameters.ts';
import { Reach } from '../model/reach.ts';
import { dropoutMask } from './dropout.ts';
import { type Feeds, feedsOf, labelFeeds, type PackedTokens, packedPlaces, tokenFeeds, unpacked } from './feeds.ts';
import { FrozenEncoder } from './frozen-encoder.ts';
import { Prefix } from './prefix.ts';
import { createSession, type Runtime, releaseSession, runSession } from './runtime.ts';
import { Trainable } from './trainable.ts';
import { gradientName, headGraph, maskName, trainingGraph } from './training-graph.ts';

/** The engine on onnxruntime-web: forward and backward are one ONNX graph, run on the processor. */

/**
 * Prepares an encoder; engines made on it share its frozen weights.
 * @param parts every tensor of `baseParameters(config)`, named without `bert.`
 */
export function loadEncoder(runtime: Runtime, parts: EncoderWeights): LoadedEncoder {
  const frozen = new FrozenEncoder(runtime, parts);
  const { config, poolerCount } = parts;
  return {
    config,
    poolerCount,
    createEngine: async (settings) => {
      checkFrozenBits(parts, settings.frozenBits);
      const engine = new WasmEngine(runtime, frozen, settings);
      try {
        await engine.ready();
        return engine;
      } catch (error) {
        engine.destroy();
        throw error;
      }
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
  /** Layers whose states never change for an example. */
  readonly #frozenLayers: number;
  /** Cache of the states that they compute; pooled, where nothing trains but the head. */
  readonly #prefix: Prefix;
  #lowest: Promise<InferenceSession> | null = null;
  #main: Promise<InferenceSession> | null = null;
  #head: Promise<InferenceSession> | null = null;
  #updates = 0;
  /** Sizes of the largest batch so far. */
  #largest: BatchSizes | null = null;
  readonly #inTurn = createSerialQueue();

  constructor(runtime: Runtime, frozen: FrozenEncoder, settings: EngineSettings) {
    const parameters = trainableParameters(frozen.config, settings.plan, settings.classes);
    this.#runtime = runtime;
    this.device = `onnxruntime-web, ${runtime.threads} ${runtime.threads === 1 ? 'thread' : 'threads'}`;
    this.#frozen = frozen;
    this.#settings = settings;
    this.#trainable = new Trainable(runtime.ort, parameters, settings.seed, frozen.weights);
    this.#reach = new Reach(settings.plan);
    this.#frozenLayers = this.#reach.frozenLayers(frozen.config.layers);
    this.#prefix = new Prefix({
      width: frozen.config.hidden,
      pooled: !this.#reach.encoder && !this.#perToken,
      compute: (batch) => this.#frozenStates(batch),
    });
  }

  /** Makes the session that steps will need. */
  async ready(): Promise<void> {
    await (this.#reach.encoder ? this.#mainSession() : this.#headSession());
    if (this.#reach.encoder && this.#frozenLayers > 0) await this.#lowestSession();
  }

  /** Whether every token is labelled. */
  get #perToken(): boolean {
    return this.#settings.kind === 'token';
  }

  get #headShape() {
    const { classes, kind = 'single-label' } = this.#settings;
    return { classes, kind };
  }

  get #graphParts() {
    const { config } = this.#frozen;
    return { proto: this.#runtime.proto, config, plan: this.#settings.plan, parameters: this.#trainable.parameters };
  }

  /** The graph from tokens to the states that never change for them, below the lowest trained site. */
  #lowestSession(): Promise<InferenceSession> {
    if (!this.#reach.encoder && !this.#perToken) return this.#frozen.whole();
    this.#lowest ??= this.#frozen.take(this.#frozenLayers);
    return this.#lowest;
  }

  /** The graph from tokens, or the states of frozen layers, to gradients, where something in the encoder trains. */
  #mainSession(): Promise<InferenceSession> {
    this.#main ??= createSession(this.#runtime, trainingGraph(this.#graphParts, this.#headShape), this.#frozen.weights);
    return this.#main;
  }

  /** The graph from pooled states to the head's gradients. */
  #headSession(): Promise<InferenceSession> {
    this.#head ??= createSession(this.#runtime, headGraph(this.#graphParts, this.#headShape), new Map());
    return this.#head;
  }

  /** @param firstPlace positions (B, T) of the step before these rows */
  #masks(tokens: PackedTokens, training: boolean, firstPlace: number): Feeds {
    const { plan, seed } = this.#settings;
    const { Tensor } = this.#runtime.ort;
    const width = this.#frozen.config.hidden;
    const feeds: Feeds = {};
    plan.adapters.forEach(({ dropout: probability }, site) => {
      if (probability === 0) return;
      const packed = tokens.packed.map((place) => place + firstPlace);
      const update = this.#updates;
      feeds[maskName(site)] = training
        ? new Tensor('float32', dropoutMask({ seed, update, site, probability, width, packed }), [packed.length, width])
        : new Tensor('float32', Float32Array.of(1), [1, 1]);
    });
    return feeds;
  }

  #noteSize({ examples, length, lengths }: Batch): void {
    const rows = lengths.reduce((sum, tokens) => sum + tokens, 0);
    this.#largest = largerOf(this.#largest, { examples, rows, pairs: examples * length ** 2 });
  }

  async #frozenStates(batch: Batch): Promise<Float32Array> {
    this.#noteSize(batch);
    const { feeds } = tokenFeeds(this.#runtime.ort, this.#frozen.config, batch, this.#settings.pooling);
    const session = await this.#lowestSession();
    const { states } = await runSession(session, feedsOf(session, feeds), ['states']);
    return floats(states as Tensor);
  }

  /** Feeds with the states of frozen layers, where there are any. */
  async #stateFeeds(batch: Batch, { packed }: PackedTokens): Promise<Feeds> {
    if (this.#frozenLayers === 0) return {};
    const { Tensor } = this.#runtime.ort;
    const states = await this.#prefix.states(batch);
    return { states: new Tensor('float32', states, [packed.length, this.#frozen.config.hidden]) };
  }

  /**
   * Runs the graph that a batch needs.
   * @param step terms of a training step's whole loss, and the index in it of this batch's first row; null outside training
   */
  async #run(
    batch: Batch | FeatureBatch,
    step: { terms: number; first: number } | null,
    outputs: string[],
  ): Promise<InferenceSession.OnnxValueMapType> {
    const { config } = this.#frozen;
    const { classes, pooling } = this.#settings;
    const { ort } = this.#runtime;
    checkBatch(batch, config, this.#settings);
    const packed = this.#perToken && 'ids' in batch ? packedPlaces(batch) : null;
    const labels = labelFeeds(ort, batch.labels, { classes, packed, terms: step?.terms ?? null });
    const common = { ...this.#trainable.feeds, ...labels };
    if (this.#reach.encoder) {
      if ('features' in batch) throw new BatchError('features stand for a frozen encoder; here the encoder trains');
      this.#noteSize(batch);
      const tokens = tokenFeeds(ort, config, batch, pooling);
      const states = await this.#stateFeeds(batch, tokens);
      const session = await this.#mainSession();
      const masks = this.#masks(tokens, step !== null, (step?.first ?? 0) * batch.length);
      const feeds = { ...common, ...tokens.feeds, ...states, ...masks };
      return runSession(session, feedsOf(session, feeds), outputs);
    }
    const features = 'features' in batch ? batch.features : await this.#prefix.states(batch);
    const encoded = new ort.Tensor('float32', features, [features.length / config.hidden, config.hidden]);
    return runSession(await this.#headSession(), { ...common, encoded }, outputs);
  }

  step(batch: Batch | FeatureBatch, learningRate: number): Promise<StepReport> {
    return this.#inTurn(async () => {
      const names = this.#trainable.parameters.map(({ name }) => name);
      checkBatch(batch, this.#frozen.config, this.#settings);
      const terms = lossTerms(batch.labels);
      let loss = 0;
      for (const { rows, first } of cutBatch(batch, this.#settings.microBatches ?? 1)) {
        const results = await this.#run(rows, { terms, first }, ['losses', ...names.map(gradientName)]);
        for (const name of names)
          this.#trainable.takeGradient(name, floats(results[gradientName(name)] as Tensor), first > 0);
        loss = floats(results.losses as Tensor).reduce((sum, one) => sum + one, loss);
      }
      const gradNorm = this.#trainable.gradientNorm();
      this.#updates++;
      this.#trainable.update(this.#settings.optimizer, { norm: gradNorm, learningRate, update: this.#updates });
      return { loss: meanOf(loss, terms), gradNorm };
    });
  }

  evaluate(batch: Batch | FeatureBatch): Promise<Float32Array> {
    return this.#inTurn(async () => {
      const { logits } = await this.#run(batch, null, ['logits']);
      return this.#padded(batch, floats(logits as Tensor));
    });
  }

  /** Rows of the head as the contract has them: where every token is labelled, padding too. */
  #padded(batch: Batch | FeatureBatch, rows: Float32Array): Float32Array {
    if (!this.#perToken || 'features' in batch) return rows;
    return unpacked(rows, packedPlaces(batch), batch.ids.length);
  }

  encode(batch: Batch): Promise<Float32Array> {
    return this.#inTurn(async () => {
      if (this.#reach.encoder) {
        const { encoded } = await this.#run(batch, null, ['encoded']);
        return this.#padded(batch, floats(encoded as Tensor));
      }
      checkBatch(batch, this.#frozen.config, this.#settings);
      return this.#padded(batch, await this.#prefix.states(batch));
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

  /** Memory of the run, computed: onnxruntime's heap, which all engines share, cannot be measured by run. */
  memory(): MemoryBytes {
    const { plan, classes, kind } = this.#settings;
    const need = computedMemory({ config: this.#frozen.config, plan, classes, kind }, this.#largest);
    return { ...need, cache: this.#prefix.bytes };
  }

  sharedHeapBytes(): number {
    return this.#runtime.heapBytes();
  }

  destroy(): void {
    const [main, head] = [this.#main, this.#head];
    this.#main = null;
    this.#head = null;
    const lowest = this.#lowest;
    this.#lowest = null;
    this.#inTurn(async () => {
      // A session that could not be made has already thrown at whoever requested it.
      for (const session of await Promise.allSettled([main, head]))
        if (session.status === 'fulfilled' && session.value) await releaseSession(session.value);
      if (lowest) this.#frozen.leave(this.#frozenLayers);
      this.#prefix.clear();
    });
  }
}

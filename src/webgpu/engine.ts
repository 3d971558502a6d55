import { Arena, part, type Slice, write } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { StagingRing } from '../gpu/readback.ts';
import { Recording } from '../gpu/recorder.ts';
import { Stopwatch } from '../gpu/stopwatch.ts';
import type { EncoderConfig } from '../model/encoder-config.ts';
import { trainableParameters } from '../model/parameters.ts';
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
import { encoderBackward, encoderForward } from './encoder.ts';
import { FrozenWeights } from './frozen.ts';
import { headBackward, headForward } from './head.ts';
import type { Network } from './network.ts';
import { adamwStep, normPartials } from './ops/adamw.ts';
import { paddedTokens } from './ops/attention.ts';
import { crossEntropyForward } from './ops/cross-entropy.ts';
import { chainEqualIds } from './ops/embedding.ts';
import { type BatchSize, lanesOf, type Recorder, spareSlices } from './ops/recorder.ts';
import { Reach } from './reach.ts';
import { defaultTiles, type TileChoice } from './tiles.ts';
import { Trainable } from './trainable.ts';
import { Workspace } from './workspace.ts';

/** Bytes of `Step` in shaders/step.wgsl. */
const stepBytes = 32;

/** A batch that the engine cannot take. */
export class BatchError extends Error {
  override name = 'BatchError';
}

export interface LoadedWebGpuEncoder extends LoadedEncoder {
  createEngine(settings: EngineSettings): Promise<WebGpuEngine>;
}

/**
 * Uploads an encoder once; engines made on it share its frozen weights.
 * @param weights every tensor of `baseParameters(config)`, named without `bert.`
 */
export function loadEncoder(
  gpu: Gpu,
  { config, weights, poolerCount }: { config: EncoderConfig; weights: NamedTensors; poolerCount: number },
): LoadedWebGpuEncoder {
  const frozen = new FrozenWeights(gpu.device, config, weights);
  return {
    config,
    poolerCount,
    createEngine: async (settings) => new WebGpuEngine(gpu, config, frozen, settings),
    destroy: () => frozen.destroy(),
  };
}

/** Everything written down for one capacity: replayed every step. */
interface Program {
  workspace: Workspace;
  network: Network;
  pooled: Slice;
  logits: Slice;
  losses: Slice;
  encode: Recording<BatchSize>;
  classify: Recording<BatchSize>;
  loss: Recording<BatchSize>;
  headBackward: Recording<BatchSize>;
  encoderBackward: Recording<BatchSize>;
  staging: StagingRing;
  /** Uploaded inputs have room for this batch; kept to size the next program. */
  fits(size: BatchSize): boolean;
}

/** The engine's name for one dispatch, and what it took. */
export interface DispatchTime {
  label: string;
  milliseconds: number;
  /** Of a matrix product; 0 for everything else. */
  flops: number;
}

export class WebGpuEngine implements Engine {
  readonly name = 'webgpu';
  readonly device: string;
  readonly #gpu: Gpu;
  readonly #config: EncoderConfig;
  readonly #frozen: FrozenWeights;
  readonly #settings: EngineSettings;
  readonly #trainable: Trainable;
  readonly #small: Arena;
  readonly #step: Slice;
  readonly #norm: Slice;
  readonly #spare: readonly Slice[];
  readonly #tiles: TileChoice;
  readonly #update: Recording<BatchSize>;
  #program: Program | null = null;
  #updates = 0;
  #hostMilliseconds = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(gpu: Gpu, config: EncoderConfig, frozen: FrozenWeights, settings: EngineSettings) {
    const { device } = gpu;
    this.#gpu = gpu;
    this.device = gpu.name;
    this.#config = config;
    this.#frozen = frozen;
    this.#settings = settings;
    this.#trainable = new Trainable(device, trainableParameters(config, settings.plan, settings.classes));
    this.#trainable.initialise(settings.seed, frozen);
    this.#small = new Arena(device, 'scratch');
    this.#step = this.#small.create('step', stepBytes / 4, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    this.#norm = this.#small.create('gradient-norm', 4);
    this.#spare = spareSlices(this.#small);
    this.#tiles = defaultTiles(gpu);
    this.#update = this.#recordUpdate();
  }

  /** Writes into a recording; `arena` takes the constants that its kernels read. */
  #recorder(recording: Recording<BatchSize>, arena: Pick<Arena, 'createUniform'>): Recorder {
    return {
      recording,
      step: this.#step,
      spare: this.#spare,
      uniform: (values) => arena.createUniform('place', values),
      lanes: lanesOf(this.#gpu),
      tiles: this.#tiles,
    };
  }

  #recordUpdate(): Recording<BatchSize> {
    const recording = new Recording<BatchSize>(this.#gpu.device);
    const { count, decayed, values, gradients, firstMoments, secondMoments } = this.#trainable;
    adamwStep(this.#recorder(recording, this.#small), 'adamw', {
      ...this.#settings.optimizer,
      count,
      decayed,
      parameters: values,
      gradients,
      firstMoments,
      secondMoments,
      partials: this.#small.create('norm-partials', normPartials),
      norm: this.#norm,
    });
    return recording;
  }

  /** Makes room for a batch: buffers, bind groups and pipelines are made here and nowhere in the steady state. */
  async #programFor(size: BatchSize): Promise<Program> {
    if (this.#program?.fits(size)) return this.#program;
    const before = this.#program?.workspace.capacity ?? { examples: 0, rows: 0, pairs: 0 };
    await this.#program?.staging.idle();
    this.#program?.workspace.destroy();
    this.#program?.staging.destroy();
    this.#program = null;
    const { examples, tokens } = size;
    const program = this.#record({
      examples: Math.max(before.examples, examples),
      rows: Math.max(before.rows, examples * tokens),
      pairs: Math.max(before.pairs, examples * paddedTokens(tokens) ** 2),
    });
    const { encode, classify, loss } = program;
    const recordings = [encode, classify, loss, program.headBackward, program.encoderBackward, this.#update];
    await Promise.all(recordings.map((recording) => recording.ready()));
    this.#program = program;
    return program;
  }

  #record(capacity: Workspace['capacity']): Program {
    const { device } = this.#gpu;
    const { classes, plan, pooling } = this.#settings;
    const { hidden } = this.#config;
    const { examples, rows, pairs } = capacity;
    const workspace = new Workspace(device, capacity);
    const network: Network = {
      config: this.#config,
      plan,
      classes,
      pooling,
      frozen: this.#frozen,
      trainable: this.#trainable,
      reach: new Reach(this.#trainable.parameters.map(({ name }) => name)),
      workspace,
      inputs: {
        ids: workspace.keep('ids', rows),
        nextSame: workspace.keep('next-same', rows),
        lengths: workspace.keep('lengths', examples),
        labels: workspace.keep('labels', examples),
      },
    };
    const pooled = workspace.keep('pooled', examples * hidden);
    const logits = workspace.keep('logits', examples * classes);
    const losses = workspace.keep('losses', examples);
    const dLogits = workspace.scratch('d-logits', examples * classes);
    const dPooled = workspace.scratch('d-pooled', examples * hidden);

    const recording = () => new Recording<BatchSize>(device);
    const [encode, classify, loss, headDown, encoderDown] = [
      recording(),
      recording(),
      recording(),
      recording(),
      recording(),
    ];
    const tape = encoderForward(network, this.#recorder(encode, workspace), pooled);
    headForward(network, this.#recorder(classify, workspace), pooled, logits);
    const { labels } = network.inputs;
    crossEntropyForward(this.#recorder(loss, workspace), 'loss', { classes, labels, logits, out: losses });
    headBackward(network, this.#recorder(headDown, workspace), { pooled, logits, dLogits, dPooled });
    if (network.reach.encoder) encoderBackward(network, this.#recorder(encoderDown, workspace), tape, dPooled);
    return {
      workspace,
      network,
      pooled,
      logits,
      losses,
      encode,
      classify,
      loss,
      headBackward: headDown,
      encoderBackward: encoderDown,
      staging: new StagingRing(device, Math.max(4 + examples, examples * Math.max(classes, hidden))),
      fits: (size) =>
        size.examples <= examples &&
        size.examples * size.tokens <= rows &&
        size.examples * paddedTokens(size.tokens) ** 2 <= pairs,
    };
  }

  #check(batch: Batch | FeatureBatch): BatchSize {
    const { examples, labels } = batch;
    const { hidden, positions, vocabulary } = this.#config;
    const { classes } = this.#settings;
    if (labels.length !== examples || labels.some((label) => label >= classes))
      throw new BatchError(`labels: ${examples} below ${classes} are needed, got ${labels.join(', ')}`);
    if ('features' in batch) {
      if (batch.features.length !== examples * hidden)
        throw new BatchError(`features: (${examples}, ${hidden}) are needed, got ${batch.features.length} elements`);
      return { examples, tokens: 1 };
    }
    const { length, ids, lengths } = batch;
    if (length > positions)
      throw new BatchError(`rows of ${length} tokens; this encoder has ${positions} positions. Lower maxLength.`);
    if (ids.length !== examples * length || lengths.length !== examples)
      throw new BatchError(`a batch of (${examples}, ${length}) has ${ids.length} ids and ${lengths.length} lengths`);
    if (ids.some((id) => id >= vocabulary))
      throw new BatchError(`a token id lies outside the encoder's vocabulary of ${vocabulary}: wrong tokenizer?`);
    if (lengths.some((real) => real < 1 || real > length)) throw new BatchError('every row needs 1 to T real tokens');
    return { examples, tokens: length };
  }

  #upload({ network, pooled }: Program, batch: Batch | FeatureBatch, size: BatchSize): void {
    const { device } = this.#gpu;
    const { inputs } = network;
    write(device, inputs.labels, batch.labels);
    if ('features' in batch) {
      if (network.reach.encoder) throw new BatchError('features stand for a frozen encoder; here the encoder trains');
      write(device, pooled, batch.features);
      return;
    }
    if (size.tokens === 0) throw new BatchError('a batch without tokens');
    write(device, inputs.ids, batch.ids);
    write(device, inputs.lengths, batch.lengths);
    if (this.#settings.plan.base === 'all') write(device, inputs.nextSame, chainEqualIds(batch.ids));
  }

  #writeStep({ examples, tokens }: BatchSize, learningRate: number | null): void {
    const { optimizer, seed } = this.#settings;
    const bytes = new ArrayBuffer(stepBytes);
    const update = this.#updates + 1;
    new Uint32Array(bytes).set([examples, tokens, learningRate === null ? 0 : 1, seed, this.#updates]);
    new Float32Array(bytes).set([learningRate ?? 0, 1 - optimizer.beta1 ** update, 1 - optimizer.beta2 ** update], 5);
    this.#gpu.device.queue.writeBuffer(this.#step.buffer, 0, bytes);
  }

  /** Submits one thing after another, in the order asked for; results are waited for side by side. */
  async #inTurn<T>(submit: () => Promise<{ result: Promise<T> }>): Promise<T> {
    const submitted = this.#turn.then(submit);
    this.#turn = submitted.catch(() => undefined);
    return (await submitted).result;
  }

  /** Uploads a batch, submits recordings as one command buffer and reads slices back. */
  async #run(
    batch: Batch | FeatureBatch,
    learningRate: number | null,
    recordings: (program: Program) => Recording<BatchSize>[],
    results: (program: Program) => Slice[],
  ): Promise<{ result: Promise<Float32Array[]> }> {
    const size = this.#check(batch);
    const program = await this.#programFor(size);
    const { staging, read } = await program.staging.take();
    const started = performance.now();
    this.#upload(program, batch, size);
    this.#writeStep(size, learningRate);
    const encoder = this.#gpu.device.createCommandEncoder();
    if (learningRate !== null) {
      const { gradients } = this.#trainable;
      encoder.clearBuffer(gradients.buffer, gradients.offset, gradients.size);
      this.#updates++;
    }
    const pass = encoder.beginComputePass();
    for (const recording of recordings(program)) recording.replay(pass, size);
    pass.end();
    const slices = results(program);
    let at = 0;
    const places = slices.map((slice) => {
      staging.copyFrom(encoder, slice, at);
      at += slice.size;
      return { from: at - slice.size, count: slice.size / 4 };
    });
    this.#gpu.device.queue.submit([encoder.finish()]);
    this.#hostMilliseconds = performance.now() - started;
    const result = read(at).then((bytes) => {
      this.#gpu.assertHealthy();
      return places.map(({ from, count }) => new Float32Array(bytes, from, count));
    });
    return { result };
  }

  #stepRecordings(program: Program, encoderRuns: boolean): Recording<BatchSize>[] {
    return [
      ...(encoderRuns ? [program.encode] : []),
      program.classify,
      program.loss,
      program.headBackward,
      program.encoderBackward,
      this.#update,
    ];
  }

  async step(batch: Batch | FeatureBatch, learningRate: number): Promise<StepReport> {
    const [norm, losses] = await this.#inTurn(() =>
      this.#run(
        batch,
        learningRate,
        (program) => this.#stepRecordings(program, !('features' in batch)),
        ({ losses: all }) => [part(this.#norm, 0, 1), part(all, 0, batch.examples)],
      ),
    );
    const loss = Array.from(losses ?? []).reduce((sum, value) => sum + value, 0) / batch.examples;
    return { loss, gradNorm: norm?.[0] ?? Number.NaN };
  }

  /** JavaScript's share of the last batch: upload, encoding, submit. */
  get hostMilliseconds(): number {
    return this.#hostMilliseconds;
  }

  /** Labels of the dispatches of the last batch's step, in order. */
  get dispatches(): string[] {
    if (!this.#program) return [];
    return this.#stepRecordings(this.#program, true).flatMap((recording) =>
      recording.dispatches.map(({ label }) => label),
    );
  }

  /** Multiplications and additions of a step's matrix products. */
  flops(batch: Batch): number {
    const size = this.#check(batch);
    if (!this.#program) return 0;
    const dispatches = this.#stepRecordings(this.#program, true).flatMap((recording) => recording.dispatches);
    return dispatches.reduce((sum, { flops }) => sum + (flops?.(size) ?? 0), 0);
  }

  /** One training step with a timestamp around every dispatch, or null where the device has no timestamps. */
  async profile(batch: Batch, learningRate: number): Promise<DispatchTime[] | null> {
    const { device } = this.#gpu;
    if (!device.features.has('timestamp-query')) return null;
    await this.step(batch, learningRate);
    const program = this.#program;
    if (!program) return null;
    const size = this.#check(batch);
    const recordings = this.#stepRecordings(program, true);
    const notes = recordings.flatMap((recording) => recording.dispatches);
    const stopwatch = new Stopwatch(device, notes.length);
    const encoder = device.createCommandEncoder();
    for (const recording of recordings) recording.replayTimed(encoder, size, stopwatch);
    device.queue.submit([encoder.finish()]);
    const times = await stopwatch.read();
    return times.map((time, i) => ({ ...time, flops: notes[i]?.flops?.(size) ?? 0 }));
  }

  async evaluate(batch: Batch | FeatureBatch): Promise<Float32Array> {
    const count = batch.examples * this.#settings.classes;
    const recordings = (program: Program) => [...('features' in batch ? [] : [program.encode]), program.classify];
    const [logits] = await this.#inTurn(() =>
      this.#run(batch, null, recordings, (program) => [part(program.logits, 0, count)]),
    );
    return logits ?? new Float32Array();
  }

  async encode(batch: Batch): Promise<Float32Array> {
    const count = batch.examples * this.#config.hidden;
    const [pooled] = await this.#inTurn(() =>
      this.#run(
        batch,
        null,
        (program) => [program.encode],
        (program) => [part(program.pooled, 0, count)],
      ),
    );
    return pooled ?? new Float32Array();
  }

  readTrainable(): Promise<NamedTensors> {
    return this.#inTurn(async () => ({ result: this.#trainable.read(this.#trainable.values) }));
  }

  writeTrainable(tensors: NamedTensors): void {
    this.#trainable.write(this.#trainable.values, tensors);
  }

  readGradients(): Promise<NamedTensors> {
    return this.#inTurn(async () => ({ result: this.#trainable.read(this.#trainable.gradients) }));
  }

  readOptimizer(): Promise<OptimizerState> {
    const read = async () => {
      const updates = this.#updates;
      const { firstMoments, secondMoments } = this.#trainable;
      const [first, second] = await Promise.all([
        this.#trainable.read(firstMoments),
        this.#trainable.read(secondMoments),
      ]);
      return { updates, firstMoments: first, secondMoments: second };
    };
    return this.#inTurn(async () => ({ result: read() }));
  }

  writeOptimizer({ updates, firstMoments, secondMoments }: OptimizerState): void {
    this.#trainable.write(this.#trainable.firstMoments, firstMoments);
    this.#trainable.write(this.#trainable.secondMoments, secondMoments);
    this.#updates = updates;
  }

  hashFrozen(): Promise<string> {
    return this.#inTurn(async () => ({ result: this.#frozen.hash() }));
  }

  memory(): MemoryBytes {
    const workspace = this.#program?.workspace.bytes ?? { activations: 0, scratch: 0 };
    return {
      frozen: this.#frozen.bytes,
      ...this.#trainable.bytes,
      activations: workspace.activations,
      scratch: workspace.scratch + this.#small.bytes,
    };
  }

  destroy(): void {
    this.#program?.workspace.destroy();
    this.#program?.staging.destroy();
    this.#program = null;
    this.#trainable.destroy();
    this.#small.destroy();
  }
}

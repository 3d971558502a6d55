import { Arena, part, type Slice } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { Recording } from '../gpu/recorder.ts';
import { Stopwatch } from '../gpu/stopwatch.ts';
import type { EncoderConfig } from '../model/encoder-config.ts';
import { trainableParameters } from '../model/parameters.ts';
import { Reach } from '../model/reach.ts';
import { BatchError, checkBatch } from '../training/checks.ts';
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
import { FrozenWeights } from './frozen.ts';
import { adamwStep, normPartials } from './ops/adamw.ts';
import { type BatchSize, createRecorder, type Recorder, spareSlices } from './ops/recorder.ts';
import { PrefixCache } from './prefix-cache.ts';
import {
  capacityFor,
  destroyProgram,
  fits,
  keepBoundary,
  type Program,
  restoreBoundary,
  uploadBatch,
  writeProgram,
} from './program.ts';
import { defaultTuning, type TileChoice, type Tuning } from './tiles.ts';
import { Trainable } from './trainable.ts';
import type { Capacity } from './workspace.ts';

/** Bytes of `Step` in shaders/step.wgsl. */
const stepBytes = 32;

export interface LoadedWebGpuEncoder extends LoadedEncoder {
  createEngine(settings: EngineSettings): Promise<WebGpuEngine>;
}

/**
 * Uploads an encoder once; engines made on it share its frozen weights.
 * @param weights every tensor of `baseParameters(config)`, named without `bert.`
 * @param tuning of `tuningFor`, where the device is calibrated
 */
export function loadEncoder(
  gpu: Gpu,
  { config, weights, poolerCount }: { config: EncoderConfig; weights: NamedTensors; poolerCount: number },
  tuning: Tuning = defaultTuning(gpu),
): LoadedWebGpuEncoder {
  const frozen = new FrozenWeights(gpu.device, config, weights, tuning.halfWeights);
  const { tiles } = tuning;
  return {
    config,
    poolerCount,
    createEngine: (settings) => WebGpuEngine.create({ gpu, config, frozen, tiles }, settings),
    destroy: () => frozen.destroy(),
  };
}

interface EncoderParts {
  gpu: Gpu;
  config: EncoderConfig;
  frozen: FrozenWeights;
  tiles: TileChoice;
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
  readonly #reach: Reach;
  readonly #cache: PrefixCache;
  #program: Program | null = null;
  #updates = 0;
  #hostMilliseconds = 0;
  #turn: Promise<unknown> = Promise.resolve();

  static async create(parts: EncoderParts, settings: EngineSettings): Promise<WebGpuEngine> {
    const engine = new WebGpuEngine(parts, settings);
    await engine.#trainable.initialise(settings.seed, parts.frozen);
    return engine;
  }

  private constructor({ gpu, config, frozen, tiles }: EncoderParts, settings: EngineSettings) {
    const { device } = gpu;
    this.#gpu = gpu;
    this.device = gpu.name;
    this.#config = config;
    this.#frozen = frozen;
    this.#settings = settings;
    this.#trainable = new Trainable(device, trainableParameters(config, settings.plan, settings.classes));
    this.#small = new Arena(device, 'scratch');
    this.#step = this.#small.create('step', stepBytes / 4, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    this.#norm = this.#small.create('gradient-norm', 4);
    this.#spare = spareSlices(this.#small);
    this.#tiles = tiles;
    this.#update = this.#recordUpdate();
    this.#reach = new Reach(this.#trainable.parameters.map(({ name }) => name));
    this.#cache = new PrefixCache(device);
  }

  #recorder(recording: Recording<BatchSize>, arena: Pick<Arena, 'createUniform'>): Recorder {
    return createRecorder(this.#gpu, { recording, step: this.#step, spare: this.#spare, arena, tiles: this.#tiles });
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
    const needed = capacityFor(size);
    const before = this.#program?.workspace.capacity;
    if (this.#program && before && fits(needed, before)) return this.#program;
    await this.#program?.staging.idle();
    this.#dropProgram();
    const program = this.#write({
      examples: Math.max(before?.examples ?? 0, needed.examples),
      rows: Math.max(before?.rows ?? 0, needed.rows),
      pairs: Math.max(before?.pairs ?? 0, needed.pairs),
    });
    const { frozen, live, classify, loss, headBackward, encoderBackward } = program;
    const recordings = [frozen, live, classify, loss, headBackward, encoderBackward, this.#update];
    await Promise.all(recordings.map((recording) => recording.ready()));
    this.#program = program;
    return program;
  }

  #write(capacity: Capacity): Program {
    const { classes, plan, pooling } = this.#settings;
    const network = {
      config: this.#config,
      plan,
      classes,
      pooling,
      frozen: this.#frozen,
      trainable: this.#trainable,
      reach: this.#reach,
    };
    return writeProgram(this.#gpu.device, network, capacity, (recording, arena) => this.#recorder(recording, arena));
  }

  #dropProgram(): void {
    if (this.#program) destroyProgram(this.#program);
    this.#program = null;
  }

  #check(batch: Batch | FeatureBatch): BatchSize {
    return checkBatch(batch, this.#config, this.#settings.classes);
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

  /**
   * Uploads a batch, submits what it runs through as one command buffer and reads slices back.
   * @param learningRate null where nothing is to be learned
   * @param recordings what to replay; `restored` says that the states of frozen layers are there already
   */
  async #run(
    batch: Batch | FeatureBatch,
    learningRate: number | null,
    recordings: (program: Program, restored: boolean) => Recording<BatchSize>[],
    results: (program: Program) => Slice[],
  ): Promise<{ result: Promise<Float32Array[]> }> {
    const size = this.#check(batch);
    const program = await this.#programFor(size);
    const { staging, read } = await program.staging.take();
    const started = performance.now();
    uploadBatch(this.#gpu.device, program, batch);
    this.#writeStep(size, learningRate);
    const encoder = this.#gpu.device.createCommandEncoder();
    if (learningRate !== null) {
      const { gradients } = this.#trainable;
      encoder.clearBuffer(gradients.buffer, gradients.offset, gradients.size);
      this.#updates++;
    }
    const restored = 'features' in batch || restoreBoundary(encoder, program, batch, this.#cache);
    const pass = encoder.beginComputePass();
    for (const recording of recordings(program, restored)) recording.replay(pass, size);
    pass.end();
    if (!restored) keepBoundary(encoder, program, batch, this.#cache);
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

  /** The forward to the pooled states. */
  #encoding({ frozen, live }: Program, restored: boolean): Recording<BatchSize>[] {
    return restored ? [live] : [frozen, live];
  }

  #stepRecordings(program: Program, restored: boolean): Recording<BatchSize>[] {
    const { classify, loss, headBackward, encoderBackward } = program;
    return [...this.#encoding(program, restored), classify, loss, headBackward, encoderBackward, this.#update];
  }

  async step(batch: Batch | FeatureBatch, learningRate: number): Promise<StepReport> {
    const [norm, losses] = await this.#inTurn(() =>
      this.#run(
        batch,
        learningRate,
        (program, restored) => this.#stepRecordings(program, restored),
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

  /** What a step of this batch dispatches, now that it has been made before: frozen layers that the cache spares are absent. */
  #nextStep(batch: Batch): { recordings: Recording<BatchSize>[]; size: BatchSize } {
    const size = this.#check(batch);
    if (!this.#program) throw new BatchError('no step has been made yet');
    const restored = batch.keys !== undefined && this.#cache.find(batch.keys) !== null;
    return { recordings: this.#stepRecordings(this.#program, restored), size };
  }

  /** Every dispatch of another step of this batch, with the multiplications and additions of matrix products. */
  dispatches(batch: Batch): { label: string; flops: number }[] {
    const { recordings, size } = this.#nextStep(batch);
    return recordings.flatMap(({ dispatches }) =>
      dispatches.map(({ label, flops }) => ({ label, flops: flops?.(size) ?? 0 })),
    );
  }

  /** One training step with a timestamp around every dispatch, or null where the device has no timestamps. */
  async profile(batch: Batch, learningRate: number): Promise<DispatchTime[] | null> {
    const { device } = this.#gpu;
    if (!device.features.has('timestamp-query')) return null;
    await this.step(batch, learningRate);
    const { recordings, size } = this.#nextStep(batch);
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
    const recordings = (program: Program, restored: boolean) => [
      ...this.#encoding(program, restored),
      program.classify,
    ];
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
        (program, restored) => this.#encoding(program, restored),
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
      cache: this.#cache.bytes,
    };
  }

  destroy(): void {
    this.#dropProgram();
    this.#cache.destroy();
    this.#trainable.destroy();
    this.#small.destroy();
  }
}

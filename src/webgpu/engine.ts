import { createSerialQueue } from '../base/serial.ts';
import { BatchError } from '../engine/batch-error.ts';
import { checkBatch, checkFrozenBits } from '../engine/checks.ts';
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
import { cutBatch, largerOf, type MicroBatch } from '../engine/micro-batches.ts';
import { Arena, part, type Slice } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/device.ts';
import { Recording } from '../gpu/recording.ts';
import type { EncoderConfig } from '../model/encoder-config.ts';
import { trainableParameters } from '../model/parameters.ts';
import { Reach } from '../model/reach.ts';
import { FrozenWeights } from './frozen.ts';
import { makeGradientParts } from './gradient-parts.ts';
import { adamwStep, normPartials } from './ops/adamw.ts';
import { type BatchSize, createRecorder, type GradientParts, type Recorder, spareSlices } from './ops/recorder.ts';
import { PrefixCache } from './prefix-cache.ts';
import { defaultTuning, type TileChoice, type Tuning } from './products/tiles.ts';
import {
  capacityFor,
  destroyProgram,
  encodingOf,
  fits,
  headRows,
  keepBoundary,
  type Program,
  restoreBoundary,
  stepOf,
  uploadBatch,
  writeProgram,
} from './program.ts';
import { stepBytes, stepUniform } from './step-uniform.ts';
import { Trainable } from './trainable.ts';
import type { Capacity } from './workspace.ts';

export interface LoadedWebGpuEncoder extends LoadedEncoder {
  createEngine(settings: EngineSettings): Promise<WebGpuEngine>;
}

/**
 * Uploads an encoder once; engines made on it share its frozen weights.
 * @param weights every tensor of `baseParameters(config)`, named without `bert.`
 * @param tuning of `tuningFor`, where the device is calibrated
 */
export function loadEncoder(gpu: Gpu, files: EncoderWeights, tuning: Tuning = defaultTuning(gpu)): LoadedWebGpuEncoder {
  const frozen = new FrozenWeights(gpu.device, files, tuning.halfWeights);
  // Not the files themselves: once uploaded, the weights on the host may go.
  const { config, poolerCount, frozenBits } = files;
  const { tiles } = tuning;
  return {
    config,
    poolerCount,
    createEngine: async (settings) => {
      checkFrozenBits({ frozenBits }, settings.frozenBits);
      return WebGpuEngine.create({ gpu, config, frozen, tiles }, settings);
    },
    destroy: () => frozen.destroy(),
  };
}

interface EncoderParts {
  gpu: Gpu;
  config: EncoderConfig;
  frozen: FrozenWeights;
  tiles: TileChoice;
}

/** Facts about a piece of a batch when it is encoded. */
interface PieceState {
  /** Rows that the head computes. */
  rows: number;
  /** The states of frozen layers are there already. */
  restored: boolean;
  /** No other piece of the step comes after it. */
  last: boolean;
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
  readonly #parts: GradientParts | null;
  readonly #update: Recording<BatchSize>;
  readonly #reach: Reach;
  readonly #cache: PrefixCache;
  #program: Program | null = null;
  #updates = 0;
  #hostMilliseconds = 0;
  readonly #queue = createSerialQueue();

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
    const parts = { trainable: this.#trainable, plan: settings.plan, hidden: config.hidden, tiles };
    this.#parts = makeGradientParts(device, parts, this.#small);
    this.#update = this.#recordUpdate();
    this.#reach = new Reach(settings.plan);
    this.#cache = new PrefixCache(device);
  }

  #recorder(recording: Recording<BatchSize>, arena: Pick<Arena, 'createUniform'>): Recorder {
    const [step, spare, tiles, parts] = [this.#step, this.#spare, this.#tiles, this.#parts];
    return createRecorder(this.#gpu, { recording, step, spare, arena, tiles, parts });
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
      parts: this.#parts,
      firstMoments,
      secondMoments,
      partials: this.#small.create('norm-partials', normPartials),
      norm: this.#norm,
    });
    return recording;
  }

  /** Allocates for a batch: buffers, bind groups and pipelines are made here and nowhere in the steady state. */
  async #programFor(size: BatchSize): Promise<Program> {
    const needed = capacityFor(size);
    const before = this.#program?.workspace.capacity;
    if (this.#program && before && fits(needed, before)) return this.#program;
    await this.#program?.staging.idle();
    this.#dropProgram();
    const program = this.#write(largerOf(before ?? null, needed));
    await Promise.all([...stepOf(program, false), this.#update].map((recording) => recording.ready()));
    this.#program = program;
    return program;
  }

  #write(capacity: Capacity): Program {
    const { classes, plan, kind = 'single-label', pooling, microBatches: pieces = 1 } = this.#settings;
    const network = {
      config: this.#config,
      plan,
      classes,
      kind,
      pooling,
      frozen: this.#frozen,
      trainable: this.#trainable,
      reach: this.#reach,
    };
    return writeProgram(this.#gpu.device, network, { capacity, pieces }, (recording, arena) =>
      this.#recorder(recording, arena),
    );
  }

  #dropProgram(): void {
    if (this.#program) destroyProgram(this.#program);
    this.#program = null;
  }

  #check(batch: Batch | FeatureBatch): BatchSize {
    return checkBatch(batch, this.#config, this.#settings);
  }

  /** @param terms of the whole step's loss; `first` the index in it of the first of these rows */
  #writeStep(size: BatchSize, { terms, first }: { terms: number; first: number }, learningRate: number | null): void {
    const { optimizer, seed } = this.#settings;
    const update = this.#updates + 1;
    const values = {
      size,
      training: learningRate !== null,
      seed,
      updates: this.#updates,
      // Where nothing is compared every gradient is 0, whatever it is divided by.
      terms: Math.max(1, terms),
      firstElement: first * size.tokens * this.#config.hidden,
      learningRate: learningRate ?? 0,
      corrections: [1 - optimizer.beta1 ** update, 1 - optimizer.beta2 ** update],
    } as const;
    this.#gpu.device.queue.writeBuffer(this.#step.buffer, 0, stepUniform(values));
  }

  /**
   * Submits one after another, in the order of the calls; the results are awaited in parallel.
   * @throws DeviceFailure if what is read back is not to be trusted
   */
  async #inTurn<T>(submit: () => Promise<{ result: Promise<T> }>): Promise<T> {
    const { result } = await this.#queue(submit);
    return this.#gpu.trusted(result);
  }

  /**
   * Uploads a batch, submits its recordings as one command buffer per piece and reads slices back.
   * @param learningRate null where nothing is to be learned
   * @param recordings what to replay for the pieces; `restored` says that the states of frozen layers are there already
   * @param results slices to read after a piece
   */
  async #run(
    { batch, pieces }: { batch: Batch | FeatureBatch; pieces: readonly MicroBatch[] },
    learningRate: number | null,
    recordings: (program: Program, piece: PieceState) => Recording<BatchSize>[],
    results: (program: Program, piece: PieceState) => Slice[],
  ): Promise<{ result: Promise<Float32Array[]> }> {
    const { tokens } = this.#check(batch);
    const terms = lossTerms(batch.labels);
    const program = await this.#programFor({ examples: pieces[0]?.rows.examples ?? 0, tokens });
    const { staging, read } = await program.staging.take();
    const started = performance.now();
    const places: { from: number; count: number }[] = [];
    let at = 0;
    for (const { rows, first } of pieces) {
      const size = { examples: rows.examples, tokens };
      uploadBatch(this.#gpu.device, program, rows);
      this.#writeStep(size, { terms, first }, learningRate);
      const encoder = this.#gpu.device.createCommandEncoder();
      const { gradients } = this.#trainable;
      if (learningRate !== null && first === 0)
        for (const { buffer, offset, size } of [gradients, ...(this.#parts ? [this.#parts.copies] : [])])
          encoder.clearBuffer(buffer, offset, size);
      const restored = 'features' in rows || restoreBoundary(encoder, program, rows, this.#cache);
      const piece = {
        rows: headRows(this.#settings.kind, size),
        restored,
        last: first + rows.examples === batch.examples,
      };
      const pass = encoder.beginComputePass();
      for (const recording of recordings(program, piece)) recording.replay(pass, size);
      pass.end();
      if (!restored) keepBoundary(encoder, program, rows, this.#cache);
      for (const slice of results(program, piece)) {
        staging.copyFrom(encoder, slice, at);
        places.push({ from: at, count: slice.size / 4 });
        at += slice.size;
      }
      this.#gpu.device.queue.submit([encoder.finish()]);
    }
    if (learningRate !== null) this.#updates++;
    this.#hostMilliseconds = performance.now() - started;
    const result = read(at).then((bytes) => places.map(({ from, count }) => new Float32Array(bytes, from, count)));
    return { result };
  }

  #stepRecordings(program: Program, { restored, last }: Omit<PieceState, 'rows'>): Recording<BatchSize>[] {
    return [...stepOf(program, restored), ...(last ? [this.#update] : [])];
  }

  async step(batch: Batch | FeatureBatch, learningRate: number): Promise<StepReport> {
    const pieces = cutBatch(batch, this.#settings.microBatches ?? 1);
    const results = await this.#inTurn(() =>
      this.#run(
        { batch, pieces },
        learningRate,
        (program, piece) => this.#stepRecordings(program, piece),
        ({ losses }, { rows, last }) => [part(losses, 0, rows), ...(last ? [part(this.#norm, 0, 1)] : [])],
      ),
    );
    const norm = results.pop();
    const sum = results.reduce((whole, losses) => losses.reduce((total, loss) => total + loss, whole), 0);
    return { loss: meanOf(sum, lossTerms(batch.labels)), gradNorm: norm?.[0] ?? Number.NaN };
  }

  /** JavaScript's share of the last batch: upload, encoding, submit. */
  get hostMilliseconds(): number {
    return this.#hostMilliseconds;
  }

  /** Dispatches of another step of a batch that was stepped before: frozen layers that the cache skips are absent. */
  nextStep(batch: Batch): { recordings: Recording<BatchSize>[]; size: BatchSize } {
    const size = this.#check(batch);
    if (!this.#program) throw new BatchError('no step has been made yet');
    const restored = batch.keys !== undefined && this.#cache.find(batch.keys) !== null;
    return { recordings: this.#stepRecordings(this.#program, { restored, last: true }), size };
  }

  /** What the forward leaves, without dropout, for each row of the head. @param width elements of a row */
  async #read(batch: Batch | FeatureBatch, what: 'logits' | 'states', width: number): Promise<Float32Array> {
    const rows = headRows(this.#settings.kind, this.#check(batch));
    const [values] = await this.#inTurn(() =>
      this.#run(
        { batch, pieces: [{ rows: batch, first: 0 }] },
        null,
        (program, { restored }) => [...encodingOf(program, restored), ...(what === 'logits' ? [program.classify] : [])],
        (program) => [part(program[what], 0, rows * width)],
      ),
    );
    return values ?? new Float32Array();
  }

  evaluate(batch: Batch | FeatureBatch): Promise<Float32Array> {
    return this.#read(batch, 'logits', this.#settings.classes);
  }

  encode(batch: Batch): Promise<Float32Array> {
    return this.#read(batch, 'states', this.#config.hidden);
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

  sharedHeapBytes(): null {
    return null;
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

import type { download } from '../../base/download.ts';
import { type ErrorCode, messageOf, UserError } from '../../base/message.ts';
import { wait } from '../../base/work.ts';
import type { Tokenizer } from '../../data/tokenizer/tokenizer.ts';
import { Bases } from '../../device/bases.ts';
import type { Device, EngineChoice, openDevice } from '../../device/open.ts';
import type { LoadedEncoder, NamedTensors } from '../../engine/contract.ts';
import { type EncoderFiles, readEncoderFiles, weightBytes, weightsIndex } from '../../files/encoder-files.ts';
import { type FrozenBits, roundFrozen } from '../../model/frozen-bits.ts';
import type { Run } from '../../training/run.ts';
import { AdapterPool } from './adapter-pool.ts';
import type { EncoderFacts, EncoderSource, TrainerEvent } from './api.ts';

/** A GPU that fails twice within so many milliseconds is left alone: browsers refuse it for about as long. */
const failureMemory = 120_000;
/** Milliseconds to wait before a GPU that has failed is asked for again: it takes the browser a moment to restart it. */
const reopenDelays = [0, 300, 700, 1000];

/** Weights of larger encoders are not kept a second time, beside those on the device. */
const maxInspectedBytes = 200e6;

export interface OpenEncoder extends EncoderSource {
  /**
   * On the device, as the run's frozen weights are stored; null without one: the page still shows shapes and counts.
   */
  loaded: LoadedEncoder | null;
  /** The encoder in other bits too, for adapters that were trained so; null without a device. */
  bases: Bases | null;
  frozenBits: FrozenBits;
  tokenizer: Tokenizer;
  /** A copy in these bits, kept for inspection; null where the encoder is too large to keep twice. */
  weights: NamedTensors | null;
}

/** An encoder that is on a device. */
export type PlacedEncoder = OpenEncoder & { loaded: LoadedEncoder; bases: Bases };

export interface HostTools {
  emit: (event: TrainerEvent) => void;
  fetchFile: typeof download;
  openDevice: typeof openDevice;
  /** Milliseconds. */
  now: () => number;
}

/** The run on the device and encoder that are hosted: ended before either is released. */
interface Tenant {
  halt(): void;
  drop(): Promise<void>;
}

/** Owner of the engine's device, the encoder on it, and the trained adapters beside it. */
export class Host {
  readonly #tools: HostTools;
  readonly #run: Tenant;
  /** The page's address, which built-in files are relative to. */
  base = '';
  /** The open device, why it was chosen, and the one that `auto` means here. */
  #device: Device | null = null;
  #why: Device['reason'] | null = null;
  #automatic: Pick<Device, 'engine' | 'reason'> | null = null;
  /** Times at which a GPU was found to have failed, and whether none is used for it. */
  #failures: number[] = [];
  #withoutGpu = false;
  #encoder: OpenEncoder | null = null;
  /** Null without a device. */
  #pool: AdapterPool | null = null;

  constructor(tools: HostTools, run: Tenant) {
    this.#tools = tools;
    this.#run = run;
  }

  get encoder(): OpenEncoder | null {
    return this.#encoder;
  }

  get pool(): AdapterPool | null {
    return this.#pool;
  }

  /** Opens the device that is best here, or reports why there is none. */
  async open(): Promise<void> {
    try {
      this.#takeDevice(await this.#openEngine('auto'));
      this.#automatic = this.#device;
    } catch (error) {
      this.#tools.emit({ type: 'device', available: false, reason: messageOf(error) });
    }
  }

  /** The encoder, on its device. @throws where one of them is missing */
  neededEncoder(): PlacedEncoder {
    const { loaded, bases } = this.#encoder ?? {};
    if (!this.#encoder || !loaded || !bases) throw new UserError('No encoder is loaded.');
    return { ...this.#encoder, loaded, bases };
  }

  /** A file beside the page; null if there is none. */
  fetch(path: string, onProgress?: (received: number, total: number | null) => void): Promise<Uint8Array | null> {
    return this.#tools.fetchFile(new URL(path, this.base).href, onProgress ? { onProgress } : {});
  }

  /** @throws EncoderConfigError, SafetensorsError, TokenizerError, DownloadError saying why it cannot be used */
  readFiles({ name, files }: EncoderSource): Promise<EncoderFiles> {
    // Pieces count as one download: the index, which comes before them, has their size.
    let before = 0;
    let whole: number | null = null;
    return readEncoderFiles(async (path) => {
      if (files) {
        const blob = files.find((file) => file.path === path)?.blob;
        return blob ? new Uint8Array(await blob.arrayBuffer()) : null;
      }
      const isWeights = path.endsWith('.safetensors');
      const bytes = await this.fetch(`models/${name}/${path}`, (received, total) => {
        if (isWeights)
          this.#tools.emit({ type: 'encoder-progress', received: before + received, total: whole ?? total });
      });
      if (bytes && isWeights) before += bytes.byteLength;
      if (bytes && path === weightsIndex) whole = weightBytes(bytes);
      return bytes;
    });
  }

  /** Opens an engine's device and reports its download and its loss. Whatever was open before is left to the caller. */
  async #openEngine(choice: EngineChoice): Promise<Device> {
    const { emit } = this.#tools;
    const onProgress = (received: number, total: number | null) => emit({ type: 'engine-progress', received, total });
    const opened = await this.#tools.openDevice(choice, { onProgress, afterFailures: this.#withoutGpu });
    opened.lost.then((reason) => {
      if (opened !== this.#device) return;
      // First the event: what the run reports on its way out is not the page's any more.
      emit({ type: 'device-lost', reason });
      this.#run.halt();
    });
    return opened;
  }

  /** Opens a device in place of one that has failed; a processor's where the GPU fails again and again. */
  async #openAnew(choice: EngineChoice, failure: ErrorCode): Promise<Device> {
    const now = this.#tools.now();
    // One that is only too small is as good as new.
    const failed = failure === 'out-of-memory' ? [] : [now];
    this.#failures = [...this.#failures.filter((at) => now - at < failureMemory), ...failed];
    this.#withoutGpu = this.#failures.length > 1;
    for (const delay of this.#withoutGpu ? [] : reopenDelays) {
      await wait(delay);
      const opened = await this.#openEngine(choice).catch(() => null);
      if (opened) return opened;
    }
    this.#withoutGpu = true;
    return this.#openEngine(choice);
  }

  /** Takes a GPU that has failed into use again, from the next run that is set up. */
  allowGpu(): void {
    this.#failures = [];
    this.#withoutGpu = false;
  }

  /** Gives the device up on purpose, so that one can see what comes of it. */
  loseDevice(): void {
    this.#device?.destroy();
  }

  #takeDevice(opened: Device, why = opened.reason): void {
    this.#device = opened;
    this.#why = why;
    const { engine, name, threads, software, refused, limits } = opened;
    this.#tools.emit({ type: 'device', available: true, engine, why, name, threads, software, refused, limits });
  }

  /**
   * Moves the encoder and the adapters loaded beside it to the engine that a run asks for, its weights in the bits that the
   * run asks for, if they are not there already.
   */
  async moveTo({ engine: choice, frozenBits }: Pick<Run, 'engine' | 'frozenBits'>): Promise<void> {
    const automatic = choice === 'auto' ? this.#automatic : null;
    const engine = automatic ? automatic.engine : choice;
    const failure = this.#device?.failure() ?? null;
    const here =
      failure === null && this.#device?.engine === (this.#withoutGpu ? 'wasm' : engine) ? this.#device : null;
    if (here) {
      const why = this.#withoutGpu && engine === 'webgpu' ? 'gpu-failed' : (automatic?.reason ?? 'asked-for');
      if (why !== this.#why) this.#takeDevice(here, why);
      if (!this.#encoder || this.#encoder.frozenBits === frozenBits) return;
    }
    const target = here ?? (await (failure ? this.#openAnew(engine, failure) : this.#openEngine(choice)));
    const source = this.#encoder;
    let moved: PlacedEncoder | null;
    try {
      moved = source && (await this.#place(target, source, await this.#filesOf(source, frozenBits)));
    } catch (error) {
      if (!here) target.destroy();
      throw error;
    }
    await this.#run.drop();
    const before = { pool: this.#pool, device: this.#device };
    if (moved) {
      this.#pool = new AdapterPool(moved, before.pool);
      this.#encoder = moved;
    }
    before.pool?.destroy();
    source?.bases?.destroy();
    if (here) return;
    before.device?.destroy();
    this.#takeDevice(target, automatic?.engine === target.engine ? automatic.reason : target.reason);
  }

  /** An encoder's files, its weights in so many bits: those at hand, where they are kept. */
  async #filesOf(source: OpenEncoder, bits: FrozenBits): Promise<EncoderFiles> {
    const { loaded, weights, tokenizer, frozenBits } = source;
    if (!loaded || !weights || frozenBits !== bits) return roundFrozen(await this.readFiles(source), bits);
    const { config, poolerCount } = loaded;
    return { config, poolerCount, weights, tokenizer, ...(bits === 32 ? {} : { frozenBits: bits }) };
  }

  /** Puts an encoder on a device. */
  async #place(target: Device, source: EncoderSource, files: EncoderFiles): Promise<PlacedEncoder> {
    const bases = new Bases(target, () => this.readFiles(source));
    return { ...beside(source, files), loaded: await bases.load(files), bases };
  }

  /** Replaces the encoder; the one before stays where this one cannot be used. */
  async openEncoder(source: EncoderSource, read: EncoderFiles, frozenBits: FrozenBits): Promise<EncoderFacts> {
    const files = roundFrozen(read, frozenBits);
    const placed = this.#device && (await this.#place(this.#device, source, files));
    await this.#run.drop();
    this.#pool?.destroy();
    this.#encoder?.bases?.destroy();
    this.#encoder = placed ?? { ...beside(source, files), loaded: null, bases: null };
    this.#pool = placed && new AdapterPool(placed);
    return { name: source.name, config: files.config, poolerCount: files.poolerCount };
  }
}

/** The parts of an encoder that are kept beside those on a device. */
function beside({ name, files: folder }: EncoderSource, { weights, tokenizer, frozenBits = 32 }: EncoderFiles) {
  const bytes = [...weights.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  return { name, files: folder, tokenizer, frozenBits, weights: bytes <= maxInspectedBytes ? weights : null };
}

import { Arena } from './buffers.ts';
import { readOnce } from './readback.ts';

/** Times of single passes from timestamp queries; the device must have the feature `timestamp-query`. */
export class Stopwatch {
  readonly #device: GPUDevice;
  readonly #queries: GPUQuerySet;
  readonly #labels: string[] = [];

  constructor(device: GPUDevice, passes: number) {
    this.#device = device;
    this.#queries = device.createQuerySet({ type: 'timestamp', count: 2 * passes });
  }

  /** The two timestamps of the next pass. */
  next(label: string): GPUComputePassTimestampWrites {
    const at = 2 * this.#labels.length;
    this.#labels.push(label);
    return { querySet: this.#queries, beginningOfPassWriteIndex: at, endOfPassWriteIndex: at + 1 };
  }

  /** Milliseconds of every pass since the start, in order. Call once, after the submit. */
  async read(): Promise<{ label: string; milliseconds: number }[]> {
    const count = 2 * this.#labels.length;
    const arena = new Arena(this.#device, 'stopwatch');
    const usage = GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC;
    const resolved = arena.create('timestamps', 2 * count, usage);
    const encoder = this.#device.createCommandEncoder();
    encoder.resolveQuerySet(this.#queries, 0, count, resolved.buffer, 0);
    this.#device.queue.submit([encoder.finish()]);
    const nanoseconds = new BigInt64Array(await readOnce(this.#device, resolved));
    arena.destroy();
    this.#queries.destroy();
    return this.#labels.map((label, i) => {
      const [from = 0n, to = 0n] = nanoseconds.subarray(2 * i, 2 * i + 2);
      return { label, milliseconds: Number(to - from) / 1e6 };
    });
  }
}

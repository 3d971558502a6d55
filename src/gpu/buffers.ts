/** Buffers come from arenas; an arena has one owner and one `destroy()`. This file holds the only `createBuffer`. */

/** A range of a buffer, in bytes, that a kernel binds. */
export interface Slice {
  buffer: GPUBuffer;
  offset: number;
  size: number;
  /** A matrix in fewer bits: two float16 in every 32 bits, or four whole numbers and behind all of them a scale for each row. */
  packed?: { bits: 16 | 8; rows: number; width: number };
}

/** Slices that a kernel binds must begin at a multiple of this many bytes (WebGPU's largest allowed requirement). */
export const bindingAlignment = 256;

/** A buffer that the device cannot hold. */
export class BufferError extends Error {
  override name = 'BufferError';
}

/** Buffers alive on each device, over all arenas. */
const liveBuffers = new WeakMap<GPUDevice, Set<GPUBuffer>>();

/** How many buffers are alive on a device: in the steady state of training this does not grow. */
export const liveBufferCount = (device: GPUDevice): number => liveBuffers.get(device)?.size ?? 0;

const storage = () => GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;

/** Their bytes. */
export const liveBufferBytes = (device: GPUDevice): number =>
  [...(liveBuffers.get(device) ?? [])].reduce((sum, { size }) => sum + size, 0);

/** A group of buffers that are created one by one and destroyed together. */
export class Arena {
  readonly device: GPUDevice;
  readonly label: string;
  #buffers: GPUBuffer[] = [];
  #bytes = 0;

  constructor(device: GPUDevice, label: string) {
    this.device = device;
    this.label = label;
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * A zeroed storage buffer of `elements` 32-bit elements, or of another usage.
   * @throws BufferError if it is larger than the device can bind
   */
  create(label: string, elements: number, usage: GPUBufferUsageFlags = storage()): Slice {
    const size = Math.max(16, Math.ceil(elements / 4) * 16);
    const { maxStorageBufferBindingSize, maxBufferSize } = this.device.limits;
    const most = Math.min(maxStorageBufferBindingSize, maxBufferSize);
    if (size > most)
      throw new BufferError(
        `${this.label}/${label} needs ${mebibytes(size)} MiB in one buffer; this device allows ${mebibytes(most)} MiB. ` +
          'Choose a smaller batch, a shorter maxLength or a smaller encoder.',
      );
    const buffer = this.device.createBuffer({ label: `${this.label}/${label}`, size, usage });
    this.#buffers.push(buffer);
    this.#bytes += size;
    const live = liveBuffers.get(this.device) ?? new Set();
    liveBuffers.set(this.device, live.add(buffer));
    return { buffer, offset: 0, size };
  }

  /** A uniform buffer with these values. */
  createUniform(label: string, values: Uint32Array): Slice {
    const slice = this.create(label, values.length, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    write(this.device, slice, values);
    return slice;
  }

  destroy(): void {
    for (const buffer of this.#buffers) {
      buffer.destroy();
      liveBuffers.get(this.device)?.delete(buffer);
    }
    this.#buffers = [];
    this.#bytes = 0;
  }
}

const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0);

/** Elements `from` to `from + count` (32 bits each) of a slice. */
export function part(whole: Slice, from: number, count: number): Slice {
  return { buffer: whole.buffer, offset: whole.offset + from * 4, size: count * 4 };
}

/** Writes 32-bit elements to a slice, in queue order. */
export function write(device: GPUDevice, to: Slice, data: Float32Array | Uint32Array): void {
  if (data.byteLength > to.size)
    throw new BufferError(`${to.buffer.label}: ${data.byteLength} bytes do not fit into ${to.size}.`);
  device.queue.writeBuffer(to.buffer, to.offset, data.buffer, data.byteOffset, data.byteLength);
}

/**
 * One slice from the beginning of `first` to the end of `last`, which follows it in the same buffer.
 * @throws BufferError if it does not
 */
export function span(first: Slice, last: Slice): Slice & { between: number } {
  if (first.buffer !== last.buffer || last.offset < first.offset)
    throw new BufferError(`${first.buffer.label}: ${last.buffer.label} does not lie behind it.`);
  const between = last.offset - first.offset;
  return { buffer: first.buffer, offset: first.offset, size: between + last.size, between: between / 4 };
}

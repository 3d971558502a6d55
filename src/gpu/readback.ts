import { Arena, type Slice } from './buffers.ts';

/** Reads a slice back once, through a staging buffer of its own. For checkpoints and tests, not for the step. */
export async function readOnce(device: GPUDevice, from: Slice): Promise<ArrayBuffer> {
  const staging = new Staging(device, Math.ceil(from.size / 4));
  try {
    const encoder = device.createCommandEncoder();
    staging.copyFrom(encoder, from);
    device.queue.submit([encoder.finish()]);
    return await staging.read(from.size);
  } finally {
    staging.destroy();
  }
}

/** A mappable buffer that is reused by every step for the values it reads back. */
export class Staging {
  readonly #arena: Arena;
  readonly #slice: Slice;

  constructor(device: GPUDevice, elements: number) {
    this.#arena = new Arena(device, 'staging');
    this.#slice = this.#arena.create('staging', elements, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  }

  /** Encodes a copy of `from` into the staging buffer, at byte offset `at`. */
  copyFrom(encoder: GPUCommandEncoder, from: Slice, at = 0): void {
    encoder.copyBufferToBuffer(from.buffer, from.offset, this.#slice.buffer, at, from.size);
  }

  /** Waits for the queue and copies the first `bytes` out. */
  async read(bytes: number): Promise<ArrayBuffer> {
    const { buffer } = this.#slice;
    await buffer.mapAsync(GPUMapMode.READ, 0, bytes);
    const copy = buffer.getMappedRange(0, bytes).slice(0);
    buffer.unmap();
    return copy;
  }

  destroy(): void {
    this.#arena.destroy();
  }
}

/** Staging buffers in turn, so that a step can be encoded while the results of the ones before are still on their way. */
export class StagingRing {
  readonly #slots: { staging: Staging; read: Promise<unknown> }[];
  #next = 0;

  constructor(device: GPUDevice, elements: number, slots = 3) {
    this.#slots = Array.from({ length: slots }, () => ({
      staging: new Staging(device, elements),
      read: Promise.resolve(),
    }));
  }

  /** Waits for the slot used longest ago. Call `read` once, after the submit, for its results. */
  async take(): Promise<{ staging: Staging; read: (bytes: number) => Promise<ArrayBuffer> }> {
    const slot = this.#slots[this.#next];
    if (!slot) throw new Error('a ring without slots');
    this.#next = (this.#next + 1) % this.#slots.length;
    await slot.read;
    const read = (bytes: number) => {
      const result = slot.staging.read(bytes);
      slot.read = result.catch(() => undefined);
      return result;
    };
    return { staging: slot.staging, read };
  }

  /** Resolves when no read is pending. */
  async idle(): Promise<void> {
    await Promise.all(this.#slots.map(({ read }) => read));
  }

  destroy(): void {
    for (const { staging } of this.#slots) staging.destroy();
  }
}

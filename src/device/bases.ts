import type { LoadedEncoder } from '../engine/contract.ts';
import type { EncoderFiles } from '../files/encoder-files.ts';
import { type FrozenBits, roundFrozen } from '../model/frozen-bits.ts';
import type { Device } from './open.ts';

/** An encoder on a device, once for each choice of bits that a run, or an adapter loaded beside it, was made for. */
export class Bases {
  readonly #device: Device;
  readonly #read: () => Promise<EncoderFiles>;
  readonly #loaded = new Map<FrozenBits, LoadedEncoder>();

  /** @param read the encoder's files, as they are */
  constructor(device: Device, read: () => Promise<EncoderFiles>) {
    this.#device = device;
    this.#read = read;
  }

  /** The encoder with its weights in so many bits; loaded if it is not yet. */
  async in(bits: FrozenBits): Promise<LoadedEncoder> {
    return this.#loaded.get(bits) ?? this.load(roundFrozen(await this.#read(), bits));
  }

  /** Loads files that are already read and rounded. */
  async load(files: EncoderFiles): Promise<LoadedEncoder> {
    const loaded = await this.#device.loadEncoder(files);
    this.#loaded.set(files.frozenBits ?? 32, loaded);
    return loaded;
  }

  destroy(): void {
    for (const loaded of this.#loaded.values()) loaded.destroy();
    this.#loaded.clear();
  }
}

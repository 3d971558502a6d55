import { Arena, part, type Slice, write } from '../gpu/buffers.ts';
import { readOnce } from '../gpu/readback.ts';
import type { EncoderConfig } from '../model/encoder-config.ts';
import { baseParameters, elementCount } from '../model/parameters.ts';
import type { NamedTensors } from '../training/engine.ts';
import { blocksOf } from './blocks.ts';

/** The encoder's weights on the device: uploaded once, bound read-only, shared by every engine. */
export class FrozenWeights {
  readonly #arena: Arena;
  readonly #blocks = new Map<string, Slice>();

  constructor(device: GPUDevice, config: EncoderConfig, weights: NamedTensors) {
    this.#arena = new Arena(device, 'frozen');
    for (const block of blocksOf(baseParameters(config))) {
      const slice = this.#arena.create(block.name, block.count);
      this.#blocks.set(block.name, slice);
      let at = 0;
      for (const { name, shape } of block.parts) {
        const tensor = weights.get(name);
        if (!tensor || tensor.data.length !== elementCount(shape))
          throw new Error(`${name}: the encoder needs (${shape.join(', ')}), got ${tensor?.shape ?? 'nothing'}`);
        write(device, part(slice, at, tensor.data.length), tensor.data);
        at += tensor.data.length;
      }
    }
  }

  /** The slice of a block. */
  get(name: string): Slice {
    const slice = this.#blocks.get(name);
    if (!slice) throw new Error(`${name} is not a tensor of this encoder`);
    return slice;
  }

  get bytes(): number {
    return this.#arena.bytes;
  }

  /** SHA-256 over all blocks in order, as they lie on the device. */
  async hash(): Promise<string> {
    const digests: Uint8Array<ArrayBuffer>[] = [];
    for (const slice of this.#blocks.values()) {
      const bytes = await readOnce(this.#arena.device, slice);
      digests.push(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
    }
    const all = new Uint8Array(digests.flatMap((digest) => [...digest]));
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', all));
    return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  destroy(): void {
    this.#arena.destroy();
  }
}

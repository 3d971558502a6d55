import { Arena, type Slice, write } from '../gpu/buffers.ts';
import { readOnce } from '../gpu/readback.ts';
import type { EncoderConfig } from '../model/encoder-config.ts';
import { packExactly, unpackFloat16 } from '../model/float16.ts';
import { baseParameters, elementCount } from '../model/parameters.ts';
import type { NamedTensors } from '../training/engine.ts';
import { type Block, blocksOf } from './blocks.ts';
import { inFours } from './slots.ts';

/** A matrix that only matmul reads, and four elements at a time. Embeddings are looked up, not multiplied. */
const isLinear = (parts: Block['parts']): boolean =>
  parts.every(({ name, shape }) => shape.length === 2 && !name.startsWith('embeddings.') && inFours(...shape));

/** The encoder's weights on the device: uploaded once, bound read-only, shared by every engine. */
export class FrozenWeights {
  readonly #arena: Arena;
  readonly #blocks = new Map<string, Slice>();

  /** @param half store the matrices of linear layers in 16 bits, those for which that is exact */
  constructor(device: GPUDevice, config: EncoderConfig, weights: NamedTensors, half: boolean) {
    this.#arena = new Arena(device, 'frozen');
    for (const block of blocksOf(baseParameters(config))) {
      const data = new Float32Array(block.count);
      let at = 0;
      for (const { name, shape } of block.parts) {
        const tensor = weights.get(name);
        if (!tensor || tensor.data.length !== elementCount(shape))
          throw new Error(`${name}: the encoder needs (${shape.join(', ')}), got ${tensor?.shape ?? 'nothing'}`);
        data.set(tensor.data, at);
        at += tensor.data.length;
      }
      const halves = half && isLinear(block.parts) ? packExactly(data) : null;
      const slice = this.#arena.create(block.name, halves ? halves.length : data.length);
      write(device, slice, halves ?? data);
      this.#blocks.set(block.name, halves ? { ...slice, half: true } : slice);
    }
  }

  /** A block's elements, read back from the device. */
  async read(name: string): Promise<Float32Array> {
    const slice = this.get(name);
    const bytes = await readOnce(this.#arena.device, slice);
    return slice.half ? unpackFloat16(new Uint32Array(bytes)) : new Float32Array(bytes);
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

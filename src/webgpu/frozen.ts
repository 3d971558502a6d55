import { packExactly, unpackFloat16 } from '../base/float16.ts';
import { sha256, sha256Hex } from '../base/sha256.ts';
import type { EncoderWeights } from '../engine/contract.ts';
import { Arena, type Slice, write } from '../gpu/buffers.ts';
import { readOnce } from '../gpu/readback.ts';
import { type FrozenTensor, isPacked } from '../model/frozen-bits.ts';
import { dequantise, packInt8, unpackInt8 } from '../model/int8.ts';
import { baseParameters, elementCount } from '../model/parameters.ts';
import { type Block, blocksOf } from './fused-tensors.ts';

/** The encoder's weights on the device: uploaded once, bound read-only, shared by every engine. */
export class FrozenWeights {
  readonly #arena: Arena;
  readonly #blocks = new Map<string, Slice>();

  /** @param halfWeights store in 16 bits what 16 bits hold exactly, even if the run asks for 32 */
  constructor(device: GPUDevice, { config, weights, frozenBits }: EncoderWeights, halfWeights: boolean) {
    this.#arena = new Arena(device, 'frozen');
    for (const block of blocksOf(baseParameters(config))) {
      const tensors = block.parts.map(({ name, shape }) => {
        const tensor = weights.get(name);
        if (!tensor || tensor.data.length !== elementCount(shape))
          throw new Error(`${name}: the encoder needs (${shape.join(', ')}), got ${tensor?.shape ?? 'nothing'}`);
        return tensor;
      });
      const stored = storedAs(block, tensors, frozenBits === 16 || halfWeights);
      const slice = this.#arena.create(block.name, stored.elements.length);
      write(device, slice, stored.elements);
      this.#blocks.set(block.name, stored.packed ? { ...slice, packed: stored.packed } : slice);
    }
  }

  /** A block's elements, read back from the device. */
  async read(name: string): Promise<Float32Array> {
    const { packed, ...slice } = this.get(name);
    const bytes = await readOnce(this.#arena.device, slice);
    if (!packed) return new Float32Array(bytes);
    const elements = new Uint32Array(bytes);
    if (packed.bits === 16) return unpackFloat16(elements);
    return dequantise(unpackInt8(elements, packed.rows, packed.width));
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

  /** SHA-256 over all blocks in order, as they are stored on the device. */
  async hash(): Promise<string> {
    const digests: Uint8Array[] = [];
    for (const slice of this.#blocks.values()) digests.push(await sha256(await readOnce(this.#arena.device, slice)));
    return sha256Hex(new Uint8Array(digests.flatMap((digest) => [...digest])));
  }

  destroy(): void {
    this.#arena.destroy();
  }
}

/** The elements of a block in the form the device stores; its parts are matrices of one width where they are packed. */
function storedAs(
  { parts, count }: Block,
  tensors: readonly FrozenTensor[],
  half: boolean,
): { elements: Float32Array | Uint32Array; packed?: Slice['packed'] } {
  const packable = parts.every(({ name, shape }) => isPacked(name, shape));
  const width = parts[0]?.shape[1] ?? 0;
  const rows = count / width;
  const matrices = tensors.flatMap(({ int8 }) => int8 ?? []);
  if (packable && matrices.length === parts.length) {
    const numbers = new Int8Array(count);
    const scales = new Float32Array(rows);
    let row = 0;
    for (const matrix of matrices) {
      numbers.set(matrix.numbers, row * width);
      scales.set(matrix.scales, row);
      row += matrix.scales.length;
    }
    return { elements: packInt8({ numbers, scales }), packed: { bits: 8, rows, width } };
  }
  const elements = new Float32Array(count);
  let at = 0;
  for (const { data } of tensors) {
    elements.set(data, at);
    at += data.length;
  }
  const halves = half && packable ? packExactly(elements) : null;
  return halves ? { elements: halves, packed: { bits: 16, rows, width } } : { elements };
}

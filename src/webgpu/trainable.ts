import { msg } from '../base/message.ts';
import { drawInitial } from '../base/random.ts';
import { checkTensors, TensorError } from '../engine/checks.ts';
import type { MemoryBytes, NamedTensors } from '../engine/contract.ts';
import { Arena, bindingAlignment, part, type Slice, write } from '../gpu/buffers.ts';
import { readOnce } from '../gpu/readback.ts';
import { decays, elementCount, type TrainableParameter } from '../model/parameters.ts';
import { baseName } from '../model/tensor-names.ts';
import type { FrozenWeights } from './frozen.ts';
import { blocksOf } from './fused-tensors.ts';

interface Place {
  offset: number;
  count: number;
}

/**
 * Everything that trains, as four flat buffers of one layout: parameters, gradients and AdamW's two moments. Matrices
 * come first and vectors last, so that weight decay is one boundary and the update one dispatch.
 */
export class Trainable {
  readonly parameters: readonly TrainableParameter[];
  /** Elements of each flat buffer, padding included. */
  readonly count: number;
  /** Number of elements, from the first on, that take weight decay. */
  readonly decayed: number;
  readonly values: Slice;
  readonly gradients: Slice;
  readonly firstMoments: Slice;
  readonly secondMoments: Slice;
  readonly #device: GPUDevice;
  readonly #arena: Arena;
  readonly #optimizerArena: Arena;
  readonly #blocks = new Map<string, Place>();
  readonly #places = new Map<string, Place>();

  constructor(device: GPUDevice, parameters: readonly TrainableParameter[]) {
    this.#device = device;
    this.parameters = parameters;
    const alignment = bindingAlignment / 4;
    const blocks = blocksOf(parameters);
    const isDecayed = (block: (typeof blocks)[number]) => block.parts.some(decays);
    const layOut = (from: number, list: typeof blocks) => {
      let at = from;
      for (const { name, count, parts } of list) {
        this.#blocks.set(name, { offset: at, count });
        let offset = at;
        for (const { name: partName, shape } of parts) {
          this.#places.set(partName, { offset, count: elementCount(shape) });
          offset += elementCount(shape);
        }
        at = Math.ceil(offset / alignment) * alignment;
      }
      return at;
    };
    this.decayed = layOut(0, blocks.filter(isDecayed));
    this.count = layOut(
      this.decayed,
      blocks.filter((block) => !isDecayed(block)),
    );
    this.#arena = new Arena(device, 'trainable');
    this.#optimizerArena = new Arena(device, 'optimizer');
    this.values = this.#arena.create('parameters', this.count);
    this.gradients = this.#arena.create('gradients', this.count);
    this.firstMoments = this.#optimizerArena.create('first-moments', this.count);
    this.secondMoments = this.#optimizerArena.create('second-moments', this.count);
  }

  /** Fills the parameters with their seeded initial values; the base's own tensors are copied from the frozen ones. */
  async initialise(seed: number, frozen: FrozenWeights): Promise<void> {
    const encoder = this.#device.createCommandEncoder();
    for (const { name, shape, initial } of this.parameters) {
      if (initial.kind !== 'base')
        this.#write(this.values, name, drawInitial(initial, elementCount(shape), seed, name));
    }
    for (const [name, { offset, count }] of this.#blocks) {
      const isBase = this.parameters.some((p) => p.initial.kind === 'base' && blocksOf([p])[0]?.name === name);
      if (!isBase) continue;
      const block = baseName(name);
      const from = frozen.get(block);
      if (from.packed) write(this.#device, part(this.values, offset, count), await frozen.read(block));
      else encoder.copyBufferToBuffer(from.buffer, 0, this.values.buffer, offset * 4, count * 4);
    }
    this.#device.queue.submit([encoder.finish()]);
  }

  /** The slice of a block that trains, or undefined. */
  value(block: string): Slice | undefined {
    return this.#slice(this.values, block);
  }

  /** The slice of a block's gradient, or undefined where it does not train. */
  gradient(block: string): Slice | undefined {
    return this.#slice(this.gradients, block);
  }

  #slice(whole: Slice, block: string): Slice | undefined {
    const place = this.#blocks.get(block);
    return place && part(whole, place.offset, place.count);
  }

  /** Reads one of the flat buffers back by name. */
  async read(whole: Slice): Promise<NamedTensors> {
    const all = new Float32Array(await readOnce(this.#device, whole));
    return new Map(
      this.parameters.map(({ name, shape }) => {
        const { offset, count } = this.#placeOf(name);
        return [name, { shape, data: all.slice(offset, offset + count) }];
      }),
    );
  }

  /** @throws TensorError for a name that does not train here, or another shape; nothing is written then */
  write(whole: Slice, tensors: NamedTensors): void {
    checkTensors(this.parameters, tensors);
    for (const [name, { data }] of tensors) this.#write(whole, name, data);
  }

  #write(whole: Slice, name: string, data: Float32Array): void {
    const { offset, count } = this.#placeOf(name);
    write(this.#device, part(whole, offset, count), data);
  }

  #placeOf(name: string): Place {
    const place = this.#places.get(name);
    if (!place) throw new TensorError(msg`${name} does not train in this run.`);
    return place;
  }

  get bytes(): Pick<MemoryBytes, 'trainable' | 'optimizer'> {
    return { trainable: this.#arena.bytes, optimizer: this.#optimizerArena.bytes };
  }

  destroy(): void {
    this.#arena.destroy();
    this.#optimizerArena.destroy();
  }
}

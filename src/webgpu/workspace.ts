import { Arena, type Slice, write } from '../gpu/buffers.ts';
import { normTapeSize } from './ops/layer-norm.ts';

/** Largest batch that the activations have room for. */
export interface Capacity {
  /** B */
  examples: number;
  /** B x T */
  rows: number;
  /** B x T' x T', T' the tokens rounded up to a multiple of 4 */
  pairs: number;
}

/** T of the longest row that there may be. */
export const longestRow = ({ pairs }: Pick<Capacity, 'pairs'>): number => Math.floor(Math.sqrt(pairs));

/**
 * The two arenas whose size follows from the batch. `keep` gives a buffer of its own, for values that the backward
 * reads; `scratch` gives every caller of the same name the same buffer, for values that are used up within a sublayer.
 */
export class Workspace {
  readonly capacity: Capacity;
  readonly #device: GPUDevice;
  readonly #activations: Arena;
  readonly #scratch: Arena;
  readonly #scratchSlices = new Map<string, { slice: Slice; elements: number }>();

  constructor(device: GPUDevice, capacity: Capacity) {
    this.capacity = capacity;
    this.#device = device;
    this.#activations = new Arena(device, 'activations');
    this.#scratch = new Arena(device, 'scratch');
  }

  keep(label: string, elements: number): Slice {
    return this.#activations.create(label, elements);
  }

  /** @throws Error if the name was used before with another size */
  scratch(name: string, elements: number): Slice {
    const known = this.#scratchSlices.get(name);
    if (known && known.elements !== elements)
      throw new Error(`scratch ${name}: ${elements} elements asked for, ${known.elements} before`);
    const slice = known?.slice ?? this.#scratch.create(name, elements);
    this.#scratchSlices.set(name, { slice, elements });
    return slice;
  }

  /** A buffer of its own where the backward will read it, the shared scratch of that name where it will not. */
  keepIf(needed: boolean, layer: number, name: string, elements: number): Slice {
    return needed ? this.keep(`layer.${layer}.${name}`, elements) : this.scratch(name, elements);
  }

  /** A buffer that holds these values for good. */
  table(label: string, values: Float32Array): Slice {
    const slice = this.#activations.create(label, values.length);
    write(this.#device, slice, values);
    return slice;
  }

  /** A uniform buffer with these values. */
  createUniform(label: string, values: Uint32Array): Slice {
    return this.#scratch.createUniform(label, values);
  }

  /** Buffer for the values that a LayerNorm saves: its own by this name, or the shared scratch if `name` is null. */
  normTape(name: string | null, width: number): Slice {
    const elements = normTapeSize(this.capacity.rows, width);
    return name === null ? this.scratch('norm', elements) : this.keep(name, elements);
  }

  get bytes(): { activations: number; scratch: number } {
    return { activations: this.#activations.bytes, scratch: this.#scratch.bytes };
  }

  destroy(): void {
    this.#activations.destroy();
    this.#scratch.destroy();
  }
}

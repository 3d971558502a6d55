import { msg } from '../base/message.ts';
import { CacheKeyError } from '../engine/checks.ts';
import { Arena, part, type Slice } from '../gpu/buffers.ts';

/** Elements of a buffer of the cache: 1 MiB, so that a few rows take little and many rows few buffers. */
const chunkElements = 2 ** 18;
/** Most elements cached, over all examples: 256 MiB. */
const maxElements = 64 * 2 ** 20;

/**
 * A cache on the device of the states that frozen layers compute for each example, from its first visit on, while the
 * budget lasts. Examples past the budget are computed at every visit.
 */
export class PrefixCache {
  readonly #arena: Arena;
  readonly #most: number;
  readonly #kept = new Map<number, Slice>();
  #chunk: Slice | null = null;
  /** Elements used of the last chunk. */
  #used = 0;
  #reserved = 0;

  constructor(device: GPUDevice, most = maxElements) {
    this.#arena = new Arena(device, 'cache');
    this.#most = most;
  }

  get bytes(): number {
    return this.#arena.bytes;
  }

  /** The slices of the examples' states, or null unless all of them are cached. */
  find(keys: Uint32Array): Slice[] | null {
    const slices: Slice[] = [];
    for (const key of keys) {
      const slice = this.#kept.get(key);
      if (!slice) return null;
      slices.push(slice);
    }
    return slices;
  }

  /**
   * A slice for an example's states, to be filled by the caller, or null if they are cached already or the budget is
   * spent.
   * @throws CacheKeyError if they are cached with another size
   */
  reserve(key: number, elements: number): Slice | null {
    const known = this.#kept.get(key);
    if (known) {
      if (known.size !== 4 * elements)
        throw new CacheKeyError(
          msg`example ${key} came with ${elements} elements of states, with ${known.size / 4} before`,
        );
      return null;
    }
    if (this.#reserved + elements > this.#most) return null;
    if (!this.#chunk || this.#used + elements > this.#chunk.size / 4) {
      this.#chunk = this.#arena.create(`states-${this.#kept.size}`, Math.max(chunkElements, elements));
      this.#used = 0;
    }
    const slice = part(this.#chunk, this.#used, elements);
    this.#used += elements;
    this.#reserved += elements;
    this.#kept.set(key, slice);
    return slice;
  }

  destroy(): void {
    this.#arena.destroy();
    this.#kept.clear();
    this.#chunk = null;
  }
}

import { msg } from '../base/message.ts';
import { CacheKeyError } from '../engine/checks.ts';
import type { Batch } from '../engine/contract.ts';

/** Most elements cached, over all examples: 256 MiB. */
const maxElements = 64 * 2 ** 20;

interface PrefixParts {
  /** Elements of a row of states: H */
  width: number;
  /** Whether an example has one row of states; else it has one a token. */
  pooled: boolean;
  /** States of a batch, example after example without padding. */
  compute: (batch: Batch) => Promise<Float32Array>;
  /** Most elements cached. */
  most?: number;
}

/** The examples at some indices of a batch, padded as before, without labels. */
function partOf(batch: Batch, places: readonly number[]): Batch {
  const { length } = batch;
  const cut = (whole: Uint32Array) => {
    const some = new Uint32Array(places.length * length);
    places.forEach((place, i) => {
      some.set(whole.subarray(place * length, (place + 1) * length), i * length);
    });
    return some;
  };
  const lengths = Uint32Array.from(places, (place) => batch.lengths[place] ?? 0);
  const part = { examples: places.length, length, ids: cut(batch.ids), lengths, labels: new Uint32Array() };
  return batch.types ? { ...part, types: cut(batch.types) } : part;
}

/**
 * A cache of the states that frozen layers compute for each example, from its first visit on, while the budget lasts.
 * Examples past the budget are computed at every visit.
 */
export class Prefix {
  readonly #parts: PrefixParts;
  readonly #most: number;
  readonly #kept = new Map<number, Float32Array>();
  #elements = 0;

  constructor(parts: PrefixParts) {
    this.#parts = parts;
    this.#most = parts.most ?? maxElements;
  }

  get bytes(): number {
    return 4 * this.#elements;
  }

  /**
   * States of a batch, example after example without padding: (rows, H), or (B, H) where they are pooled.
   * @throws CacheKeyError if an example came before with another number of tokens
   */
  async states(batch: Batch): Promise<Float32Array> {
    const { keys } = batch;
    if (!keys) return this.#parts.compute(batch);
    const known = Array.from(keys, (key, place) => this.#find(key, this.#size(batch, place)));
    const missing = [...known.keys()].filter((place) => !known[place]);
    if (missing.length === 0) return joined(known);
    // The batch as it came, so that a first visit computes exactly what a batch without keys does.
    const part = missing.length === keys.length ? batch : partOf(batch, missing);
    const states = await this.#parts.compute(part);
    let from = 0;
    for (const place of missing) {
      const size = this.#size(batch, place);
      known[place] = states.subarray(from, from + size);
      this.#keep(keys[place] ?? 0, states.subarray(from, from + size));
      from += size;
    }
    return missing.length === keys.length ? states : joined(known);
  }

  #size({ lengths }: Batch, place: number): number {
    const { width, pooled } = this.#parts;
    return pooled ? width : width * (lengths[place] ?? 0);
  }

  #find(key: number, size: number): Float32Array | undefined {
    const found = this.#kept.get(key);
    if (found && found.length !== size)
      throw new CacheKeyError(msg`example ${key} came with ${size} elements of states, with ${found.length} before`);
    return found;
  }

  #keep(key: number, states: Float32Array): void {
    if (this.#kept.has(key) || this.#elements + states.length > this.#most) return;
    this.#kept.set(key, states.slice());
    this.#elements += states.length;
  }

  clear(): void {
    this.#kept.clear();
    this.#elements = 0;
  }
}

function joined(parts: readonly (Float32Array | undefined)[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + (part?.length ?? 0), 0));
  let at = 0;
  for (const part of parts) {
    if (!part) continue;
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

import { msg } from '../../base/message.ts';
import { TokenizerError } from './settings.ts';

export interface BytePairSettings {
  merges: readonly (readonly [string, string])[];
  unknown: number | undefined;
  /** Prefix of every character of a word but the first. */
  prefix: string;
  /** Suffix of the last character of a word. */
  suffix: string;
  /** Neighbouring unknown characters are one token. */
  fuse: boolean;
  /** Unknown characters are written as the tokens of their bytes, <0x00> to <0xFF>, where all of them are known. */
  byteFallback: boolean;
  /** A word that is in the vocabulary is not put together from pairs. */
  ignoreMerges: boolean;
}

interface Merge {
  at: number;
  rank: number;
  id: number;
}

const isBefore = (a: Merge, b: Merge) => a.rank < b.rank || (a.rank === b.rank && a.at < b.at);

/** The merge of the lowest rank first, of equals the leftmost: a binary heap. */
class Queue {
  readonly #heap: Merge[] = [];

  push(merge: Merge): void {
    const heap = this.#heap;
    let at = heap.push(merge) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (!above || !isBefore(merge, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = merge;
  }

  pop(): Merge | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (!left) break;
      const least = right && isBefore(right, left) ? right : left;
      if (least === right) child++;
      if (!isBefore(least, last)) break;
      heap[at] = least;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

const utf8 = new TextEncoder();
/** Pairs of ids as one number. */
const base = 2 ** 26;

/** Byte-pair encoding as the Rust library's BPE does it. */
export class BytePairs {
  readonly #idOf: (token: string) => number | undefined;
  readonly #settings: BytePairSettings;
  readonly #merges = new Map<number, { rank: number; id: number }>();

  /** @throws TokenizerError for a merge of pieces that are not in the vocabulary */
  constructor(idOf: (token: string) => number | undefined, settings: BytePairSettings) {
    this.#idOf = idOf;
    this.#settings = settings;
    const needed = (token: string) => {
      const id = idOf(token);
      if (id === undefined || id >= base)
        throw new TokenizerError(msg`tokenizer.json: model BPE: the merges need ${token}, which the vocabulary lacks.`);
      return id;
    };
    for (const [rank, [first, second]] of settings.merges.entries()) {
      const id = needed(first + second.slice(settings.prefix.length));
      this.#merges.set(needed(first) * base + needed(second), { rank, id });
    }
  }

  encode(word: string): number[] {
    if (word === '') return [];
    const whole = this.#settings.ignoreMerges ? this.#idOf(word) : undefined;
    return whole !== undefined ? [whole] : this.#merged(this.#symbols(word));
  }

  #symbols(word: string): number[] {
    const { unknown, prefix, suffix, fuse, byteFallback } = this.#settings;
    const ids: number[] = [];
    let waiting = false;
    const flush = () => {
      if (waiting && unknown !== undefined) ids.push(unknown);
      waiting = false;
    };
    const characters = [...word];
    for (const [i, character] of characters.entries()) {
      const symbol = (i > 0 ? prefix : '') + character + (i === characters.length - 1 ? suffix : '');
      const id = this.#idOf(symbol);
      if (id !== undefined) {
        flush();
        ids.push(id);
        continue;
      }
      const bytes = byteFallback ? byteTokens(symbol, this.#idOf) : null;
      if (bytes) {
        // As in the library, an unknown character before these bytes comes after them.
        ids.push(...bytes);
        continue;
      }
      if (unknown === undefined) continue;
      if (!fuse) flush();
      waiting = true;
    }
    flush();
    return ids;
  }

  #merged(ids: number[]): number[] {
    const next = ids.map((_, i) => (i + 1 < ids.length ? i + 1 : -1));
    const before = ids.map((_, i) => i - 1);
    const isGone = new Uint8Array(ids.length);
    const queue = new Queue();
    const mergeAt = (at: number) => {
      const right = next[at] ?? -1;
      return right < 0 ? undefined : this.#merges.get((ids[at] ?? 0) * base + (ids[right] ?? 0));
    };
    const consider = (at: number) => {
      const merge = at < 0 ? undefined : mergeAt(at);
      if (merge) queue.push({ at, ...merge });
    };
    for (let at = 0; at + 1 < ids.length; at++) consider(at);
    for (let top = queue.pop(); top; top = queue.pop()) {
      const { at, id } = top;
      if (isGone[at] || mergeAt(at)?.id !== id) continue;
      const right = next[at] ?? -1;
      const after = next[right] ?? -1;
      ids[at] = id;
      isGone[right] = 1;
      next[at] = after;
      if (after >= 0) before[after] = at;
      consider(before[at] ?? -1);
      consider(at);
    }
    return ids.filter((_, at) => !isGone[at]);
  }
}

/** The tokens of a string's bytes, <0x00> to <0xFF>; null where the vocabulary lacks one of them. */
export function byteTokens(text: string, idOf: (token: string) => number | undefined): number[] | null {
  const ids = Array.from(utf8.encode(text), (byte) => idOf(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`));
  return ids.every((id) => id !== undefined) ? ids : null;
}

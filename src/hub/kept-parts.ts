import type { FileCache } from './cache.ts';

/** The received part of a download, cached piece by piece: a tab that closes loses the last piece at most. */
export class KeptParts {
  readonly #cache: FileCache;
  readonly #key: string;
  readonly #pieceBytes: number;
  #count = 0;
  #saved = 0;
  /** The storage takes no more: the file is fetched all the same. */
  #full = false;

  /**
   * @param key of the whole file
   * @param pieceBytes a piece is cached once it is this long
   */
  constructor(cache: FileCache, key: string, pieceBytes: number) {
    this.#cache = cache;
    this.#key = key;
    this.#pieceBytes = pieceBytes;
  }

  #name(piece: number): string {
    return `${this.#key}.part${piece}`;
  }

  /** Copies the cached pieces to the beginning of a file's bytes. @returns how many bytes that is */
  async readInto(bytes: Uint8Array): Promise<number> {
    for (;;) {
      const piece = await this.#cache.read(this.#name(this.#count));
      if (!piece || this.#saved + piece.byteLength > bytes.byteLength) return this.#saved;
      bytes.set(piece, this.#saved);
      this.#saved += piece.byteLength;
      this.#count++;
    }
  }

  /** Caches what has arrived since the last piece, if that is at least a piece. */
  async keep(bytes: Uint8Array, received: number): Promise<void> {
    if (received - this.#saved >= this.#pieceBytes) await this.keepRest(bytes, received);
  }

  /** Caches what has arrived since the last piece, however little. */
  async keepRest(bytes: Uint8Array, received: number): Promise<void> {
    if (this.#full || received <= this.#saved) return;
    try {
      await this.#cache.write(this.#name(this.#count), bytes.subarray(this.#saved, received));
      this.#saved = received;
      this.#count++;
    } catch {
      this.#full = true;
    }
  }

  async remove(): Promise<void> {
    for (let piece = 0; piece < this.#count; piece++) await this.#cache.remove(this.#name(piece));
  }
}

import { Inflate } from 'fflate';
import { msg, UserError } from '../../base/message.ts';
import { crc32 } from '../../base/zip.ts';

/**
 * gzip as RFC 1952 has it: any number of members one after another (`cat a.gz b.gz`, bgzip), and zero bytes behind them as
 * tapes and tar leave them. The browsers' own DecompressionStream refuses both, and Node's reads them: here they are the same.
 */

const [textFlag, headerCrcFlag, extraFlag, nameFlag, commentFlag] = [1, 2, 4, 8, 16];
const knownFlags = textFlag | headerCrcFlag | extraFlag | nameFlag | commentFlag;
const fixedHeaderBytes = 10;
const trailerBytes = 8;
/** Longest header: names and comments may be of any length, but more bytes than this are no header. */
const maxHeaderBytes = 2 ** 17;

/** Length in bytes of a member's header, or 0 where more bytes are needed to find it. */
function headerLength(bytes: Uint8Array): number {
  const [a = 0x1f, b = 0x8b, method = 8, flags = 0] = bytes;
  if (a !== 0x1f || b !== 0x8b || method !== 8 || (flags & ~knownFlags) !== 0)
    throw new UserError(msg`after its contents come bytes that are not gzip`);
  if (bytes.length < fixedHeaderBytes + 2) return 0;
  const length = lengthAfter(bytes, flags);
  if (length === 0 && bytes.length > maxHeaderBytes) throw new UserError(msg`its header does not end`);
  return length;
}

/** Such a length, for bytes that are known to begin with a header. */
function lengthAfter(bytes: Uint8Array, flags: number): number {
  let at = fixedHeaderBytes;
  if (flags & extraFlag) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  for (const flag of [nameFlag, commentFlag]) {
    if (!(flags & flag)) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) return 0;
    at = end + 1;
  }
  if (flags & headerCrcFlag) at += 2;
  return at <= bytes.length ? at : 0;
}

/** fflate 0.8.3's internal state of a stream: whether its last block has ended, and the bytes that it has not used. */
interface InflateState {
  s: { f?: number; l?: unknown; p?: number };
  p: Uint8Array;
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  if (one.length === 0) return other;
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

/** Unpacks gzip that comes in chunks of any size. */
export class Gunzip {
  #pending: Uint8Array = new Uint8Array(0);
  #state: 'header' | 'contents' | 'trailer' = 'header';
  #members = 0;
  #inflate = new Inflate();
  #size = 0;
  #crc = 0;

  /** @throws UserError, or what fflate throws, for bytes that are not gzip or are damaged */
  push(chunk: Uint8Array): Uint8Array[] {
    this.#pending = joined(this.#pending, chunk);
    const unpacked: Uint8Array[] = [];
    for (;;) {
      if (this.#state === 'header' && !this.#readHeader()) return unpacked;
      if (this.#state === 'contents') unpacked.push(...this.#readContents());
      if (this.#state === 'contents' || !this.#readTrailer()) return unpacked;
    }
  }

  /** Ends the input. @throws UserError where a member is not whole */
  end(): void {
    if (this.#state !== 'header' || this.#pending.length > 0) throw new UserError(msg`unexpected EOF`);
  }

  #readHeader(): boolean {
    if (this.#members > 0) {
      const start = this.#pending.findIndex((byte) => byte !== 0);
      this.#pending = this.#pending.subarray(start < 0 ? this.#pending.length : start);
    }
    if (this.#pending.length === 0) return false;
    const length = headerLength(this.#pending);
    if (length === 0) return false;
    this.#pending = this.#pending.subarray(length);
    [this.#state, this.#size, this.#crc] = ['contents', 0, 0];
    this.#inflate = new Inflate();
    return true;
  }

  #readContents(): Uint8Array[] {
    const given: Uint8Array[] = [];
    this.#inflate.ondata = (bytes) => {
      if (bytes.length > 0) given.push(bytes);
    };
    this.#inflate.push(this.#pending);
    const { s, p } = this.#inflate as unknown as InflateState;
    const ended = Boolean(s.f) && !s.l;
    this.#pending = ended ? p.subarray(s.p ? 1 : 0) : new Uint8Array(0);
    for (const bytes of given) {
      this.#size += bytes.length;
      this.#crc = crc32(bytes, this.#crc);
    }
    if (ended) this.#state = 'trailer';
    return given;
  }

  #readTrailer(): boolean {
    if (this.#pending.length < trailerBytes) return false;
    const { buffer, byteOffset } = this.#pending;
    const view = new DataView(buffer, byteOffset, trailerBytes);
    if (view.getUint32(0, true) !== this.#crc || view.getUint32(4, true) !== this.#size >>> 0)
      throw new UserError(msg`its checksum differs`);
    this.#pending = this.#pending.subarray(trailerBytes);
    this.#state = 'header';
    this.#members++;
    return true;
  }
}

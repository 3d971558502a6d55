import { deflateSync, Inflate } from 'fflate';
import { joined } from '../base/file-set.ts';
import { jsonFromBytes } from '../base/json.ts';
import { fromBase64Url, toBase64Url } from './base64url.ts';

/** JSON, deflated, as text that can stand in an address. */

/** Bytes that are unpacked at once: their result is bounded (1032 to 1) before the sum is checked. */
const piece = 128;

export const packText = (json: unknown): string =>
  toBase64Url(deflateSync(new TextEncoder().encode(JSON.stringify(json)), { level: 9 }));

/**
 * Undoes `packText`.
 * @param most characters of the text, and bytes that it may unpack to
 * @throws an error of any kind where the text is damaged, or larger than that
 */
export function unpackText(text: string, most: { characters: number; bytes: number }): unknown {
  if (text.length > most.characters) throw new RangeError(`more than ${most.characters} characters`);
  return jsonFromBytes(inflate(fromBase64Url(text), most.bytes), { fatal: true });
}

function inflate(bytes: Uint8Array, most: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  let total = 0;
  let ended = false;
  const inflater = new Inflate((chunk, final) => {
    chunks.push(chunk);
    total += chunk.length;
    ended = final;
    if (total > most) throw new RangeError(`more than ${most} bytes`);
  });
  for (let from = 0; from < bytes.length; from += piece)
    inflater.push(bytes.subarray(from, from + piece), from + piece >= bytes.length);
  if (!ended) throw new RangeError('cut off');
  return joined(chunks);
}

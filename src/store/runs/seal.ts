import { joined, utf8 } from '../../base/file-set.ts';
import { sha256Hex } from '../../base/sha256.ts';
import type { SavedState } from './records.ts';

/** A checksum over a saved state: storage that flips a bit, or keeps half, must not train on unseen. */

/** Bytes that stand for a value: its text, with the names, shapes and places of its tensors, then the tensors themselves. */
function bytesOf(value: unknown): Uint8Array<ArrayBuffer> {
  const tensors: Float32Array[] = [];
  const text = JSON.stringify(value, (_, part: unknown) => {
    if (part instanceof Map) return [...part.entries()];
    if (part instanceof Float32Array) {
      tensors.push(part);
      return { tensor: tensors.length, length: part.length };
    }
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    // Whatever order a reader leaves the names in.
    return Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
  const pieces = tensors.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength));
  return joined([utf8(text), ...pieces]);
}

/** The state with its checksum. */
export async function sealed({ sha256: _, ...kept }: SavedState): Promise<SavedState> {
  return { ...kept, sha256: await sha256Hex(bytesOf(kept)) };
}

/** Whether a state is as it was saved. Those of earlier versions have no checksum, and are taken at their word. */
export async function isWhole({ sha256, ...kept }: SavedState): Promise<boolean> {
  return sha256 === undefined || (await sha256Hex(bytesOf(kept)).catch(() => null)) === sha256;
}

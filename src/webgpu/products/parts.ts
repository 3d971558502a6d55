import { partsFor } from '../../engine/gradient-copies.ts';
import { part, type Slice } from '../../gpu/buffers.ts';
import type { BatchSize, Recorder } from '../ops/recorder.ts';

/**
 * Deep weight gradients in parts (engine/gradient-copies.ts): workgroups of their own add each part to a copy of the gradients;
 * the update sums the copies in order. So sums have one order and every run the same bits, without atomics.
 */

/** Fewest rows of the batch that are worth a part. */
const minRows = 64;

interface Parts {
  /** The slice from part 0 of this gradient on; the next part is `stride` elements further. */
  slice: Slice;
  stride: number;
  /** Number of parts for a batch of this size. */
  count: (size: BatchSize) => number;
}

/** The parts of a gradient of so many tiles; null where it has one part only, the gradient itself. */
export function partsOf({ parts }: Pick<Recorder, 'parts'>, gradient: Slice, tiles: number): Parts | null {
  if (!parts || gradient.buffer !== parts.of.buffer) return null;
  const { of, copies, stride } = parts;
  const most = Math.min(parts.count, partsFor(tiles));
  if (most < 2) return null;
  const elements = (parts.count - 1) * stride + gradient.size / 4;
  return {
    slice: part(copies, (gradient.offset - of.offset) / 4, elements),
    stride,
    count: ({ examples, tokens }) => Math.max(1, Math.min(most, Math.floor((examples * tokens) / minRows))),
  };
}

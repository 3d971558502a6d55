import { part, type Slice } from '../gpu/buffers.ts';
import type { TrainingPlan } from '../model/methods.ts';
import type { BatchSize, GradientParts, Recorder } from './ops/recorder.ts';
import { isStaged, tileCount, type Variant } from './tiles.ts';

/**
 * Weight gradients of few rows or columns, as those of adapters, have few tiles but are as deep as the batch has rows. On a card
 * their depth is cut into parts, which workgroups of their own add to copies of the gradients; the update adds the copies up in
 * order. So sums have one order and every run the same bits, without atomics.
 */

/** Workgroups that fill a card. */
const filling = 128;
/** More copies cost more than they give. */
const mostParts = 16;
/** Rows of the batch that are worth a part. */
const leastRows = 64;
/** Bytes that all copies may take. */
const mostBytes = 64 * 2 ** 20;

const partsFor = (tiles: number): number => Math.min(mostParts, Math.ceil(filling / tiles));

/** Tiles of an adapter's, or a LoRA pair's, two weight gradients. */
const tilesOf = (variant: Variant, hidden: number, inner: number): number =>
  tileCount(variant, hidden, inner) + tileCount(variant, inner, hidden, true);

/** How many copies of `elements` gradients a plan's products make use of; 0 where they have no parts. */
export function copiesFor(
  { base, adapters, loras }: TrainingPlan,
  hidden: number,
  { deep }: { deep: Variant },
  { elements, mostBinding }: { elements: number; mostBinding: number },
): number {
  // Where the base trains too, its own gradients have tiles enough, and copies of all would not fit.
  if (base === 'all' || !isStaged(deep)) return 0;
  const wanted = [
    ...adapters.map(({ bottleneck }) => partsFor(tilesOf(deep, hidden, bottleneck))),
    ...loras.map(({ rank }) => partsFor(tileCount(deep, hidden, rank))),
  ];
  const room = Math.floor(Math.min(mostBytes, mostBinding) / (4 * elements));
  const copies = Math.min(room, Math.max(0, ...wanted));
  return copies < 2 ? 0 : copies;
}

interface Parts {
  /** Where part 0 of this gradient lies; the next is `stride` elements further. */
  slice: Slice;
  stride: number;
  /** The parts of a batch of this size. */
  count: (size: BatchSize) => number;
}

/** The parts of a gradient that takes so many tiles; null where it has one part only, the gradient itself. */
export function partsOf({ parts }: Pick<Recorder, 'parts'>, gradient: Slice, tiles: number): Parts | null {
  if (!parts || gradient.buffer !== parts.of.buffer) return null;
  const { of, copies, stride } = parts satisfies GradientParts;
  const most = Math.min(parts.count, partsFor(tiles));
  if (most < 2) return null;
  const elements = (parts.count - 1) * stride + gradient.size / 4;
  return {
    slice: part(copies, (gradient.offset - of.offset) / 4, elements),
    stride,
    count: ({ examples, tokens }) => Math.max(1, Math.min(most, Math.floor((examples * tokens) / leastRows))),
  };
}

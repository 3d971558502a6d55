import attention from '../../../shaders/attention.wgsl?raw';
import step from '../../../shaders/step.wgsl?raw';
import type { Slice } from '../../gpu/buffers.ts';
import { slots } from '../products/slots.ts';
import { tileConstants, tileCount, tileSource } from '../products/tiles.ts';
import { type BatchSize, type Recorder, recordSlots, tileGrid } from './recorder.ts';

export interface AttentionShape {
  /** H */
  hidden: number;
  /** A */
  heads: number;
  /** Tokens to each side that a query sees; absent or null: all. */
  reach?: number | null;
}

/** Elements of a row of pairs: T rounded up, so that rows are read four at a time. */
export const paddedTokens = (tokens: number): number => 4 * Math.ceil(tokens / 4);

type Slots = (Slice | undefined)[];

/** Records one entry point of shaders/attention.wgsl: a tile of queries of a head each, or a tile of keys or values. */
function recordEntry(
  recorder: Recorder,
  label: string,
  { hidden, heads, reach = null }: AttentionShape,
  entry: 'forward' | 'backward_query' | 'backward_key',
  inputs: Slots,
  outputs: Slots,
): void {
  const tile = recorder.tiles.attention;
  const width = hidden / heads;
  const tiles = (tokens: number) =>
    entry === 'backward_key' ? 2 * tileCount(tile, tokens, width) : tileCount(tile, tokens, 1);
  recordSlots(recorder, {
    label: `${label}/${entry}`,
    source: step + slots(width) + tileSource(tile) + attention,
    entry,
    constants: {
      HIDDEN: hidden,
      HEADS: heads,
      RAGGED: width % 4 !== 0,
      // Kernels of whole attention are compiled once, whatever the other layers are.
      ...(entry === 'forward' && reach !== null && { LOCAL: true, REACH: reach }),
      ...tileConstants(tile, recorder.lanes),
    },
    inputs,
    outputs,
    grid: ({ examples, tokens }: BatchSize) => tileGrid(recorder, tile, examples * heads * tiles(tokens)),
    flops: ({ examples, tokens }) => 4 * examples * tokens * tokens * hidden,
  });
}

interface AttentionForward extends AttentionShape {
  /** Query, key and value, concatenated. (B, T, 3H) */
  qkv: Slice;
  /** Real tokens of each example. (B) */
  lengths: Slice;
  /** Softmax of the scores, saved for the backward. (B, A, T', T') */
  probabilities: Slice;
  /** (B, T, H) */
  context: Slice;
}

/** context = softmax(Q Kᵀ / √d over real keys within reach) V */
export function attentionForward(recorder: Recorder, label: string, op: AttentionForward): void {
  const inputs = [op.qkv, undefined, undefined, undefined, undefined, op.lengths];
  recordEntry(recorder, label, op, 'forward', inputs, [op.probabilities, op.context]);
}

interface AttentionBackward extends AttentionShape {
  /** (B, T, H) */
  dContext: Slice;
  qkv: Slice;
  probabilities: Slice;
  /** Scratch. (B, A, T', T') */
  dPairs: Slice;
  /** (B, T, 3H) */
  dQkv: Slice;
}

/** forward: S = Q Kᵀ / √d, P = softmax(S), context = P V */
export function attentionBackward(recorder: Recorder, label: string, op: AttentionBackward): void {
  const { dContext, qkv, probabilities, dPairs, dQkv } = op;
  recordEntry(recorder, label, op, 'backward_query', [qkv, dContext, probabilities, undefined], [dPairs, dQkv]);
  recordEntry(recorder, label, op, 'backward_key', [qkv, dContext, probabilities, dPairs], [undefined, dQkv]);
}

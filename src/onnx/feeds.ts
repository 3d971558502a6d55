import type { TypedTensor } from 'onnxruntime-web/wasm';
import type { Batch } from '../engine/contract.ts';
import type { Pooling } from '../model/shapes.ts';
import type { Ort } from './runtime.ts';

/** Inputs of the graphs for a batch: its tokens without padding, and their positions. */

export type Feeds = Record<string, TypedTensor<'float32'> | TypedTensor<'int32'> | TypedTensor<'bool'>>;

/** Those feeds that a session has inputs for. */
export const feedsOf = ({ inputNames }: { inputNames: readonly string[] }, feeds: Feeds): Feeds =>
  Object.fromEntries(Object.entries(feeds).filter(([name]) => inputNames.includes(name)));

/** Probability exactly 0 for a padded key, with no infinity in the graph. */
export const lowest = -3.4028234663852886e38;

export interface PackedTokens {
  feeds: Feeds;
  /** Index in (B, T) of each row. (rows) */
  packed: Int32Array;
}

/** The inputs of the encoder. */
export function tokenFeeds({ Tensor }: Ort, batch: Batch, pooling: Pooling): PackedTokens {
  const { examples, length } = batch;
  const places = examples * length;
  const rows = batch.lengths.reduce((sum, real) => sum + real, 0);
  const packed = new Int32Array(rows);
  const padded = new Int32Array(places);
  const positions = new Int32Array(rows);
  const keyBias = new Float32Array(places).fill(lowest);
  const queryMask = new Float32Array(places);
  const pool = new Float32Array(examples * rows);
  let row = 0;
  batch.lengths.forEach((real, example) => {
    for (let t = 0; t < real; t++, row++) {
      const place = example * length + t;
      packed[row] = place;
      padded[place] = row;
      positions[row] = t;
      keyBias[place] = 0;
      queryMask[place] = 1;
      if (pooling === 'mean') pool[example * rows + row] = 1 / real;
      else if (t === 0) pool[example * rows + row] = 1;
    }
  });
  const ids = Int32Array.from(packed, (place) => batch.ids[place] ?? 0);
  return {
    packed,
    feeds: {
      ids: new Tensor('int32', ids, [rows]),
      positions: new Tensor('int32', positions, [rows]),
      packed: new Tensor('int32', packed, [rows]),
      padded: new Tensor('int32', padded, [examples, length]),
      key_bias: new Tensor('float32', keyBias, [examples, 1, 1, length]),
      query_mask: new Tensor('float32', queryMask, [examples, 1, length, 1]),
      pool: new Tensor('float32', pool, [examples, rows]),
    },
  };
}

/**
 * The inputs of the head's loss and of the `If` around the backward.
 * @param whole rows of the training step that these belong to; null outside training
 */
export function labelFeeds({ Tensor }: Ort, labels: Uint32Array, classes: number, whole: number | null): Feeds {
  const targets = new Float32Array(labels.length * classes);
  labels.forEach((label, example) => {
    targets[example * classes + label] = 1;
  });
  return {
    targets: new Tensor('float32', targets, [labels.length, classes]),
    share: new Tensor('float32', Float32Array.of(1 / (whole ?? labels.length)), []),
    training: new Tensor('bool', Uint8Array.of(Number(whole !== null)), []),
  };
}

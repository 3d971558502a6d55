import type { TypedTensor } from 'onnxruntime-web/wasm';
import type { Batch } from '../engine/contract.ts';
import type { Labels } from '../engine/labels.ts';
import type { EncoderConfig } from '../model/encoder-config.ts';
import { rotaryTable, thetasOf } from '../model/rotary.ts';
import { notCounted, type Pooling } from '../model/shapes.ts';
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

/** Index in (B, T) of each real token. (rows) */
export function packedPlaces({ length, lengths }: Pick<Batch, 'length' | 'lengths'>): Int32Array {
  const places: number[] = [];
  lengths.forEach((real, example) => {
    for (let t = 0; t < real; t++) places.push(example * length + t);
  });
  return Int32Array.from(places);
}

/** Puts rows of real tokens back to their places; padding is 0. (rows, width) -> (B, T, width) */
export function unpacked(rows: Float32Array, packed: Int32Array, places: number): Float32Array {
  const width = rows.length / packed.length;
  const whole = new Float32Array(places * width);
  packed.forEach((place, row) => {
    whole.set(rows.subarray(row * width, (row + 1) * width), place * width);
  });
  return whole;
}

/** The inputs of the encoder. */
export function tokenFeeds(ort: Ort, config: EncoderConfig, batch: Batch, pooling: Pooling): PackedTokens {
  const { Tensor } = ort;
  const { examples, length } = batch;
  const places = examples * length;
  const packed = packedPlaces(batch);
  const rows = packed.length;
  const padded = new Int32Array(places);
  const positions = new Int32Array(rows);
  const keyBias = new Float32Array(places).fill(lowest);
  const queryMask = new Float32Array(places);
  const pool = new Float32Array(examples * rows);
  packed.forEach((place, row) => {
    const [example, t] = [Math.floor(place / length), place % length];
    padded[place] = row;
    positions[row] = t;
    keyBias[place] = 0;
    queryMask[place] = 1;
    if (pooling === 'mean') pool[example * rows + row] = 1 / (batch.lengths[example] ?? 1);
    else if (t === 0) pool[example * rows + row] = 1;
  });
  const ids = Int32Array.from(packed, (place) => batch.ids[place] ?? 0);
  const types = Int32Array.from(packed, (place) => batch.types?.[place] ?? 0);
  return {
    packed,
    feeds: {
      ids: new Tensor('int32', ids, [rows]),
      types: new Tensor('int32', types, [rows]),
      positions: new Tensor('int32', positions, [rows]),
      packed: new Tensor('int32', packed, [rows]),
      padded: new Tensor('int32', padded, [examples, length]),
      key_bias: new Tensor('float32', keyBias, [examples, 1, 1, length]),
      query_mask: new Tensor('float32', queryMask, [examples, 1, length, 1]),
      pool: new Tensor('float32', pool, [examples, rows]),
      ...angleFeeds(ort, config, length),
    },
  };
}

/** The input with the angles of one θ. */
export const anglesName = (theta: number): string => `angles ${theta}`;

/** Angles of the positions of a batch's rows, where an encoder has rotary ones. (T, H / A) each */
function angleFeeds({ Tensor }: Ort, { rotary, hidden, heads }: EncoderConfig, tokens: number): Feeds {
  const width = hidden / heads;
  const tables = (rotary ? thetasOf(rotary) : []).map(
    (theta) => [anglesName(theta), new Tensor('float32', rotaryTable(theta, width, tokens), [tokens, width])] as const,
  );
  return Object.fromEntries(tables);
}

/** Class indices as ones among zeros; a row that is not counted has none. (rows) -> (rows, C) */
function oneHot(labels: readonly number[], classes: number): Float32Array {
  const targets = new Float32Array(labels.length * classes);
  labels.forEach((label, row) => {
    if (label !== notCounted) targets[row * classes + label] = 1;
  });
  return targets;
}

/**
 * The inputs of the head's loss and of the `If` around the backward.
 * @param packed places of the tokens where each is labelled, else null
 * @param terms of the loss of the whole step that these belong to; null outside training
 */
export function labelFeeds(
  { Tensor }: Ort,
  labels: Labels,
  { classes, packed, terms }: { classes: number; packed: Int32Array | null; terms: number | null },
): Feeds {
  const targets =
    labels instanceof Float32Array
      ? labels
      : oneHot(packed ? Array.from(packed, (place) => labels[place] ?? notCounted) : [...labels], classes);
  return {
    targets: new Tensor('float32', targets, [targets.length / classes, classes]),
    share: new Tensor('float32', Float32Array.of(1 / Math.max(1, terms ?? 1)), []),
    training: new Tensor('bool', Uint8Array.of(Number(terms !== null)), []),
  };
}

import { z } from 'zod';
import { msg } from '../../base/message.ts';
import { fromBase64Url, toBase64Url } from '../../data/base64url.ts';
import type { NamedTensors } from '../../engine/contract.ts';
import { dequantise, quantiseRows } from '../../model/int8.ts';
import { elementCount, type Parameter } from '../../model/parameters.ts';
import { HandInError } from './hand-in-error.ts';

/**
 * An adapter's weights as text: its tensors one after another, in the order of `trainableParameters`, in base64url. In 32
 * bits little-endian floats. In 8 bits all scales come first, a float each, then the numbers: a matrix is quantised along its
 * longer side (one scale for each unit of the bottleneck or class), a vector as one row.
 */

/** Numbers that are handed in at most: full fine-tuning has more, every adapter less. */
export const mostNumbers = 1_000_000;
/** Base64 of as many floats. */
const mostCharacters = Math.ceil((4 * mostNumbers * 4) / 3) + 4;

export const weightsSchema = z.strictObject({
  bits: z.literal([8, 32]),
  data: z.string().max(mostCharacters),
});
export type Weights = z.infer<typeof weightsSchema>;

export const numbersOf = (wanted: readonly Parameter[]): number =>
  wanted.reduce((sum, { shape }) => sum + elementCount(shape), 0);

/** Rows that a tensor is quantised in, and whether these are its columns. */
function rowsOf(shape: readonly number[]): { rows: number; turned: boolean } {
  const [rows = 1, width] = shape;
  if (width === undefined) return { rows: 1, turned: false };
  return { rows: Math.min(rows, width), turned: width < rows };
}

/** The columns of a matrix as rows. (rows, width) -> (width, rows) */
function turn(data: Float32Array, rows: number): Float32Array {
  const width = data.length / rows;
  return data.map((_, i) => data[(i % rows) * width + Math.floor(i / rows)] ?? 0);
}

/** @param wanted the tensors' names and shapes, in order */
export function packWeights(tensors: NamedTensors, wanted: readonly Parameter[], bits: Weights['bits']): Weights {
  const lists = wanted.map(({ name }) => tensors.get(name)?.data ?? new Float32Array());
  if (bits === 32) return { bits, data: toBase64Url(bytesOf(lists)) };
  const matrices = wanted.map(({ shape }, i) => {
    const { rows, turned } = rowsOf(shape);
    const data = lists[i] ?? new Float32Array();
    return quantiseRows(turned ? turn(data, shape[0] ?? 1) : data, rows);
  });
  const scales = matrices.map((matrix) => matrix.scales);
  return { bits, data: toBase64Url(bytesOf([...scales, ...matrices.map(({ numbers }) => numbers)])) };
}

function bytesOf(lists: readonly (Float32Array | Int8Array)[]): Uint8Array {
  const bytes = new Uint8Array(lists.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const list of lists) {
    bytes.set(new Uint8Array(list.buffer, list.byteOffset, list.byteLength), at);
    at += list.byteLength;
  }
  return bytes;
}

/**
 * Undoes `packWeights`.
 * @throws HandInError where there are other numbers than wanted, or values that are none
 */
export function unpackWeights({ bits, data }: Weights, wanted: readonly Parameter[]): NamedTensors {
  const count = numbersOf(wanted);
  if (count > mostNumbers) throw new HandInError(msg`It has ${count} weights; ${mostNumbers} are the most.`);
  const rows = wanted.map(({ shape }) => rowsOf(shape).rows);
  const scaleCount = rows.reduce((sum, each) => sum + each, 0);
  const bytes = decoded(data);
  const needed = bits === 32 ? 4 * count : 4 * scaleCount + count;
  if (bytes.byteLength !== needed)
    throw new HandInError(msg`Its weights have ${bytes.byteLength} bytes; its settings need ${needed}.`);
  const floats = new Float32Array(bytes.buffer, 0, bits === 32 ? count : scaleCount);
  if (!floats.every(Number.isFinite)) throw new HandInError('Some of its weights are no numbers.');
  const numbers = new Int8Array(bytes.buffer, bits === 32 ? 0 : 4 * scaleCount);
  let [at, scaleAt] = [0, 0];
  return new Map(
    wanted.map(({ name, shape }, i) => {
      const [from, scaleFrom] = [at, scaleAt];
      at += elementCount(shape);
      scaleAt += rows[i] ?? 0;
      if (bits === 32) return [name, { shape: [...shape], data: floats.slice(from, at) }];
      const matrix = { numbers: numbers.slice(from, at), scales: floats.slice(scaleFrom, scaleAt) };
      const values = dequantise(matrix);
      return [name, { shape: [...shape], data: rowsOf(shape).turned ? turn(values, rows[i] ?? 1) : values }];
    }),
  );
}

function decoded(text: string): Uint8Array<ArrayBuffer> {
  try {
    return fromBase64Url(text);
  } catch {
    throw new HandInError('Its weights are damaged.');
  }
}

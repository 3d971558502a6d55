import type { NamedTensors } from '../engine/contract.ts';
import { tensorPart } from '../model/tensor-names.ts';

/** A snapshot of a run at one moment: the distribution of its weights, and a map of its test sentences. */

export interface Snapshot {
  /** Epochs trained. */
  epoch: number;
  /** Counts of trained weights (head excluded) in equal bins from -limit to limit; outliers are in the outermost. */
  histogram: { limit: number; counts: number[] };
  /** Test sentences in the plane of their first two principal components. */
  map: { x: number; y: number; label: number }[];
}

const bins = 31;
const powerIterations = 60;

/** A histogram around 0 of every trained weight that is not of the head. */
export function histogramOf(tensors: NamedTensors): Snapshot['histogram'] {
  const values = [...tensors].flatMap(([name, { data }]) => (tensorPart(name) === 'head' ? [] : [data]));
  let square = 0;
  let count = 0;
  for (const data of values) {
    for (const value of data) square += value * value;
    count += data.length;
  }
  const limit = 3 * Math.sqrt(square / Math.max(1, count)) || 1;
  const counts = new Array<number>(bins).fill(0);
  for (const data of values)
    for (const value of data) {
      const bin = Math.min(bins - 1, Math.max(0, Math.floor((bins * (value + limit)) / (2 * limit))));
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
  return { limit, counts };
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + value * (b[i] as number), 0);

/** The eigenvector of the largest eigenvalue of a symmetric matrix, by power iteration, and that eigenvalue. */
function leading(matrix: readonly (readonly number[])[]): { vector: number[]; value: number } {
  let vector = matrix.map((_, i) => 1 + Math.sin(i + 1) / 2);
  let value = 0;
  for (let iteration = 0; iteration < powerIterations; iteration++) {
    const next = matrix.map((row) => dot(row, vector));
    value = Math.sqrt(dot(next, next));
    if (value === 0) return { vector: vector.map(() => 0), value: 0 };
    vector = next.map((entry) => entry / value);
  }
  return { vector, value };
}

/**
 * The first two principal components of some rows, from their Gram matrix (rows are few, columns many).
 * @param rows (N, H)
 * @param before an earlier map of the same rows: the picture is mirrored to resemble it, since a component's sign is free
 */
export function principalPlane(
  rows: readonly Float32Array[],
  before: readonly { x: number; y: number }[] | null,
): { x: number; y: number }[] {
  const width = rows[0]?.length ?? 0;
  const mean = Float64Array.from(
    { length: width },
    (_, i) => rows.reduce((sum, row) => sum + (row[i] ?? 0), 0) / rows.length,
  );
  const centred = rows.map((row) => Float64Array.from(row, (value, i) => value - (mean[i] as number)));
  let gram = centred.map((row) => centred.map((other) => dot(row, other)));
  const component = (axis: 'x' | 'y') => {
    const { vector, value } = leading(gram);
    gram = gram.map((row, i) => row.map((entry, j) => entry - value * (vector[i] ?? 0) * (vector[j] ?? 0)));
    const coordinates = vector.map((entry) => entry * Math.sqrt(value));
    const alike = before ? coordinates.reduce((sum, entry, i) => sum + entry * (before[i]?.[axis] ?? 0), 0) : 0;
    return alike < 0 ? coordinates.map((entry) => -entry) : coordinates;
  };
  const [xs, ys] = [component('x'), component('y')];
  return xs.map((x, i) => ({ x, y: ys[i] ?? 0 }));
}

import type { NamedTensors } from '../engine/contract.ts';
import { tensorPart } from '../model/tensor-names.ts';

/** A snapshot of a run at one moment: the distribution of its weights, and a map of its test sentences. */

/** Test sentences, or words, in a plane at one moment, each with its group and the one that it is given; null: it is not told. */
export interface SentenceMap {
  /** Epochs trained. */
  epoch: number;
  map: { x: number; y: number; label: number; answer: number | null }[];
}

export interface Snapshot extends SentenceMap {
  /** Counts of trained weights (head excluded) in equal bins from -limit to limit; outliers are in the outermost. */
  histogram: { limit: number; counts: number[] };
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

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

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

/** A plane through the states: where it is centred, and its two directions of length 1. (H) each */
export interface Plane {
  mean: Float64Array;
  axes: { x: Float64Array; y: Float64Array };
}

/**
 * The plane of the first two principal components of some rows, from their Gram matrix (rows are few, columns many).
 * @param rows (N, H)
 * @param before an earlier plane: each axis points its way, since a component's sign is free
 */
export function principalPlane(rows: readonly Float32Array[], before: Plane | null): Plane {
  const width = rows[0]?.length ?? 0;
  const mean = Float64Array.from(
    { length: width },
    (_, i) => rows.reduce((sum, row) => sum + (row[i] ?? 0), 0) / rows.length,
  );
  const centred = rows.map((row) => centre(row, mean));
  let gram = centred.map((row) => centred.map((other) => dot(row, other)));
  const component = (name: 'x' | 'y') => {
    const { vector, value } = leading(gram);
    gram = gram.map((row, i) => row.map((entry, j) => entry - value * (vector[i] ?? 0) * (vector[j] ?? 0)));
    const axis = new Float64Array(width);
    for (const [i, row] of centred.entries()) {
      const weight = value > 0 ? (vector[i] ?? 0) / Math.sqrt(value) : 0;
      for (let at = 0; at < width; at++) axis[at] = (axis[at] ?? 0) + weight * (row[at] ?? 0);
    }
    return before && dot(axis, before.axes[name]) < 0 ? axis.map((entry) => -entry) : axis;
  };
  return { mean, axes: { x: component('x'), y: component('y') } };
}

const centre = (row: Float32Array, mean: Float64Array) => Float64Array.from(row, (value, i) => value - (mean[i] ?? 0));

/** Where rows lie in a plane. @param rows (N, H) */
export const placesIn = ({ mean, axes }: Plane, rows: readonly Float32Array[]): { x: number; y: number }[] =>
  rows.map((row) => {
    const centred = centre(row, mean);
    return { x: dot(centred, axes.x), y: dot(centred, axes.y) };
  });

/** What a run made of its test sentences at one moment. */
interface Moment {
  epoch: number;
  /** (N, H) */
  states: Float32Array[];
  points: { label: number; answer: number | null }[];
}

/** Moments kept; a long run keeps its first and its last ones. */
const maxMoments = 60;

/**
 * Maps of the same sentences at several moments, all on one plane: the principal components of the frozen encoder's states
 * and those of the latest moment together. From one moment to the next a sentence moves because its state does, and for no
 * other reason.
 */
export class MapSeries {
  readonly #frozen: Float32Array[];
  #moments: Moment[] = [];
  #plane: Plane | null = null;

  /** @param frozen the frozen encoder's states of the sentences (N, H) */
  constructor(frozen: Float32Array[]) {
    this.#frozen = frozen;
  }

  /** Adds a moment, in place of another of its epoch, and draws them all anew. */
  add(moment: Moment): SentenceMap[] {
    const others = this.#moments.filter(({ epoch }) => epoch !== moment.epoch);
    const [first = moment, ...rest] = [...others, moment];
    this.#moments = [first, ...rest.slice(1 - maxMoments)];
    const plane = principalPlane([...this.#frozen, ...moment.states], this.#plane);
    this.#plane = plane;
    return this.#moments.map(({ epoch, states, points }) => ({
      epoch,
      map: placesIn(plane, states).map((place, i) => ({ ...place, label: 0, answer: null, ...points[i] })),
    }));
  }
}

import placeSource from '../../../shaders/adapter-uniform.wgsl?raw';
import dropoutSource from '../../../shaders/dropout.wgsl?raw';
import layerNorm from '../../../shaders/layer-norm.wgsl?raw';
import quad from '../../../shaders/quad.wgsl?raw';
import step from '../../../shaders/step.wgsl?raw';
import { type Slice, span } from '../../gpu/buffers.ts';
import { slots } from '../products/slots.ts';
import type { AdapterShape } from './adapter.ts';
import { type BatchSize, flatGrid, type Recorder, recordSlots } from './recorder.ts';

const sourceFor = (...widths: number[]) => step + slots(...widths) + quad + placeSource + dropoutSource + layerNorm;

/** One workgroup takes four rows. */
const rowGrid = ({ examples, tokens }: BatchSize) => flatGrid(Math.ceil((examples * tokens) / 4), 1);

/** Lanes that share the columns of four rows: as many as there are fours of columns in small encoders. */
const rowLanes = ({ software }: Recorder, width: number): number => (software ? 4 : width < 256 ? 32 : 64);

/** Fours of columns that a workgroup sums up over all rows. */
const columnLanes = 8;

/** Elements that the forward saves for the backward: for every four rows norm (4, width) and rstd (4). */
export const normTapeSize = (rows: number, width: number): number => Math.ceil(rows / 4) * (4 * width + 4);

/** An adapter's way up, which the sum ends in. */
export interface AdapterUp extends AdapterShape {
  /** A uniform of `adapterPlace`. */
  place: Slice;
  /** f(z). (rows, M) */
  active: Slice;
  /** (H, M) */
  upWeight: Slice;
  /** Behind upWeight in the same buffer. (H) */
  upBias: Slice;
}

interface LayerNormForward {
  width: number;
  epsilon: number;
  /** (rows, width) */
  x: Slice;
  /** Added to x. (rows, width) */
  residual?: Slice;
  /** Its dropout(scaling (W_up active + b_up)) is added to x. */
  adapter?: AdapterUp | undefined;
  weight: Slice;
  /** Absent: none. */
  bias?: Slice | undefined;
  out: Slice;
  /** A slice of `normTapeSize` elements. */
  tape: Slice;
  /** Receives what is normalised, where there is no bias. (rows, width) */
  sum?: Slice | undefined;
}

/** out = LN(x + residual + adapter), and the sum beside it where that is asked for */
export function layerNormForward(recorder: Recorder, label: string, op: LayerNormForward): void {
  const { adapter, width, bias, sum } = op;
  if (sum && bias) throw new Error(`${label}: the sum stands where a bias would be read`);
  const up = adapter && span(adapter.upWeight, adapter.upBias);
  recordSlots(recorder, {
    label,
    source: sourceFor(width, adapter?.bottleneck ?? 0),
    entry: sum ? 'forward_beside' : 'forward',
    constants: {
      WIDTH: width,
      EPSILON: op.epsilon,
      HAS_RESIDUAL: op.residual !== undefined,
      ...(!sum && { HAS_BIAS: bias !== undefined }),
      LANES: rowLanes(recorder, width),
      ...(adapter && {
        BOTTLENECK: adapter.bottleneck,
        RAGGED: adapter.bottleneck % 4 !== 0,
        SCALING: adapter.scaling,
        DROPOUT: adapter.dropout,
      }),
    },
    // Eight storage buffers are the most that every device binds.
    inputs: [op.x, op.residual, op.weight, sum ? null : bias, adapter?.active, up],
    outputs: [op.out, op.tape, ...(sum ? [sum] : [])],
    place: adapter?.place ?? recorder.uniform(new Uint32Array(6)),
    grid: rowGrid,
    flops: ({ examples, tokens }) => 2 * examples * tokens * width * (adapter?.bottleneck ?? 0),
  });
}

interface LayerNormBackward {
  width: number;
  /** (rows, width) */
  dOut: Slice;
  /** A slice of `normTapeSize` elements. */
  tape: Slice;
  weight: Slice;
  /** Added to the result. (rows, width) */
  addend?: Slice;
  /** Gradient of x and of the residual alike. (rows, width) */
  dX: Slice;
}

/** forward: out = norm * weight + bias. dX = addend + the gradient of x (and of the residual) */
export function layerNormBackwardInput(recorder: Recorder, label: string, op: LayerNormBackward): void {
  recordSlots(recorder, {
    label,
    source: sourceFor(op.width),
    entry: 'backward_input',
    constants: {
      WIDTH: op.width,
      HAS_ADDEND: op.addend !== undefined,
      LANES: rowLanes(recorder, op.width),
    },
    inputs: [op.dOut, op.tape, op.weight, op.addend],
    outputs: [op.dX],
    grid: rowGrid,
  });
}

interface LayerNormAffine {
  width: number;
  /** (rows, width) */
  dOut: Slice;
  /** A slice of `normTapeSize` elements. */
  tape: Slice;
  /** Added to, if there. (width) */
  dWeight?: Slice | undefined;
  /** Added to, if there. (width) */
  dBias?: Slice | undefined;
}

/** dWeight += Σ over rows of dOut * norm, dBias += Σ over rows of dOut; nothing where neither trains */
export function layerNormBackwardAffine(recorder: Recorder, label: string, op: LayerNormAffine): void {
  const { width, dWeight, dBias } = op;
  if (!dWeight && !dBias) return;
  recordSlots(recorder, {
    label,
    source: sourceFor(width),
    entry: 'backward_affine',
    constants: {
      WIDTH: width,
      LANES: columnLanes,
      SLICES: recorder.software ? 1 : 32,
      HAS_WEIGHT: dWeight !== undefined,
      HAS_BIAS: dBias !== undefined,
    },
    inputs: [op.dOut, op.tape],
    outputs: [dWeight, dBias],
    grid: () => flatGrid(Math.ceil(width / 4), columnLanes),
  });
}

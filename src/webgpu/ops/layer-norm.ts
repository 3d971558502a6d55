import layerNorm from '../../../shaders/layer-norm.wgsl?raw';
import step from '../../../shaders/step.wgsl?raw';
import type { Slice } from '../../gpu/buffers.ts';
import { type BatchSize, flatGrid, type Recorder, record } from './recorder.ts';

const source = step + layerNorm;
/** One workgroup a row, folded where there are very many. */
const rowGrid = ({ examples, tokens }: BatchSize) => flatGrid(examples * tokens, 1);

interface LayerNormForward {
  width: number;
  epsilon: number;
  /** (rows, width) */
  x: Slice;
  /** Added to x first. (rows, width) */
  residual?: Slice;
  weight: Slice;
  bias: Slice;
  out: Slice;
  /** (s - mean) * rstd, kept for the backward. (rows, width) */
  norm: Slice;
  /** 1 / standard deviation, kept for the backward. (rows) */
  rstd: Slice;
}

/** out = LN(x + residual) */
export function layerNormForward(recorder: Recorder, label: string, op: LayerNormForward): void {
  record(recorder, {
    label,
    source,
    entry: 'forward',
    constants: {
      WIDTH: op.width,
      EPSILON: op.epsilon,
      HAS_RESIDUAL: op.residual !== undefined,
      LANES: recorder.lanes,
    },
    slices: [
      ['read', op.x],
      ['read', op.residual ?? op.x],
      ['read', op.weight],
      ['read', op.bias],
      ['write', op.out],
      ['write', op.norm],
      ['write', op.rstd],
    ],
    grid: rowGrid,
  });
}

interface LayerNormBackward {
  width: number;
  /** (rows, width) */
  dOut: Slice;
  norm: Slice;
  rstd: Slice;
  weight: Slice;
  /** Added to the result. (rows, width) */
  addend?: Slice;
  /** Gradient of x and of the residual alike. (rows, width) */
  dX: Slice;
}

/** forward: out = norm * weight + bias. dX = addend + the gradient of x (and of the residual) */
export function layerNormBackwardInput(recorder: Recorder, label: string, op: LayerNormBackward): void {
  record(recorder, {
    label,
    source,
    entry: 'backward_input',
    // EPSILON is the forward's; the backward reads its result from rstd.
    constants: { WIDTH: op.width, EPSILON: 0, HAS_ADDEND: op.addend !== undefined, LANES: recorder.lanes },
    slices: [
      ['read', op.dOut],
      ['read', op.norm],
      ['read', op.weight],
      ['read', op.rstd],
      ['read', op.addend ?? op.dOut],
      ['write', op.dX],
    ],
    grid: rowGrid,
  });
}

/** dWeight += Σ over rows of dOut * norm */
export function layerNormBackwardWeight(
  recorder: Recorder,
  label: string,
  op: { width: number; dOut: Slice; norm: Slice; dWeight: Slice },
): void {
  record(recorder, {
    label,
    source,
    entry: 'backward_weight',
    constants: { WIDTH: op.width, EPSILON: 0 },
    slices: [
      ['read', op.dOut],
      ['read', op.norm],
      ['write', op.dWeight],
    ],
    grid: () => flatGrid(op.width, 32),
  });
}

import activation from '../../../shaders/activation.wgsl?raw';
import adapter from '../../../shaders/adapter.wgsl?raw';
import dropout from '../../../shaders/dropout.wgsl?raw';
import step from '../../../shaders/step.wgsl?raw';
import tile from '../../../shaders/tile.wgsl?raw';
import type { Slice } from '../../gpu/buffers.ts';
import { type Activation, activations } from '../../model/shapes.ts';
import { columnSum } from './column-sum.ts';
import { matmulBackwardInput, matmulBackwardWeight, matmulForwardActivated } from './matmul.ts';
import { flatGrid, type Recorder, record, tileCount } from './recorder.ts';

const source = step + tile + dropout + activation + adapter;
const groupSize = 32;

export interface AdapterShape {
  /** H */
  hidden: number;
  /** M */
  bottleneck: number;
  activation: Activation;
  scaling: number;
  /** Probability; drawn only in training steps. */
  dropout: number;
  /** Number of this adapter among all: the site of the dropout counter. */
  site: number;
}

interface AdapterTensors {
  /** What the adapter reads. (rows, H) */
  input: Slice;
  /** (M, H) */
  downWeight: Slice;
  /** (M) */
  downBias: Slice;
  /** (H, M) */
  upWeight: Slice;
  /** (H) */
  upBias: Slice;
  /** z, kept for the backward. (rows, M) */
  preactivation: Slice;
  /** f(z), kept for the backward. (rows, M) */
  active: Slice;
}

export interface AdapterForward extends AdapterShape, AdapterTensors {
  /** What the adapter's output is added to. (rows, H) */
  y: Slice;
  /** u = y + A(input). (rows, H) */
  out: Slice;
}

const constants = (op: AdapterShape, masked: boolean) => ({
  HIDDEN: op.hidden,
  BOTTLENECK: op.bottleneck,
  SCALING: op.scaling,
  DROPOUT: op.dropout,
  SITE: op.site,
  ACTIVATION: activations.indexOf(op.activation),
  MASKED: masked,
});

/** u = y + dropout(scaling (W_up f(W_down input + b_down) + b_up)) (Houlsby et al. 2019) */
export function adapterForward(recorder: Recorder, label: string, op: AdapterForward): void {
  matmulForwardActivated(recorder, `${label}/down`, {
    inputs: op.hidden,
    outputs: op.bottleneck,
    activation: op.activation,
    x: op.input,
    weight: op.downWeight,
    bias: op.downBias,
    preactivation: op.preactivation,
    out: op.active,
  });
  record(recorder, {
    label: `${label}/up`,
    source,
    entry: 'forward_up',
    constants: constants(op, false),
    slices: [
      ['read', op.active],
      ['read', op.upWeight],
      ['read', op.upBias],
      ['read', op.y],
      ['write', op.out],
    ],
    grid: ({ examples, tokens }) => flatGrid(tileCount(examples * tokens, op.hidden), groupSize),
  });
}

export interface AdapterBackward extends AdapterShape, AdapterTensors {
  /** (rows, H) */
  dOut: Slice;
  /** Scratch. (rows, M) */
  dPreactivation: Slice;
  /** Parameter gradients, added to. */
  dDownWeight: Slice;
  dDownBias: Slice;
  dUpWeight: Slice;
  dUpBias: Slice;
  /** Absent where nothing below trains. (rows, H) */
  dInput?: Slice;
  /** Added to dInput. (rows, H) */
  addend?: Slice;
}

/** forward: u = y + D (W_up f(z) + b_up), z = W_down input + b_down. dY is dOut itself and stays with the caller. */
export function adapterBackward(recorder: Recorder, label: string, op: AdapterBackward): void {
  const { hidden, bottleneck, dOut, dPreactivation } = op;
  record(recorder, {
    label: `${label}/d-up-weight`,
    source,
    entry: 'backward_up_weight',
    constants: constants(op, true),
    slices: [
      ['read', dOut],
      ['read', op.active],
      // Bindings 3 and 4 are not used by this entry point; the slots keep the binding numbers of the others.
      ['read', op.active],
      ['read', op.active],
      ['write', op.dUpWeight],
    ],
    grid: () => flatGrid(tileCount(hidden, bottleneck), groupSize),
  });
  record(recorder, {
    label: `${label}/d-up-bias`,
    source,
    entry: 'backward_up_bias',
    constants: constants(op, true),
    slices: [
      ['read', dOut],
      ['read', op.active],
      ['read', op.active],
      ['read', op.active],
      ['write', op.dUpBias],
    ],
    grid: () => flatGrid(hidden, groupSize),
  });
  record(recorder, {
    label: `${label}/d-preactivation`,
    source,
    entry: 'backward_up',
    constants: constants(op, true),
    slices: [
      ['read', dOut],
      ['read', op.upWeight],
      ['read', op.preactivation],
      ['read', op.active],
      ['write', dPreactivation],
    ],
    grid: ({ examples, tokens }) => flatGrid(tileCount(examples * tokens, bottleneck), groupSize),
  });
  const down = { inputs: hidden, outputs: bottleneck, dOut: dPreactivation };
  matmulBackwardWeight(recorder, `${label}/d-down-weight`, { ...down, x: op.input, dWeight: op.dDownWeight });
  columnSum(recorder, `${label}/d-down-bias`, { width: bottleneck, dOut: dPreactivation, dBias: op.dDownBias });
  if (!op.dInput) return;
  matmulBackwardInput(recorder, `${label}/d-input`, {
    ...down,
    weight: op.downWeight,
    dX: op.dInput,
    ...(op.addend ? { addend: op.addend } : {}),
  });
}

import activation from '../../../shaders/activation.wgsl?raw';
import matmul from '../../../shaders/matmul.wgsl?raw';
import step from '../../../shaders/step.wgsl?raw';
import tile from '../../../shaders/tile.wgsl?raw';
import type { Slice } from '../../gpu/buffers.ts';
import { type Activation, activations } from '../../model/shapes.ts';
import { type BatchSize, flatGrid, type Recorder, record, tileCount } from './recorder.ts';

const source = step + tile + activation + matmul;
const groupSize = 32;

/** The size of a linear layer, and which rows of the batch go through it. */
export interface LinearShape {
  inputs: number;
  outputs: number;
  /** True: one row an example (the head). Otherwise one row a token. */
  perExample?: boolean;
  /** Elements from row to row of `out`, and before the first: for an output that is a part of wider rows. */
  outStride?: number;
  outOffset?: number;
  /** The product is multiplied by this. */
  scale?: number;
}

const rowCount = ({ perExample }: LinearShape, { examples, tokens }: BatchSize) =>
  perExample ? examples : examples * tokens;

const shapeConstants = ({ inputs, outputs, perExample, outStride, outOffset, scale }: LinearShape) => ({
  INPUTS: inputs,
  OUTPUTS: outputs,
  PER_EXAMPLE: perExample ?? false,
  OUT_STRIDE: outStride ?? outputs,
  OUT_OFFSET: outOffset ?? 0,
  SCALE: scale ?? 1,
});

interface Forward extends LinearShape {
  /** (rows, inputs) */
  x: Slice;
  /** (outputs, inputs) */
  weight: Slice;
  /** (outputs) */
  bias?: Slice;
  /** Add to what `out` holds. */
  accumulate?: boolean;
  /** (rows, outputs) */
  out: Slice;
}

/** out = scale x Wᵀ + bias */
export function matmulForward(recorder: Recorder, label: string, op: Forward): void {
  const { x, weight, bias, out, outputs } = op;
  record(recorder, {
    label,
    source,
    entry: 'forward',
    constants: { ...shapeConstants(op), HAS_BIAS: bias !== undefined, ACCUMULATE: op.accumulate ?? false },
    slices: [
      ['read', x],
      ['read', weight],
      ['read', bias ?? weight],
      ['write', out],
    ],
    grid: (size) => flatGrid(tileCount(rowCount(op, size), outputs), groupSize),
  });
}

interface ActivatedForward {
  inputs: number;
  outputs: number;
  activation: Activation;
  /** (rows, inputs) */
  x: Slice;
  /** (outputs, inputs) */
  weight: Slice;
  /** (outputs) */
  bias: Slice;
  /** z, kept for the backward. (rows, outputs) */
  preactivation: Slice;
  /** f(z). (rows, outputs) */
  out: Slice;
}

/** z = x Wᵀ + bias, out = f(z) */
export function matmulForwardActivated(recorder: Recorder, label: string, op: ActivatedForward): void {
  record(recorder, {
    label,
    source,
    entry: 'forward_activated',
    constants: { INPUTS: op.inputs, OUTPUTS: op.outputs, ACTIVATION: activations.indexOf(op.activation) },
    slices: [
      ['read', op.x],
      ['read', op.weight],
      ['read', op.bias],
      ['write', op.out],
      ['write', op.preactivation],
    ],
    grid: (size) => flatGrid(tileCount(rowCount(op, size), op.outputs), groupSize),
  });
}

interface BackwardInput extends LinearShape {
  /** (rows, outputs) */
  dOut: Slice;
  /** (outputs, inputs) */
  weight: Slice;
  /** Added to the result; must not be dX itself. (rows, inputs) */
  addend?: Slice;
  /** Add to what dX holds. */
  accumulate?: boolean;
  /** (rows, inputs) */
  dX: Slice;
}

/** dX = addend + scale dOut W */
export function matmulBackwardInput(recorder: Recorder, label: string, op: BackwardInput): void {
  const { dOut, weight, addend, dX, inputs } = op;
  record(recorder, {
    label,
    source,
    entry: 'backward_input',
    constants: { ...shapeConstants(op), HAS_ADDEND: addend !== undefined, ACCUMULATE: op.accumulate ?? false },
    slices: [
      ['read', dOut],
      ['read', weight],
      ['read', addend ?? weight],
      ['write', dX],
    ],
    grid: (size) => flatGrid(tileCount(rowCount(op, size), inputs), groupSize),
  });
}

interface ActivatedBackwardInput {
  inputs: number;
  outputs: number;
  activation: Activation;
  /** (rows, outputs) */
  dOut: Slice;
  /** (outputs, inputs) */
  weight: Slice;
  /** What the layer's input was before f. (rows, inputs) */
  preactivation: Slice;
  /** (rows, inputs) */
  dPreactivation: Slice;
}

/** The layer's input was f(z): dZ = (dOut W) f'(z) */
export function matmulBackwardInputActivated(recorder: Recorder, label: string, op: ActivatedBackwardInput): void {
  record(recorder, {
    label,
    source,
    entry: 'backward_input_activated',
    constants: { INPUTS: op.inputs, OUTPUTS: op.outputs, ACTIVATION: activations.indexOf(op.activation) },
    slices: [
      ['read', op.dOut],
      ['read', op.weight],
      ['read', op.preactivation],
      ['write', op.dPreactivation],
    ],
    grid: (size) => flatGrid(tileCount(rowCount(op, size), op.inputs), groupSize),
  });
}

interface BackwardWeight extends LinearShape {
  /** (rows, outputs) */
  dOut: Slice;
  /** (rows, inputs) */
  x: Slice;
  /** Added to. (outputs, inputs) */
  dWeight: Slice;
}

/** dWeight += scale dOutᵀ x */
export function matmulBackwardWeight(recorder: Recorder, label: string, op: BackwardWeight): void {
  record(recorder, {
    label,
    source,
    entry: 'backward_weight',
    constants: shapeConstants(op),
    slices: [
      ['read', op.dOut],
      ['read', op.x],
      // `extra` is not used by this entry point; the slot keeps the binding numbers of the others.
      ['read', op.x],
      ['write', op.dWeight],
    ],
    grid: () => flatGrid(tileCount(op.outputs, op.inputs), groupSize),
  });
}

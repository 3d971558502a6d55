import activationSource from '../../../shaders/activation.wgsl?raw';
import matmul from '../../../shaders/matmul.wgsl?raw';
import step from '../../../shaders/step.wgsl?raw';
import type { Slice } from '../../gpu/buffers.ts';
import { type Activation, activations } from '../../model/shapes.ts';
import { partsOf } from '../products/parts.ts';
import { slotsWith } from '../products/slots.ts';
import { gradientClass, type TileClass, tileClass, tileConstants, tileCount, tileSource } from '../products/tiles.ts';
import { type BatchSize, type Recorder, recordSlots, tileGrid } from './recorder.ts';

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

interface Product {
  label: string;
  entry: 'forward' | 'backward_input' | 'backward_weight';
  shape: LinearShape;
  /** Rows and columns of the result. */
  rows: (size: BatchSize) => number;
  columns: number;
  kind: TileClass;
  turned?: boolean;
  /** Parts of the depth. */
  parts?: (size: BatchSize) => number;
  constants: Record<string, number | boolean>;
  inputs: (Slice | undefined)[];
  outputs: (Slice | undefined)[];
}

/** The class of a product with one row a token, or an example. */
const classOf = ({ perExample }: LinearShape, columns: number): TileClass =>
  perExample ? 'narrow' : tileClass(columns);

/** Records one of the three products of a linear layer; see shaders/matmul.wgsl. */
function recordProduct(recorder: Recorder, product: Product): void {
  const { label, entry, shape, rows, columns, kind, turned = false, parts, constants, inputs, outputs } = product;
  const { inputs: width, outputs: height, outStride = height, outOffset = 0 } = shape;
  const joined = slotsWith(inputs[1], width, height, outStride, outOffset);
  const tile = recorder.tiles[kind];
  recordSlots(recorder, {
    label,
    source: step + joined.source + tileSource(tile) + activationSource + matmul,
    entry,
    constants: {
      INPUTS: width,
      OUTPUTS: height,
      PER_EXAMPLE: shape.perExample ?? false,
      OUT_STRIDE: outStride,
      OUT_OFFSET: outOffset,
      SCALE: shape.scale ?? 1,
      RAGGED: (entry === 'forward' ? width : height) % 4 !== 0,
      TURNED: turned,
      ...tileConstants(tile, recorder.lanes),
      ...joined.constants,
      ...constants,
    },
    inputs,
    outputs,
    grid: (size) => tileGrid(recorder, tile, tileCount(tile, rows(size), columns, turned), parts?.(size)),
    flops: (size) => 2 * rowCount(shape, size) * width * height,
  });
}

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
  const { x, weight, bias, out, outputs, outStride = outputs, outOffset = 0 } = op;
  recordProduct(recorder, {
    label,
    entry: 'forward',
    shape: op,
    rows: (size) => rowCount(op, size),
    columns: outputs,
    kind: classOf(op, outputs),
    constants: {
      RESULT_STRIDE: outStride,
      RESULT_OFFSET: outOffset,
      HAS_BIAS: bias !== undefined,
      ACCUMULATE: op.accumulate ?? false,
    },
    inputs: [x, weight, bias],
    outputs: [out, undefined],
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
  /** z, saved for the backward. (rows, outputs) */
  preactivation: Slice;
  /** f(z). (rows, outputs) */
  out: Slice;
}

/** z = x Wᵀ + bias, out = f(z) */
export function matmulForwardActivated(recorder: Recorder, label: string, op: ActivatedForward): void {
  recordProduct(recorder, {
    label,
    entry: 'forward',
    shape: op,
    rows: (size) => rowCount(op, size),
    columns: op.outputs,
    kind: tileClass(op.outputs),
    constants: {
      RESULT_STRIDE: op.outputs,
      HAS_BIAS: true,
      ACTIVATED: true,
      ACTIVATION: activations.indexOf(op.activation),
    },
    inputs: [op.x, op.weight, op.bias],
    outputs: [op.out, op.preactivation],
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
  recordProduct(recorder, {
    label,
    entry: 'backward_input',
    shape: op,
    rows: (size) => rowCount(op, size),
    columns: inputs,
    kind: classOf(op, inputs),
    constants: { RESULT_STRIDE: inputs, HAS_ADDEND: addend !== undefined, ACCUMULATE: op.accumulate ?? false },
    inputs: [dOut, weight, addend],
    outputs: [dX, undefined],
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
  /** The layer's input before f. (rows, inputs) */
  preactivation: Slice;
  /** (rows, inputs) */
  dPreactivation: Slice;
}

/** The layer's input was f(z): dZ = (dOut W) f'(z) */
export function matmulBackwardInputActivated(recorder: Recorder, label: string, op: ActivatedBackwardInput): void {
  const { dOut, weight, preactivation, dPreactivation, inputs } = op;
  recordProduct(recorder, {
    label,
    entry: 'backward_input',
    shape: op,
    rows: (size) => rowCount(op, size),
    columns: inputs,
    kind: tileClass(inputs),
    constants: { RESULT_STRIDE: inputs, SLOPED: true, ACTIVATION: activations.indexOf(op.activation) },
    inputs: [dOut, weight, preactivation],
    outputs: [dPreactivation, undefined],
  });
}

interface BackwardWeight extends LinearShape {
  /** (rows, outputs) */
  dOut: Slice;
  /** (rows, inputs) */
  x: Slice;
  /** Added to. (outputs, inputs) */
  dWeight: Slice;
  /** Added to, if there. (outputs) */
  dBias?: Slice | undefined;
}

/** dWeight += scale dOutᵀ x, dBias += scale Σ over rows of dOut */
export function matmulBackwardWeight(recorder: Recorder, label: string, op: BackwardWeight): void {
  const { inputs, outputs, dWeight, dBias } = op;
  const kind = op.perExample ? 'narrow' : gradientClass(outputs, inputs);
  const turned = kind === 'deep' && outputs < inputs;
  const tiles = tileCount(recorder.tiles[kind], outputs, inputs, turned);
  // A bias's gradient is not beside the weight's, and one dispatch may not write to one buffer by two names.
  const parts = kind === 'deep' && !dBias ? partsOf(recorder, dWeight, tiles) : null;
  recordProduct(recorder, {
    label,
    entry: 'backward_weight',
    shape: op,
    rows: () => outputs,
    columns: inputs,
    kind,
    turned,
    constants: {
      RESULT_STRIDE: inputs,
      ACCUMULATE: true,
      RAGGED: true,
      SUMS: dBias !== undefined,
      PART_STRIDE: parts?.stride ?? 0,
    },
    inputs: [op.dOut, op.x, undefined],
    outputs: [parts?.slice ?? dWeight, dBias],
    ...(parts && { parts: parts.count }),
  });
}

import activationSource from '../../../shaders/activation.wgsl?raw';
import adapter from '../../../shaders/adapter.wgsl?raw';
import dropoutSource from '../../../shaders/dropout.wgsl?raw';
import placeSource from '../../../shaders/place.wgsl?raw';
import step from '../../../shaders/step.wgsl?raw';
import tileSource from '../../../shaders/tile.wgsl?raw';
import { type Slice, span } from '../../gpu/buffers.ts';
import { type Activation, activations } from '../../model/shapes.ts';
import { slots } from '../slots.ts';
import { tileConstants } from '../tiles.ts';
import { matmulBackwardInput, matmulForwardActivated } from './matmul.ts';
import { flatGrid, type Recorder, recordSlots, tileCount } from './recorder.ts';

export interface AdapterShape {
  /** H */
  hidden: number;
  /** M */
  bottleneck: number;
  activation: Activation;
  scaling: number;
  /** Probability; drawn only in training steps. */
  dropout: number;
}

/** Where an adapter stands among all: see shaders/place.wgsl. */
export const adapterPlace = (recorder: Recorder, site: number, upWeight: Slice, upBias: Slice): Slice =>
  recorder.uniform(Uint32Array.of(site, span(upWeight, upBias).between));

interface AdapterTensors {
  /** What the adapter reads. (rows, H) */
  input: Slice;
  /** (M, H) */
  downWeight: Slice;
  /** z, kept for the backward. (rows, M) */
  preactivation: Slice;
  /** f(z), kept for the backward. (rows, M) */
  active: Slice;
}

export interface AdapterDown extends AdapterShape, AdapterTensors {
  /** (M) */
  downBias: Slice;
}

/** active = f(W_down input + b_down); the way up is a part of the LayerNorm's sum (Houlsby et al. 2019) */
export function adapterDown(recorder: Recorder, label: string, op: AdapterDown): void {
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
}

export interface AdapterBackward extends AdapterShape, AdapterTensors {
  /** Of `adapterPlace`. */
  place: Slice;
  /** (H, M) */
  upWeight: Slice;
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
  const tile = recorder.tiles.small;
  const { lanes } = recorder;
  const product = {
    source: step + slots(hidden, bottleneck) + tileSource + placeSource + dropoutSource + activationSource + adapter,
    flops: ({ examples, tokens }: { examples: number; tokens: number }) => 2 * examples * tokens * hidden * bottleneck,
  };
  const constants = {
    HIDDEN: hidden,
    BOTTLENECK: bottleneck,
    SCALING: op.scaling,
    DROPOUT: op.dropout,
    ACTIVATION: activations.indexOf(op.activation),
    GROUP: lanes,
    ...tileConstants(tile),
  };
  recordSlots(recorder, {
    ...product,
    label: `${label}/d-preactivation`,
    entry: 'backward_up',
    place: op.place,
    constants: { ...constants, RAGGED: hidden % 4 !== 0 },
    inputs: [dOut, op.upWeight, op.preactivation, undefined],
    outputs: [dPreactivation, undefined, undefined, undefined],
    grid: ({ examples, tokens }) => flatGrid(tileCount(tile, examples * tokens, bottleneck), lanes),
  });
  recordSlots(recorder, {
    ...product,
    flops: (size) => 2 * product.flops(size),
    label: `${label}/d-parameters`,
    entry: 'backward_parameters',
    place: op.place,
    constants: { ...constants, PARAMETERS: true, RAGGED: true, SUMS: true },
    inputs: [dOut, op.active, dPreactivation, op.input],
    outputs: [op.dUpWeight, op.dUpBias, op.dDownWeight, op.dDownBias],
    grid: () => flatGrid(tileCount(tile, hidden, bottleneck) + tileCount(tile, bottleneck, hidden), lanes),
  });
  if (!op.dInput) return;
  matmulBackwardInput(recorder, `${label}/d-input`, {
    inputs: hidden,
    outputs: bottleneck,
    dOut: dPreactivation,
    weight: op.downWeight,
    dX: op.dInput,
    ...(op.addend ? { addend: op.addend } : {}),
  });
}

import activationSource from '../../../shaders/activation.wgsl?raw';
import adapter from '../../../shaders/adapter.wgsl?raw';
import placeSource from '../../../shaders/adapter-uniform.wgsl?raw';
import dropoutSource from '../../../shaders/dropout.wgsl?raw';
import step from '../../../shaders/step.wgsl?raw';
import { type Slice, span } from '../../gpu/buffers.ts';
import { type Activation, activations } from '../../model/shapes.ts';
import { partsOf } from '../products/parts.ts';
import { slots } from '../products/slots.ts';
import { tileClass, tileConstants, tileCount, tileSource, type Variant } from '../products/tiles.ts';
import { matmulBackwardInput, matmulForwardActivated } from './matmul.ts';
import { type BatchSize, type Recorder, recordSlots, tileGrid } from './recorder.ts';

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

/** Gradients of an adapter's parameters, in one buffer. */
export interface AdapterGradients {
  dUpWeight: Slice;
  dUpBias: Slice;
  dDownWeight: Slice;
  dDownBias: Slice;
}

/** One slice that holds all four. */
function gradientSpan({ dUpWeight, dUpBias, dDownWeight, dDownBias }: AdapterGradients): Slice {
  const ordered = [dUpWeight, dUpBias, dDownWeight, dDownBias].sort((a, b) => a.offset - b.offset);
  return span(ordered[0] as Slice, ordered[3] as Slice);
}

/** The uniform of one adapter: its index among all and the offsets of its tensors. See shaders/adapter-uniform.wgsl. */
export function adapterPlace(
  recorder: Recorder,
  site: number,
  { upWeight, upBias }: { upWeight: Slice; upBias: Slice },
  gradients: AdapterGradients,
): Slice {
  const { offset } = gradientSpan(gradients);
  const places = [gradients.dUpWeight, gradients.dUpBias, gradients.dDownWeight, gradients.dDownBias];
  return recorder.uniform(
    Uint32Array.of(site, span(upWeight, upBias).between, ...places.map((slice) => (slice.offset - offset) / 4)),
  );
}

interface AdapterTensors {
  /** The adapter's input. (rows, H) */
  input: Slice;
  /** (M, H) */
  downWeight: Slice;
  /** z, saved for the backward. (rows, M) */
  preactivation: Slice;
  /** f(z), saved for the backward. (rows, M) */
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

export interface AdapterBackward extends AdapterShape, AdapterTensors, AdapterGradients {
  /** A uniform of `adapterPlace`, made with the same gradients. */
  place: Slice;
  /** (H, M) */
  upWeight: Slice;
  /** (rows, H) */
  dOut: Slice;
  /** Scratch. (rows, M) */
  dPreactivation: Slice;
  /** Absent where nothing below trains. (rows, H) */
  dInput?: Slice;
  /** Added to dInput. (rows, H) */
  addend?: Slice;
}

/** forward: u = y + D (W_up f(z) + b_up), z = W_down input + b_down. dY is dOut itself and stays with the caller. */
export function adapterBackward(recorder: Recorder, label: string, op: AdapterBackward): void {
  const { hidden, bottleneck, dOut, dPreactivation } = op;
  const { deep } = recorder.tiles;
  const narrow = recorder.tiles[tileClass(bottleneck)];
  const product = (variant: Variant) => ({
    source:
      step + slots(hidden, bottleneck) + tileSource(variant) + placeSource + dropoutSource + activationSource + adapter,
    place: op.place,
  });
  const constants = {
    HIDDEN: hidden,
    BOTTLENECK: bottleneck,
    SCALING: op.scaling,
    DROPOUT: op.dropout,
    ACTIVATION: activations.indexOf(op.activation),
  };
  const flops = ({ examples, tokens }: BatchSize) => 2 * examples * tokens * hidden * bottleneck;
  recordSlots(recorder, {
    ...product(narrow),
    flops,
    label: `${label}/d-preactivation`,
    entry: 'backward_up',
    constants: { ...constants, ...tileConstants(narrow, recorder.lanes), RAGGED: hidden % 4 !== 0 },
    inputs: [dOut, op.upWeight, op.preactivation, undefined],
    outputs: [dPreactivation],
    grid: ({ examples, tokens }) => tileGrid(recorder, narrow, tileCount(narrow, examples * tokens, bottleneck)),
  });
  const gradients = gradientSpan(op);
  const tiles = tileCount(deep, hidden, bottleneck) + tileCount(deep, bottleneck, hidden, true);
  const parts = partsOf(recorder, gradients, tiles);
  recordSlots(recorder, {
    ...product(deep),
    flops: (size) => 2 * flops(size),
    label: `${label}/d-parameters`,
    entry: 'backward_parameters',
    constants: {
      ...constants,
      ...tileConstants(deep, recorder.lanes),
      PARAMETERS: true,
      RAGGED: true,
      SUMS: true,
      PART_STRIDE: parts?.stride ?? 0,
    },
    inputs: [dOut, op.active, dPreactivation, op.input],
    outputs: [parts?.slice ?? gradients],
    grid: (size) => tileGrid(recorder, deep, tiles, parts?.count(size)),
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

import { describe, expect, test } from 'vitest';
import { part, type Slice } from '../../src/gpu/buffers.ts';
import {
  adapterBackward as referenceBackward,
  adapterForward as referenceForward,
} from '../../src/reference/adapter.ts';
import { dropoutKey } from '../../src/reference/dropout.ts';
import { layerNormForward as referenceNorm } from '../../src/reference/layer-norm.ts';
import {
  type AdapterGradients,
  type AdapterShape,
  adapterBackward,
  adapterDown,
  adapterPlace,
} from '../../src/webgpu/ops/adapter.ts';
import { layerNormForward, normTapeSize } from '../../src/webgpu/ops/layer-norm.ts';
import type { Recorder } from '../../src/webgpu/ops/recorder.ts';
import { defaultTuning } from '../../src/webgpu/products/tiles.ts';
import { expectClose, normals } from '../support/numbers.ts';
import { kernelTolerance, oddSizes, opBench } from '../support/op-bench.ts';

const bench = opBench();

const kinds: AdapterShape[] = [
  { hidden: 33, bottleneck: 7, activation: 'gelu', scaling: 1, dropout: 0 },
  { hidden: 33, bottleneck: 1, activation: 'relu', scaling: 4, dropout: 0.1 },
  { hidden: 24, bottleneck: 24, activation: 'swish', scaling: 0.5, dropout: 0.5 },
  { hidden: 16, bottleneck: 9, activation: 'gelu_new', scaling: 1, dropout: 0.2 },
];
const cases = [
  ...oddSizes.flatMap((size) => kinds.map((kind) => ({ size, kind, on: 'processor' }))),
  ...kinds.map((kind) => ({ size: { examples: 3, tokens: 33 }, kind, on: 'card' })),
];
const step = { seed: 11, update: 5, training: true };
const site = 3;
const epsilon = 1e-12;

/** W_up and, behind it in the same buffer, b_up: as they lie among all that trains. */
function upTensors(weight: Float64Array, bias: Float64Array): { upWeight: Slice; upBias: Slice } {
  const from = 64 * Math.ceil(weight.length / 64);
  const both = new Float64Array(from + 4 * Math.ceil(bias.length / 4));
  both.set(weight);
  both.set(bias, from);
  const buffer = bench.tensor(both);
  return { upWeight: part(buffer, 0, weight.length), upBias: part(buffer, from, both.length - from) };
}

/** Gradients in one buffer, each at a boundary of 64 elements, as they lie among all that trains; zero. */
function gradientTensors({ hidden, bottleneck }: AdapterShape) {
  const sizes = {
    dDownWeight: hidden * bottleneck,
    dUpWeight: hidden * bottleneck,
    dDownBias: bottleneck,
    dUpBias: hidden,
  };
  const buffer = bench.zeros(Object.values(sizes).reduce((sum, size) => sum + 64 * Math.ceil(size / 64), 0));
  let at = 0;
  const slices = Object.entries(sizes).map(([name, size]) => {
    const from = at;
    at += 64 * Math.ceil(size / 64);
    return [name, part(buffer, from, 4 * Math.ceil(size / 4))];
  });
  return Object.fromEntries(slices) as AdapterGradients;
}

/** out = LN(y + adapter(x)), weight 1 and bias 0: the way up is a part of the LayerNorm's sum. */
function forward(
  recorder: Recorder,
  kind: AdapterShape,
  slices: ReturnType<typeof makeAdapter>['slices'],
  { y, out, tape }: { y: Slice; out: Slice; tape: Slice },
  gradients = gradientTensors(kind),
): Slice {
  const width = kind.hidden;
  const place = adapterPlace(recorder, site, slices, gradients);
  adapterDown(recorder, 'adapter', { ...kind, ...slices });
  layerNormForward(recorder, 'norm', {
    width,
    epsilon,
    x: y,
    adapter: { ...kind, ...slices, place },
    weight: bench.tensor(new Float64Array(width).fill(1)),
    bias: bench.zeros(width),
    out,
    tape,
  });
  return place;
}

function makeAdapter({ hidden, bottleneck }: { hidden: number; bottleneck: number }, rows: number) {
  const weights = {
    downWeight: normals(bottleneck * hidden, 2),
    downBias: normals(bottleneck, 3),
    upWeight: normals(hidden * bottleneck, 4),
    upBias: normals(hidden, 5),
  };
  const x = normals(rows * hidden, 1);
  const slices = {
    input: bench.tensor(x),
    downWeight: bench.tensor(weights.downWeight),
    downBias: bench.tensor(weights.downBias),
    ...upTensors(weights.upWeight, weights.upBias),
    preactivation: bench.unwritten(rows * bottleneck),
    active: bench.unwritten(rows * bottleneck),
  };
  return { weights, x, slices };
}

/** LN(y + adapter) in float64. */
const expectedNorm = (y: Float64Array, adapted: Float64Array, { rows, hidden }: { rows: number; hidden: number }) =>
  referenceNorm(
    y.map((value, i) => value + (adapted[i] as number)),
    new Float64Array(hidden).fill(1),
    new Float64Array(hidden),
    { rows, width: hidden },
    epsilon,
  ).out;

describe.each(cases)('tiles of a $on: adapter $kind on $size', ({ size, kind, on }) => {
  test('forward, then backward', async () => {
    const rows = size.examples * size.tokens;
    const { hidden, bottleneck } = kind;
    const { weights, x, slices } = makeAdapter(kind, rows);
    const [y, dOut, addend] = [normals(rows * hidden, 6), normals(rows * hidden, 7), normals(rows * hidden, 8)];
    const out = bench.unwritten(rows * hidden);
    const dInput = bench.unwritten(rows * hidden);
    const gradients = gradientTensors(kind);
    await bench.run(
      size,
      (recorder) => {
        const tape = bench.unwritten(normTapeSize(rows, hidden));
        const place = forward(recorder, kind, slices, { y: bench.tensor(y), out, tape }, gradients);
        adapterBackward(recorder, 'adapter', {
          ...kind,
          ...slices,
          ...gradients,
          place,
          dOut: bench.tensor(dOut),
          dPreactivation: bench.unwritten(rows * bottleneck),
          dInput,
          addend: bench.tensor(addend),
        });
      },
      { ...step, tiles: defaultTuning({ software: on === 'processor' }).tiles },
    );
    const shape = { rows, hidden, bottleneck };
    const settings = { ...kind, key: dropoutKey(step.seed, step.update, site) };
    const saved = referenceForward(x, weights, shape, settings);
    const expected = referenceBackward(dOut, x, saved, weights, shape, settings);
    const sums = { atol: 1e-4, rtol: 5e-5 };
    expectClose(await bench.read(slices.active, saved.active.length), saved.active, kernelTolerance, 'active');
    expectClose(await bench.read(out, y.length), expectedNorm(y, saved.out, shape), kernelTolerance, 'out');
    expectClose(
      await bench.read(dInput, y.length),
      expected.dX.map((value, i) => value + (addend[i] as number)),
      sums,
      'dInput',
    );
    for (const name of ['dDownWeight', 'dDownBias', 'dUpWeight', 'dUpBias'] as const)
      expectClose(await bench.read(gradients[name], expected[name].length), expected[name], sums, name);
  });
});

test('outside training nothing is dropped', async () => {
  const kind = { hidden: 33, bottleneck: 5, activation: 'gelu', scaling: 2, dropout: 0.5 } as const;
  const rows = 7;
  const { weights, x, slices } = makeAdapter(kind, rows);
  const y = normals(rows * kind.hidden, 6);
  const out = bench.unwritten(y.length);
  await bench.run(
    { examples: 1, tokens: rows },
    (recorder) => {
      const tape = bench.unwritten(normTapeSize(rows, kind.hidden));
      forward(recorder, kind, slices, { y: bench.tensor(y), out, tape });
    },
    { ...step, training: false },
  );
  const expected = referenceForward(x, weights, { rows, ...kind }, { ...kind, dropout: 0, key: 0 });
  expectClose(await bench.read(out, y.length), expectedNorm(y, expected.out, { rows, ...kind }), kernelTolerance);
});

test('a zero up-projection leaves LN(y) bit for bit', async () => {
  const kind = { hidden: 33, bottleneck: 5, activation: 'gelu', scaling: 2, dropout: 0.1 } as const;
  const rows = 7;
  const width = kind.hidden;
  const { slices } = makeAdapter(kind, rows);
  const y = normals(rows * width, 6);
  const zero = upTensors(new Float64Array(width * kind.bottleneck), new Float64Array(width));
  const [out, plain] = [bench.unwritten(y.length), bench.unwritten(y.length)];
  await bench.run(
    { examples: 1, tokens: rows },
    (recorder) => {
      const tape = bench.unwritten(normTapeSize(rows, width));
      forward(recorder, kind, { ...slices, ...zero }, { y: bench.tensor(y), out, tape });
      const weight = bench.tensor(new Float64Array(width).fill(1));
      layerNormForward(recorder, 'plain', {
        width,
        epsilon,
        x: bench.tensor(y),
        weight,
        bias: bench.zeros(width),
        out: plain,
        tape: bench.unwritten(normTapeSize(rows, width)),
      });
    },
    step,
  );
  expect(await bench.read(out, y.length)).toEqual(await bench.read(plain, y.length));
});

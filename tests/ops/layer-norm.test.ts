import { describe, expect, test } from 'vitest';
import type { Slice } from '../../src/gpu/buffers.ts';
import { layerNormBackward, layerNormForward as referenceForward } from '../../src/reference/layer-norm.ts';
import {
  layerNormBackwardAffine,
  layerNormBackwardInput,
  layerNormForward,
  normTapeSize,
} from '../../src/webgpu/ops/layer-norm.ts';
import { expectClose, normals } from '../support/numbers.ts';
import { kernelTolerance, oddSizes, opBench } from '../support/op-bench.ts';

const bench = opBench();
const epsilon = 1e-12;

const cases = [
  ...oddSizes.flatMap((size) => [33, 64].map((width) => ({ size, width, card: false }))),
  { size: { examples: 3, tokens: 33 }, width: 33, card: true },
  { size: { examples: 1, tokens: 7 }, width: 300, card: true },
];

describe.each(cases)('layer norm $size of $width, lanes of a card: $card', ({ size, width, card }) => {
  const rows = size.examples * size.tokens;
  const x = normals(rows * width, 1);
  const [weight, bias] = [normals(width, 2), normals(width, 3)];
  const dOut = normals(rows * width, 4);

  test.each([false, true])('with a residual and an addend: %s', async (both) => {
    const other = normals(rows * width, 5).map((value) => value + 2);
    const sum = both ? x.map((value, i) => value + (other[i] as number)) : x;
    const out = bench.unwritten(rows * width);
    const tape = bench.unwritten(normTapeSize(rows, width));
    const dX = bench.unwritten(rows * width);
    const [dWeight, dBias] = [bench.zeros(width), bench.tensor(new Float64Array(width).fill(0.5))];
    const [gw, gd, go] = [bench.tensor(weight), bench.tensor(dOut), bench.tensor(other)];
    await bench.run(
      size,
      (recorder) => {
        layerNormForward(recorder, 'forward', {
          width,
          epsilon,
          x: bench.tensor(x),
          ...(both ? { residual: go } : {}),
          weight: gw,
          bias: bench.tensor(bias),
          out,
          tape,
        });
        layerNormBackwardInput(recorder, 'input', {
          width,
          dOut: gd,
          tape,
          weight: gw,
          ...(both ? { addend: go } : {}),
          dX,
        });
        layerNormBackwardAffine(recorder, 'affine', { width, dOut: gd, tape, dWeight, dBias });
      },
      { card },
    );
    const expected = referenceForward(sum, weight, bias, { rows, width }, epsilon);
    const backward = layerNormBackward(dOut, expected.norm, expected.rstd, weight, { rows, width });
    expectClose(await bench.read(out, rows * width), expected.out, kernelTolerance, 'out');
    const added = backward.dX.map((value, i) => value + (both ? (other[i] as number) : 0));
    expectClose(await bench.read(dX, rows * width), added, kernelTolerance, 'dX');
    const sums = { atol: 1e-4, rtol: 5e-5 };
    expectClose(await bench.read(dWeight, width), backward.dWeight, sums, 'dWeight');
    const dBiasAdded = backward.dBias.map((value) => value + 0.5);
    expectClose(await bench.read(dBias, width), dBiasAdded, sums, 'dBias adds');
  });

  test('without a bias, the sum beside it', async () => {
    const other = normals(rows * width, 5).map((value) => value + 2);
    const [out, again, tape, second, sum] = [1, 1, 0, 0, 1].map((whole) =>
      bench.unwritten(whole ? rows * width : normTapeSize(rows, width)),
    ) as [Slice, Slice, Slice, Slice, Slice];
    await bench.run(
      size,
      (recorder) => {
        const inputs = {
          width,
          epsilon,
          x: bench.tensor(x),
          residual: bench.tensor(other),
          weight: bench.tensor(weight),
        };
        layerNormForward(recorder, 'beside', { ...inputs, out, tape, sum });
        layerNormForward(recorder, 'alone', { ...inputs, out: again, tape: second });
      },
      { card },
    );
    const whole = x.map((value, i) => value + (other[i] as number));
    const expected = referenceForward(whole, weight, null, { rows, width }, epsilon);
    const values = await bench.read(out, rows * width);
    expectClose(values, expected.out, kernelTolerance, 'out');
    expectClose(await bench.read(sum, rows * width), whole, kernelTolerance, 'sum');
    expect(await bench.read(again, rows * width)).toEqual(values);
    expect(await bench.read(second, rows * width)).toEqual(await bench.read(tape, rows * width));
  });
});

import { describe, test } from 'vitest';
import { layerNormBackward, layerNormForward as referenceForward } from '../../src/reference/layer-norm.ts';
import { layerNormBackwardInput, layerNormBackwardWeight, layerNormForward } from '../../src/webgpu/ops/layer-norm.ts';
import { expectClose, normals } from '../support/numbers.ts';
import { kernelTolerance, oddSizes, opBench } from '../support/op-bench.ts';

const bench = opBench();
const epsilon = 1e-12;

describe.each(oddSizes.flatMap((size) => [33, 64].map((width) => ({ size, width }))))(
  'layer norm $size of $width',
  ({ size, width }) => {
    const rows = size.examples * size.tokens;
    const x = normals(rows * width, 1);
    const [weight, bias] = [normals(width, 2), normals(width, 3)];
    const dOut = normals(rows * width, 4);

    test.each([false, true])('with a residual and an addend: %s', async (both) => {
      const other = normals(rows * width, 5).map((value) => value + 2);
      const sum = both ? x.map((value, i) => value + (other[i] as number)) : x;
      const [out, norm, rstd] = [bench.unwritten(rows * width), bench.unwritten(rows * width), bench.unwritten(rows)];
      const dX = bench.unwritten(rows * width);
      const dWeight = bench.zeros(width);
      const [gw, gd, go] = [bench.tensor(weight), bench.tensor(dOut), bench.tensor(other)];
      await bench.run(size, (recorder) => {
        layerNormForward(recorder, 'forward', {
          width,
          epsilon,
          x: bench.tensor(x),
          ...(both ? { residual: go } : {}),
          weight: gw,
          bias: bench.tensor(bias),
          out,
          norm,
          rstd,
        });
        layerNormBackwardInput(recorder, 'input', {
          width,
          dOut: gd,
          norm,
          rstd,
          weight: gw,
          ...(both ? { addend: go } : {}),
          dX,
        });
        layerNormBackwardWeight(recorder, 'weight', { width, dOut: gd, norm, dWeight });
      });
      const expected = referenceForward(sum, weight, bias, { rows, width }, epsilon);
      const backward = layerNormBackward(dOut, expected.norm, expected.rstd, weight, { rows, width });
      expectClose(await bench.read(out, rows * width), expected.out, kernelTolerance, 'out');
      expectClose(await bench.read(norm, rows * width), expected.norm, kernelTolerance, 'norm');
      expectClose(await bench.read(rstd, rows), expected.rstd, kernelTolerance, 'rstd');
      const added = backward.dX.map((value, i) => value + (both ? (other[i] as number) : 0));
      expectClose(await bench.read(dX, rows * width), added, kernelTolerance, 'dX');
      expectClose(await bench.read(dWeight, width), backward.dWeight, { atol: 1e-4, rtol: 5e-5 }, 'dWeight');
    });
  },
);

import { describe, test } from 'vitest';
import { matmulBackward, matmulForward as referenceForward } from '../../../src/reference/matmul.ts';
import { matmulBackwardInput, matmulBackwardWeight, matmulForward } from '../../../src/webgpu/ops/matmul.ts';
import { everywhere, variantNames } from '../../../src/webgpu/products/tiles.ts';
import { expectClose, normals } from '../../support/numbers.ts';
import { kernelTolerance, opBench } from '../../support/op-bench.ts';

/** Every variant of the products, against float64; tests/hours/gpu has them on many more shapes. */
const bench = opBench();

describe.each(variantNames)('%s', (tile) => {
  // Past a tile in both directions; widths that are read one by one, and four at a time.
  test.each([
    [33, 37],
    [36, 20],
  ])('%i to %i', async (inputs, outputs) => {
    const [size, rows] = [{ examples: 3, tokens: 7 }, 21];
    const [x, weight, dOut] = [normals(rows * inputs, 1), normals(outputs * inputs, 2), normals(rows * outputs, 4)];
    const [gx, gw, gd] = [bench.tensor(x), bench.tensor(weight), bench.tensor(dOut)];
    const [out, dX] = [bench.unwritten(rows * outputs), bench.unwritten(rows * inputs)];
    const [dWeight, dBias] = [bench.zeros(outputs * inputs), bench.zeros(outputs)];
    const tiles = everywhere(tile);
    await bench.run(
      size,
      (recorder) => {
        matmulForward(recorder, 'forward', { inputs, outputs, x: gx, weight: gw, out });
        matmulBackwardInput(recorder, 'input', { inputs, outputs, dOut: gd, weight: gw, dX });
        matmulBackwardWeight(recorder, 'weight', { inputs, outputs, dOut: gd, x: gx, dWeight, dBias });
      },
      { tiles },
    );
    const shape = { rows, inputs, outputs };
    const none = new Float64Array(outputs);
    const expected = matmulBackward(dOut, x, weight, shape);
    expectClose(
      await bench.read(out, rows * outputs),
      referenceForward(x, weight, none, shape),
      kernelTolerance,
      'out',
    );
    expectClose(await bench.read(dX, rows * inputs), expected.dX, kernelTolerance, 'dX');
    expectClose(await bench.read(dWeight, outputs * inputs), expected.dWeight, kernelTolerance, 'dWeight');
    expectClose(await bench.read(dBias, outputs), expected.dBias, kernelTolerance, 'dBias');
  });
});

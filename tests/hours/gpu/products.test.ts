import { describe, expect, test } from 'vitest';
import type { Slice } from '../../../src/gpu/buffers.ts';
import { matmulBackward, matmulForward as referenceForward } from '../../../src/reference/matmul.ts';
import { matmulBackwardInput, matmulBackwardWeight, matmulForward } from '../../../src/webgpu/ops/matmul.ts';
import { everywhere, variantNames } from '../../../src/webgpu/products/tiles.ts';
import { normals } from '../../support/numbers.ts';
import { opBench } from '../../support/op-bench.ts';

/** Every variant of the products on odd shapes, against float64. */
const bench = opBench();

const rowCounts = [1, 7, 33, 1000];
const columnCounts = [1, 5, 16, 33];
const depths = [1, 4, 15, 16, 33, 64, 130, 1027, 4099];

const shapes = rowCounts.flatMap((rows) =>
  columnCounts.flatMap((columns) => depths.map((depth) => ({ rows, columns, depth }))),
);

/** f32's rounding grows with the depth: n u for sums of n products around 1, and room for some that are larger. */
const tolerance = (depth: number) => 4 * 2 ** -24 * depth + 2e-6;

function expectSum(actual: Float32Array, expected: Float64Array, depth: number, what: string): void {
  const off = actual.findIndex((value, i) => !(Math.abs(value - (expected[i] as number)) <= tolerance(depth)));
  expect(off < 0 ? '' : `${what}[${off}]: ${actual[off]}, expected ${expected[off]}`).toBe('');
}

/** Sums the copies of a gradient's parts. */
async function sumOfParts(copies: Slice, stride: number, count: number): Promise<Float32Array> {
  const all = await bench.read(copies, stride * count);
  return all.slice(0, stride).map((_, i) => {
    let sum = 0;
    for (let part = 0; part < count; part++) sum += all[part * stride + i] as number;
    return sum;
  });
}

describe.each(variantNames)('%s', (variant) => {
  const tiles = everywhere(variant);

  test.each(shapes)('forward and backward to the input: %o', async ({ rows, columns, depth }) => {
    const size = { examples: 1, tokens: rows };
    const [x, w] = [normals(rows * depth, 1), normals(columns * depth, 2)];
    const out = bench.unwritten(rows * columns);
    const dOut = normals(rows * depth, 3);
    const dX = bench.unwritten(rows * columns);
    await bench.run(
      size,
      (recorder) => {
        const [gx, gw] = [bench.tensor(x), bench.tensor(w)];
        matmulForward(recorder, 'f', { inputs: depth, outputs: columns, x: gx, weight: gw, out });
        // The same depth: a layer from `columns` to `depth`.
        matmulBackwardInput(recorder, 'b', {
          inputs: columns,
          outputs: depth,
          dOut: bench.tensor(dOut),
          weight: gw,
          dX,
        });
      },
      { tiles },
    );
    const forward = referenceForward(x, w, new Float64Array(columns), { rows, inputs: depth, outputs: columns });
    expectSum(await bench.read(out, rows * columns), forward, depth, 'out');
    const backward = matmulBackward(dOut, new Float64Array(rows * columns), w, {
      rows,
      inputs: columns,
      outputs: depth,
    });
    expectSum(await bench.read(dX, rows * columns), backward.dX, depth, 'dX');
  });

  test.each(shapes)(
    'weight gradients, whole and in parts: %o',
    async ({ rows: outputs, columns: inputs, depth: rows }) => {
      const size = { examples: 1, tokens: rows };
      const [dOut, x] = [normals(rows * outputs, 1), normals(rows * inputs, 2)];
      const count = inputs * outputs;
      const [dWeight, dBias] = [bench.zeros(count), bench.zeros(outputs)];
      const gradients = bench.zeros(count);
      const parts = {
        of: gradients,
        stride: 4 * Math.ceil(count / 4),
        count: 16,
        copies: bench.zeros(16 * (count + 4)),
      };
      await bench.run(
        size,
        (recorder) => {
          const op = { inputs, outputs, dOut: bench.tensor(dOut), x: bench.tensor(x) };
          matmulBackwardWeight(recorder, 'whole', { ...op, dWeight, dBias });
          matmulBackwardWeight(recorder, 'parts', { ...op, dWeight: gradients });
        },
        { tiles, parts },
      );
      const { dWeight: expected, dBias: expectedBias } = matmulBackward(dOut, x, new Float64Array(count), {
        rows,
        inputs,
        outputs,
      });
      expectSum(await bench.read(dWeight, count), expected, rows, 'dWeight');
      expectSum(await bench.read(dBias, outputs), expectedBias, rows, 'dBias');
      const [direct, summed] = [
        await bench.read(gradients, count),
        await sumOfParts(parts.copies, parts.stride, parts.count),
      ];
      expectSum(
        direct.map((value, i) => value + (summed[i] as number)),
        expected,
        rows,
        'dWeight in parts',
      );
    },
  );
});
